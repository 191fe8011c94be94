"""The listening belt's stage "remember preferences": what an event says is worth remembering."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from crm.events.actions import Fact, derive
from crm.events.envelope import Incoming
from crm.preferences.actions import LONGEST_KEY, LONGEST_VALUE, Remembered, Statement, remember
from crm.preferences.models import Preference
from engage.lib import live, sql

_ABOUT_THE_PERSON = frozenset(
    {
        *("address", "avatar", "company", "country", "createdAt", "email", "firstName"),
        *("id", "language", "lastName", "name", "phone", "timezone", "username"),
    }
)
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")


def remember_preferences(events: Sequence[Incoming], *, at: datetime) -> None:
    """Keep what answers and traits say, and tell triggers and pages. Nothing to remember costs no query."""
    statements = [*_told(events), *_news(_traits(events))]
    written = remember(statements, at=at)
    if not written:
        return
    told = {
        (e.contact_id, said["key"]): e for e in events for said in e.remember if said["kind"] == Preference.Kind.STATED
    }
    derive([_fact(r, told[r.contact, r.key]) for r in written if (r.contact, r.key) in told])
    live.publish("told", {})


def _told(events: Iterable[Incoming]) -> Iterable[Statement]:
    for event in events:
        for said in event.remember:
            yield Statement(contact=event.contact_id, recorded_for=event.recorded_for_id, at=event.at, **said)


def _traits(events: Iterable[Incoming]) -> Iterable[Statement]:
    """Custom traits of proved identify calls: noticed, because somebody else than the customer says so."""
    for event in events:
        if event.source == "site":
            continue
        for name, value in event.traits.items():
            key, text = trait_key(name), _value(value)
            if name not in _ABOUT_THE_PERSON and key and text:
                yield Statement(
                    contact=event.contact_id,
                    recorded_for=event.recorded_for_id,
                    key=key,
                    value=text,
                    kind=Preference.Kind.OBSERVED,
                    at=event.at,
                    source_kind="api",
                    source_id=f"{event.message_id}",
                    by="server",
                )


def _news(statements: Iterable[Statement]) -> list[Statement]:
    """Those that say something new: a repeated identify writes nothing. One query."""
    statements = list({(s.contact, s.key): s for s in statements}.values())
    if not statements:
        return []
    known = {
        (contact, key): value
        for contact, key, value in sql.rows(
            "SELECT p.contact_id, k.key, p.value FROM crm_preferences_preference AS p "
            "JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id "
            "WHERE p.contact_id = ANY(%s) AND p.state = 'active'",
            [sorted({s.contact for s in statements})],
        )
    }
    return [s for s in statements if known.get((s.contact, s.key)) != s.value]


def trait_key(name: str) -> str:
    """The preference key of a trait: "favouriteRoast" and "Favourite roast" are one."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return _NOT_IN_A_KEY.sub("_", spaced.lower()).strip("_")[:LONGEST_KEY]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()[:LONGEST_VALUE] if isinstance(value, str | int | float) else ""


def _fact(remembered: Remembered, event: Incoming) -> Fact:
    """It happened when it was said, and is as old as that."""
    return Fact(
        contact=remembered.contact,
        recorded_for=remembered.recorded_for,
        name="Preference Stated",
        at=event.at,
        message_id=f"preference:{remembered.id}",
        properties={"key": remembered.key, "value": remembered.value},
        depth=event.depth + 1,
    )
