"""The listening belt's stage "remember preferences": what an event says is worth remembering."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from crm.contacts.traits import Trait
from crm.events.actions import Fact, derive
from crm.events.envelope import Incoming
from crm.preferences.actions import remember
from crm.preferences.announcing import fact, told_before
from crm.preferences.models import Preference
from crm.preferences.statement import Remembered, Statement
from crm.preferences.traits import statement, trait_key
from engage.lib import live

_ABOUT_THE_PERSON = frozenset(
    {
        *("address", "avatar", "company", "country", "createdAt", "email", "firstName"),
        *("id", "language", "lastName", "name", "phone", "timezone", "username"),
    }
)


def remember_preferences(events: Sequence[Incoming], *, at: datetime) -> None:
    """Keep what answers and traits say, and tell triggers and pages. Nothing to remember costs no query."""
    written = remember([*_told(events), *_traits(events)], at=at)
    if not written:
        return
    told = {
        (e.contact_id, said["key"]): e for e in events for said in e.remember if said["kind"] == Preference.Kind.STATED
    }
    news = [one for one in written if one.fits and (one.contact, one.key) in told]
    before = told_before(news)
    derive([_fact(one, before.get(one.id, ""), told[one.contact, one.key]) for one in news])
    live.publish("told", {})


def _told(events: Iterable[Incoming]) -> Iterable[Statement]:
    for event in events:
        for said in event.remember:
            yield Statement(contact=event.contact_id, recorded_for=event.recorded_for_id, at=event.at, **said)


def _traits(events: Iterable[Incoming]) -> Iterable[Statement]:
    """Custom traits of proved identify calls."""
    for event in events:
        if event.source == "site":
            continue
        for name, value in event.traits.items():
            if name not in _ABOUT_THE_PERSON and (key := trait_key(name)):
                yield statement(_trait(event, name, value), key)


def _trait(event: Incoming, name: str, value: object) -> Trait:
    return Trait(
        contact=event.contact_id,
        recorded_for=event.recorded_for_id,
        name=name,
        value=value,
        at=event.at,
        source_kind="api",
        source_id=event.message_id,
        by="server",
    )


def _fact(told: Remembered, before: str, event: Incoming) -> Fact:
    """It happened when it was said, and is as old as that."""
    return fact(told, before, at=event.at, depth=event.depth + 1)
