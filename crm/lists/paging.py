"""Paging among a million, both ways, in any of our orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from crm.contacts.models import Contact
from crm.lists.ordering import NOTHING, ORDER, Found, Order

SIZE = 50
BACK = "back_"
LAST = "unseen"
"""Among those who have nothing to be ordered by."""
HIDDEN = "at"
"""What they are ordered by must not stand in an address: it is read again."""
LONGEST_KEY = 18


@dataclass(frozen=True)
class Page:
    """Rows, and the cursors of the pages after and before, or ''."""

    rows: list[Contact]
    next: str
    previous: str


@dataclass(frozen=True)
class Place:
    """A row's place in the list; without a value, among those that have none."""

    value: Any
    key: int


def page_of_people(found: Found, cursor: str, *, order: Order = ORDER, within: Q = NOTHING, size: int = SIZE) -> Page:
    """At most two queries, each along an index, and one where the order's value is not public. A cursor that cannot
    be read begins at the top. `within` holds for all who are ordered by a value."""
    backward = cursor.startswith(BACK)
    place = _read(cursor.removeprefix(BACK), order)
    if backward and place:
        rows = _before(found, place, size + 1, order, within)[::-1]
        more, rows = len(rows) > size, rows[-size:]
        return Page(rows, _text(rows, -1, order), BACK + _text(rows, 0, order) if more else "")
    rows = _after(found, place, size + 1, order, within)
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, _text(rows, -1, order) if more else "", BACK + _text(rows, 0, order) if place and rows else "")


def is_cursor(text: str, order: Order) -> bool:
    """Whether a page can begin there."""
    return _read(text.removeprefix(BACK), order) is not None


def _after(found: Found, place: Place | None, most: int, order: Order, within: Q) -> list[Contact]:
    rows: list[Contact] = []
    rest = order.rest(found)
    if place is None or place.value is not None:
        part = order.part(found, within)
        if place:
            part = order.beyond(part, place.value, place.key)
        rows = list(order.sorted(part)[:most])
    else:
        rest = rest.filter(pk__lt=place.key)
    return rows if len(rows) == most else [*rows, *rest.order_by("-pk")[: most - len(rows)]]


def _before(found: Found, place: Place, most: int, order: Order, within: Q) -> list[Contact]:
    """Upwards from `place`: the nearest first."""
    rows: list[Contact] = []
    part = order.part(found, within)
    if place.value is not None:
        part = order.beyond(part, place.value, place.key, backward=True)
    else:
        rows = list(order.rest(found).filter(pk__gt=place.key).order_by("pk")[:most])
    return rows if len(rows) == most else [*rows, *order.sorted(part, backward=True)[: most - len(rows)]]


def _text(rows: list[Contact], place: int, order: Order) -> str:
    if not rows:
        return ""
    row = rows[place]
    if not order.public:
        return f"{HIDDEN}_{row.pk}"
    return f"{row.last_seen.isoformat() if row.last_seen else LAST}_{row.pk}"


def _read(cursor: str, order: Order) -> Place | None:
    value, _underscore, key = cursor.partition("_")
    if not (key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY):
        return None
    if value == HIDDEN or not order.public:
        return Place(order.value_of(int(key)), int(key)) if order.value else Place(None, int(key))
    if value == LAST:
        return Place(None, int(key))
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return Place(at, int(key)) if at.tzinfo else None
