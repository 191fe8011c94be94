"""The first stages of the listening belt: whose an event is, and keeping it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from crm.contacts.actions import Profile, hold, learn, set_profiles, touch
from crm.contacts.actions.companies import LONGEST_ID, Joining, join_companies
from crm.contacts.actions.origins import Arrival, note_arrivals
from crm.contacts.identify import Recogniser
from crm.contacts.origins import came, host_of, told
from crm.events import reading
from crm.events.envelope import Incoming
from engage.lib import live, sql

COLUMNS = (
    "contact_id",
    "recorded_for_id",
    "message_id",
    "kind",
    "name",
    "at",
    "received",
    "history",
    "source",
    "properties",
    "context",
    "cause",
    "depth",
)


def drop_seen(events: Sequence[Incoming], *, at: datetime) -> list[Incoming]:
    """Those that were not recorded before; of copies in one chunk the first. One INSERT, in the order of keys."""
    first = {event.key: event for event in reversed(events)}
    seen = {
        key
        for (key,) in sql.rows(
            """
            WITH asked AS MATERIALIZED (SELECT key FROM unnest(%s::uuid[]) AS key),
            new AS (INSERT INTO crm_events_seen (key, received) SELECT key, %s FROM asked
                ON CONFLICT DO NOTHING RETURNING key)
            SELECT encode(uuid_send(key), 'hex') FROM asked WHERE key NOT IN (SELECT key FROM new)
            """,
            [f"{{{','.join(sorted(first))}}}", at],
        )
    }
    return [event for event in events if event.key not in seen and first[event.key] is event]


def hold_people(events: Sequence[Incoming], *, at: datetime) -> None:
    """Recognise and lock everybody concerned, and write what was learnt of them.

    Sets `contact_id` and `recorded_for_id` of each event. Seven statements, and one for each thing that was learnt.
    """
    keys = {key for event in events for key in event.signature.all_keys()}
    held = hold(keys, {event.contact_id for event in events if event.contact_id})
    recogniser = Recogniser(held)
    found = [(event, recogniser.recognise(event.signature)) for event in events if not event.contact_id]
    learn(recogniser.findings, at=at, origin="website", seen=False)
    for event, recognised in found:
        event.contact_id, event.recorded_for_id = recognised.ids()
    for event in events:
        event.contact_id = held.present.get(event.contact_id, event.contact_id)
    set_profiles(_profiles(events))
    join_companies(_joinings(events))
    note_arrivals(_arrivals(events))
    touch(_deeds(events))


def _deeds(events: Iterable[Incoming]) -> dict[int, datetime]:
    """When each person last did something themselves; what we derive from it is no deed of theirs."""
    deeds = [event for event in events if event.source != "derived"]
    return {event.contact_id: event.at for event in sorted(deeds, key=lambda event: event.at)}


def announce(events: Sequence[Incoming], *, at: datetime) -> None:
    """Tell the pages that are open. One statement."""
    live.publish("events", {})


def record(events: Sequence[Incoming], *, at: datetime) -> None:
    """Keep the events. One COPY."""
    sql.copy("crm_events_event", COLUMNS, (_row(event) for event in events))


def _row(event: Incoming) -> tuple:
    return (
        event.contact_id,
        event.recorded_for_id,
        event.message_id,
        event.kind,
        event.name,
        event.at,
        event.received,
        event.history,
        event.source,
        _json(event.properties),
        _json(event.context),
        event.cause,
        event.depth,
    )


def _json(value: dict) -> str:
    if not value:
        return "{}"
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return reading.dump(value)


def _joinings(events: Iterable[Incoming]) -> Iterator[Joining]:
    """What `group` calls of the owner's server say; from the site it would be anybody's claim."""
    calls = [event for event in events if event.kind == "group" and event.source != "site"]
    for event in calls:
        key, traits = event.raw.get("groupId"), event.raw.get("traits") or {}
        if isinstance(key, str | int) and not isinstance(key, bool) and 0 < len(str(key)) <= LONGEST_ID:
            said = {trait: value for trait, value in traits.items() if trait != "name" or _names(value)}
            yield Joining(event.contact_id, str(key), event.at, said)


def _names(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _arrivals(events: Iterable[Incoming]) -> Iterator[Arrival]:
    """Who came from where: what their browser or app says of it, and what they answered when we asked."""
    own = host_of(settings.PUBLIC_URL)
    for event in events:
        if event.context or event.found_us:
            origin = told(event.found_us) if event.found_us else came(event.context, own)
            if origin:
                yield Arrival(event.contact_id, event.recorded_for_id, event.at, origin)


def _profiles(events: Iterable[Incoming]) -> Iterable[tuple[int, Profile]]:
    """What proved identify calls say of the contact itself; the site script may only claim."""
    for event in events:
        if event.traits and event.source != "site":
            yield event.contact_id, profile(event.traits)


def profile(traits: dict) -> Profile:
    """Segment's reserved traits that are about the person."""
    first, last = _text(traits, "firstName", 100), _text(traits, "lastName", 100)
    address = traits.get("address")
    country = _text(address, "country", 2) if isinstance(address, dict) else _text(traits, "country", 2)
    return Profile(
        name=_text(traits, "name", 200) or f"{first} {last}".strip(),
        first_name=first,
        language=_text(traits, "language", 10),
        country=country.upper(),
        timezone=_text(traits, "timezone", 64),
    )


def _text(source: dict[str, Any], name: str, longest: int) -> str:
    value = source.get(name)
    return value.strip() if isinstance(value, str) and len(value.strip()) <= longest else ""
