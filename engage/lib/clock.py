"""The one place that reads the wall clock; pure code takes `now` or `at` as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
