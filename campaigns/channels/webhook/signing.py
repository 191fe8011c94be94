"""Signed as https://www.standardwebhooks.com says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook


def signed(text: str, *, id: str, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The headers of a body that is JSON; each secret signs, so that nobody misses any while one takes the other's
    place."""
    now = at.astimezone(UTC)
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(id, now, text) for secret in secrets),
    }
