"""One signed POST to another system, and when it is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from campaigns.channels.webhook.signing import signed
from engage.lib import outward
from engage.lib.outward import NotReached

BACKOFF = (5, 300, 1800, 7200, 18_000, 36_000, 21_600)
"""Seconds until another try: a day together. After the last it has failed."""

GONE = 410
NOT_REACHED = ("timed_out", "unreachable", "unknown_host")


@dataclass(frozen=True, slots=True)
class Result:
    """How a try went: `reason` is empty when the other side took it, `final` where trying again is no use."""

    reason: str = ""
    status: int | None = None
    final: bool = False

    def is_over(self, attempts: int) -> bool:
        """Whether it is not tried again after so many attempts."""
        return self.final or not self.reason or attempts > len(BACKOFF)


def call(url: str, text: str, *, id: str, secrets: Sequence[str], at: datetime) -> Result:
    """One POST of JSON, signed as standardwebhooks.com says. No statement: it may run in a thread of its own."""
    if not secrets:
        return Result("no_secret", final=True)
    headers = signed(text, id=id, secrets=secrets, at=at)
    try:
        status = outward.post(url, text.encode(), headers, inside=settings.WEBHOOK_NETWORKS)
    except NotReached as error:
        return Result(error.reason, final=error.final)
    if 200 <= status < 300:
        return Result(status=status)
    return Result("redirected" if 300 <= status < 400 else "refused", status, final=status == GONE)
