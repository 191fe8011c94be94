"""Journeys begun by a colleague, over REST, or for the people of a list: by choice, never by itself."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.journeys.asking import holds
from campaigns.journeys.compiled import Version, versions
from campaigns.journeys.entering import Candidate, Key, WhyNot, admit, enrol, weigh
from campaigns.journeys.happened import left_to_ask
from campaigns.journeys.models import Journey
from campaigns.journeys.triggers import thing_of
from crm.contacts.actions import hold
from crm.rules import EVERYONE, Rule
from engage.lib import ids, sql

BY_HAND = "By hand"
"""The name of the event that a walk begun so begins with."""
MOST = 1000


class WrongThing(ValueError):
    """This journey is not walked once for each of something."""


@dataclass(slots=True)
class ByHand:
    """Stands for the event that would have begun it."""

    contact_id: int
    message_id: str
    at: datetime
    properties: dict[str, Any]
    name: str = BY_HAND
    history: bool = False
    depth: int = 0
    recorded_for_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.recorded_for_id = self.contact_id


@dataclass(frozen=True, slots=True)
class Latest:
    """The last event of a name that is known of somebody."""

    at: datetime
    history: bool
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """The walks that began, and why the others did not, by contact."""

    walks: dict[int, UUID] = field(default_factory=dict)
    refused: dict[int, WhyNot] = field(default_factory=dict)


def begin(
    journey: Journey,
    contacts: Collection[int],
    *,
    by: str,
    at: datetime,
    thing: str = "",
    whoever: bool = False,
) -> Begun:
    """Let these people begin it, MOST at most: whom its rule speaks of, or with `whoever` all of them. Raises
    WrongThing."""
    assert len(contacts) <= MOST
    with transaction.atomic():
        held = hold(contacts=contacts)
        gone = dict.fromkeys(set(contacts) - held.present.keys(), WhyNot.GONE)
        there = begin_held(
            journey.pk,
            sorted(set(held.present.values())),
            entry=f"hand:{ids.uuid7()}",
            by=by,
            at=at,
            thing=thing,
            whoever=whoever,
        )
        walks = {asked: there.walks[now] for asked, now in held.present.items() if now in there.walks}
        refused = {asked: there.refused[now] for asked, now in held.present.items() if now in there.refused}
        return Begun(walks, refused | gone)


def begin_held(
    journey: int,
    contacts: Sequence[int],
    *,
    entry: str,
    by: str,
    at: datetime,
    thing: str = "",
    whoever: bool = False,
) -> Begun:
    """The same for people who are held. `entry` names what was done: the same again begins nobody again. Nine
    statements at most. Raises WrongThing."""
    version = _lock(journey)
    if version is None:
        return Begun(refused=dict.fromkeys(contacts, WhyNot.NOT_RUNNING))
    if thing and not version.definition.entry.key:
        raise WrongThing
    if version.definition.entry.key and not thing:
        return Begun(refused=dict.fromkeys(contacts, WhyNot.NO_THING))
    there = _not_erased(contacts)
    refused = {contact: WhyNot.GONE for contact in contacts if contact not in there}
    candidates = _candidates(version, sorted(there), entry=entry, by=by, at=at, thing=thing, whoever=whoever)
    answers = holds([(candidate.left, candidate.event.contact_id) for candidate in candidates], at=at)
    fit = [candidate for candidate, answer in zip(candidates, answers, strict=True) if answer]
    admission = admit(fit, at=at)
    walks = {contact: uid for (_journey, contact, _thing), uid in enrol(admission.admitted, at=at).items()}
    refused |= {contact: why for (_journey, contact, _thing), why in admission.refused.items()}
    unfit = there - walks.keys() - refused.keys()
    again = {candidate.event.contact_id for candidate in admission.admitted}
    return Begun(walks, refused | {c: WhyNot.ONCE if c in again else WhyNot.RULE for c in unfit})


def would_begin(asked: Iterable[Version], contact: int, *, at: datetime) -> dict[int, WhyNot | None]:
    """Of each of these versions, by its key, why this person would not begin it if what begins it happened again now;
    None where they would. Four queries at most, whatever the number of versions."""
    found = [*asked]
    known = latest({version.definition.trigger.event for version in found}, [contact])
    candidates, unsaid = [], set[int]()
    for version in found:
        said = known.get((contact, version.definition.trigger.event))
        event = ByHand(contact, "", at, said.properties if said else {})
        thing = thing_of(version.definition.entry, event)
        if thing is None:
            unsaid.add(version.id)
            continue
        candidates.append(Candidate(version, event, left_to_ask(version.definition.trigger, event, at=at), thing))
    answers = holds([(candidate.left, contact) for candidate in candidates], at=at)
    pairs = list(zip(candidates, answers, strict=True))
    refused: Mapping[Key, WhyNot] = weigh([candidate for candidate, _holds in pairs], at=at).refused
    return dict.fromkeys(unsaid, WhyNot.NO_THING) | {
        candidate.version.id: refused.get(candidate.key) if holds_ else WhyNot.RULE for candidate, holds_ in pairs
    }


def latest(
    names: Collection[str], contacts: Sequence[int], key: str = "", thing: str = ""
) -> dict[tuple[int, str], Latest]:
    """Of each person and name the last event, with `key` the last whose property of that name is `thing`. One query."""
    found = sql.rows(
        """
        SELECT DISTINCT ON (contact_id, name) contact_id, name, at, history, properties FROM crm_events_event
        WHERE contact_id = ANY(%(contacts)s) AND name = ANY(%(names)s)
          AND (%(key)s = '' OR properties ->> %(key)s = %(thing)s)
        ORDER BY contact_id, name, at DESC, id DESC
        """,
        {"contacts": list(contacts), "names": list(names), "key": key, "thing": thing},
    )
    return {(contact, name): Latest(at, history, sql.decoded(said)) for contact, name, at, history, said in found}


def counted(begun: Begun) -> Counter[str]:
    """How many did not begin, by reason."""
    return Counter(str(why) for why in begun.refused.values())


def _candidates(
    version: Version, contacts: Sequence[int], *, entry: str, by: str, at: datetime, thing: str, whoever: bool
) -> list[Candidate]:
    """Each with what the rule still asks, after the last such event has answered its part."""
    definition = version.definition
    known = latest([definition.trigger.event], contacts, definition.entry.key, thing)
    made = []
    for contact in contacts:
        said = known.get((contact, definition.trigger.event))
        happened = ByHand(contact, entry, at, said.properties if said else {})
        left: Rule = EVERYONE if whoever else left_to_ask(definition.trigger, happened, at=at)
        about = (said.properties if said else {}) | {definition.entry.key: thing} if thing else {}
        made.append(Candidate(version, ByHand(contact, entry, at, about | {"by": by}), left, thing))
    return made


def _lock(journey: int) -> Version | None:
    """What people begin with now, if it runs; it cannot be paused or stopped until the transaction ends."""
    found = sql.rows(
        "SELECT current_id FROM campaigns_journeys_journey WHERE id = %s AND state = %s FOR SHARE",
        [journey, Journey.State.LIVE],
    )
    keys = {current for (current,) in found if current}
    return next(iter(versions(keys).values()), None)


def _not_erased(contacts: Collection[int]) -> set[int]:
    found = sql.rows("SELECT id FROM crm_contacts_contact WHERE id = ANY(%s) AND erased IS NULL", [list(contacts)])
    return {contact for (contact,) in found}
