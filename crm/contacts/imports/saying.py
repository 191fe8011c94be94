"""What a cell says when it is a yes, a no or a moment: pure."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from engage.lib import clock

YES = frozenset(
    [
        "1",
        "y",
        "yes",
        "t",
        "true",
        "x",
        "✓",
        "on",
        "ok",
        "ja",
        "oui",
        "sí",
        "si",
        "是",
        "已订阅",
        "subscribed",
        "suscrito",
        "confirmed",
        "granted",
        "given",
        "accepted",
        "agreed",
        "opt-in",
        "opt in",
        "opted-in",
        "opted in",
        "allowed",
        "marketable",
        "member",
        "active",
    ]
)
NO = frozenset(
    [
        "0",
        "n",
        "no",
        "f",
        "false",
        "off",
        "nein",
        "non",
        "否",
        "未订阅",
        "已退订",
        "unsubscribed",
        "cleaned",
        "bounced",
        "refused",
        "denied",
        "withdrawn",
        "declined",
        "opt-out",
        "opt out",
        "opted-out",
        "opted out",
        "non-subscribed",
        "nonsubscribed",
        "unconfirmed",
        "archived",
        "baja",
    ]
)
UNSUBSCRIBED = frozenset(
    ["unsubscribed", "cleaned", "bounced", "opt-out", "opt out", "opted-out", "opted out", "已退订", "baja"]
)
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU"})
"""Countries that write 12/31/2026."""
EARLIEST = 1990
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def yes_or_no(text: str, *, unsubscribed: bool = False) -> bool | None:
    """None for a word that is neither. Where the column says who left, `unsubscribed` is a yes and not a no."""
    word = text.strip().lower()
    if unsubscribed and word in UNSUBSCRIBED:
        return True
    return True if word in YES else False if word in NO else None


def moment(text: str, *, country: str, zone: ZoneInfo) -> datetime | None:
    """ISO 8601, or numbers in the order of the country; a time without zone is the shop's.

    None for what is no date, or lies before 1990 or in the future.
    """
    if not text or not text[0].isdigit():
        return None
    found = _iso(text) or _numbers(text, country)
    if found is None or found.year < EARLIEST:
        return None
    at = found if found.tzinfo else found.replace(tzinfo=zone)
    return at if at <= clock.now() else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _numbers(text: str, country: str) -> datetime | None:
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, second, year, hour, minute, second_ = (int(part or 0) for part in match.groups())
    month_first = second > 12 or (country in MONTH_FIRST and first <= 12)
    month, day = (first, second) if month_first else (second, first)
    try:
        return datetime(year, month, day, hour, minute, second_)
    except ValueError:
        return None
