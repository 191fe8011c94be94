"""Where people came from, kept as the first and the last time."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from crm.contacts.models import Origin
from crm.contacts.origins import Came
from engage.lib import sql

_VALUE = ("at", "kind", "source", "medium", "campaign", "host")
_COLUMNS = ("contact_id", "recorded_for_id", *(f"{end}_{name}" for end in ("first", "last") for name in _VALUE))


class Arrival(NamedTuple):
    """Somebody came from there at that time."""

    contact: int
    recorded_for: int
    at: datetime
    came: Came

    def value(self) -> tuple:
        return (self.at, *self.came)


def note_arrivals(arrivals: Iterable[Arrival]) -> None:
    """Keep the first and the last of each, in whichever order facts arrive; of one moment the least and the greatest
    text decide. The contacts must be held. One statement; none for nobody.

    What she answered when we asked how she found us speaks of the beginning: it is the last only where there is no
    other.
    """
    rows = _rows(arrivals)
    if rows:
        sql.run(_NOTE, [list(column) for column in zip(*rows, strict=True)])


def copy_arrivals(arrivals: Iterable[Arrival]) -> None:
    """The same for people who were made a moment ago, by COPY."""
    sql.copy("crm_contacts_origin", _COLUMNS, _rows(arrivals))


def _rows(arrivals: Iterable[Arrival]) -> list[tuple]:
    first: dict[int, Arrival] = {}
    last: dict[int, Arrival] = {}
    for one in arrivals:
        first[one.recorded_for] = min(one, first.get(one.recorded_for, one), key=Arrival.value)
        last[one.recorded_for] = max(one, last.get(one.recorded_for, one), key=_lateness)
    return [(one.contact, key, *one.value(), *last[key].value()) for key, one in sorted(first.items())]


def _lateness(one: Arrival) -> tuple:
    return (one.came.kind != Origin.Kind.TOLD, *one.value())


def _of(alias: str, end: str) -> str:
    return ", ".join(f"{alias}.{end}_{name}" for name in _VALUE)


def _chosen(end: str, order: str) -> str:
    names = ", ".join(f"{end}_{name}" for name in _VALUE)
    both = f"(VALUES ({_of('o', end)}), ({_of('excluded', end)})) AS v({', '.join(_VALUE)})"
    return f"({names}) = (SELECT * FROM {both} ORDER BY {order} LIMIT 1)"  # noqa: S608 ours


_TYPES = ", ".join(["%s::bigint[]"] * 2 + (["%s::timestamptz[]"] + ["%s::text[]"] * 5) * 2)
_NOTE = f"""
    INSERT INTO crm_contacts_origin AS o ({", ".join(_COLUMNS)})
    SELECT * FROM unnest({_TYPES})
    ON CONFLICT (recorded_for_id) DO UPDATE SET
        {_chosen("first", ", ".join(_VALUE))},
        {_chosen("last", "kind <> 'told' DESC, " + ", ".join(f"{name} DESC" for name in _VALUE))}
    WHERE ({_of("excluded", "first")}) < ({_of("o", "first")})
        OR (excluded.last_kind <> 'told', {_of("excluded", "last")}) > (o.last_kind <> 'told', {_of("o", "last")})
"""  # noqa: S608 ours
