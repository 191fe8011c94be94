"""Paging by key: a page begins after a row, so that the thousandth page costs what the first does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

SIZE = 50


@dataclass(frozen=True)
class Page[T]:
    """Rows, and the cursor of the next page or ''."""

    rows: list[T]
    next: str


def page_by_time[M: Model](found: QuerySet[M], cursor: str, *, field: str = "at", size: int = SIZE) -> Page[M]:
    """A page of rows, the latest `field` first. One query. A cursor that cannot be read begins at the top."""
    after = _read(cursor)
    if after:
        at, key = after
        found = found.filter(Q(**{f"{field}__lte": at}), Q(**{f"{field}__lt": at}) | Q(pk__lt=key))
    rows = list(found.order_by(f"-{field}", "-pk")[: size + 1])
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], write(getattr(more, field), more.pk) if more else "")


def write(at: datetime, key: Any) -> str:
    return f"{at.isoformat()}_{key}"


def _read(cursor: str) -> tuple[datetime, int] | None:
    at, _, key = cursor.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(key)) if moment.tzinfo and key.isascii() and len(key) < 19 else None
    except ValueError:
        return None
