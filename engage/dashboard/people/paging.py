"""Paging among a million, both ways: those last seen first, then those never seen, the newest first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from crm.contacts.models import Contact

SIZE = 50
BACK = "back_"
UNSEEN = "unseen"
LONGEST_KEY = 18


@dataclass(frozen=True)
class Page:
    """Rows, and the cursors of the pages after and before, or ''."""

    rows: list[Contact]
    next: str
    previous: str


@dataclass(frozen=True)
class Place:
    """A row's place in the list; without a time, among those never seen."""

    at: datetime | None
    key: int

    def text(self) -> str:
        return f"{self.at.isoformat() if self.at else UNSEEN}_{self.key}"


def page_of_people(found: QuerySet[Contact], cursor: str, *, size: int = SIZE) -> Page:
    """At most two queries, each along an index. A cursor that cannot be read begins at the top."""
    backward = cursor.startswith(BACK)
    place = _read(cursor.removeprefix(BACK))
    if backward and place:
        rows = _before(found, place, size + 1)[::-1]
        more, rows = len(rows) > size, rows[-size:]
        return Page(rows, _text(rows, -1), BACK + _text(rows, 0) if more else "")
    rows = _after(found, place, size + 1)
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, _text(rows, -1) if more else "", BACK + _text(rows, 0) if place and rows else "")


def _after(found: QuerySet[Contact], place: Place | None, most: int) -> list[Contact]:
    rows: list[Contact] = []
    unseen = found.filter(last_seen=None)
    if place is None or place.at:
        seen = found.exclude(last_seen=None)
        if place and place.at:
            seen = seen.filter(Q(last_seen__lte=place.at), Q(last_seen__lt=place.at) | Q(pk__lt=place.key))
        rows = list(seen.order_by("-last_seen", "-pk")[:most])
    else:
        unseen = unseen.filter(pk__lt=place.key)
    return rows if len(rows) == most else [*rows, *unseen.order_by("-pk")[: most - len(rows)]]


def _before(found: QuerySet[Contact], place: Place, most: int) -> list[Contact]:
    """Upwards from `place`: the nearest first."""
    rows: list[Contact] = []
    seen = found.exclude(last_seen=None)
    if place.at:
        seen = seen.filter(Q(last_seen__gte=place.at), Q(last_seen__gt=place.at) | Q(pk__gt=place.key))
    else:
        rows = list(found.filter(last_seen=None, pk__gt=place.key).order_by("pk")[:most])
    return rows if len(rows) == most else [*rows, *seen.order_by("last_seen", "pk")[: most - len(rows)]]


def _text(rows: list[Contact], place: int) -> str:
    return Place(rows[place].last_seen, rows[place].pk).text() if rows else ""


def _read(cursor: str) -> Place | None:
    time, _underscore, key = cursor.partition("_")
    if not (key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY):
        return None
    if time == UNSEEN:
        return Place(None, int(key))
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return None
    return Place(at, int(key)) if at.tzinfo else None
