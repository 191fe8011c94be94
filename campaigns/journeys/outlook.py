"""Would somebody begin this journey, and if not, because of what? Asked before it happens; nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.channels.addresses import addresses
from campaigns.guards import reasons
from campaigns.guards.guards import Wait as GuardWaits
from campaigns.guards.queries import Surroundings
from campaigns.guards.routing import judge_routed
from campaigns.journeys.asking import shop_time
from campaigns.journeys.by_hand import ByHand, Latest, latest
from campaigns.journeys.compiled import Version
from campaigns.journeys.definition import Definition, Entry, Send
from campaigns.journeys.describe import event_words
from campaigns.journeys.entering import Candidate, WhyNot, weigh, why_not_words
from campaigns.journeys.models import Journey
from campaigns.journeys.trial import as_claimed
from campaigns.journeys.triggers import thing_of
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.rules import Explanation, explain, fetch_facts


@dataclass(frozen=True, slots=True)
class Note:
    """What would hold one of its messages today; `waits` if it would only wait."""

    subject: str
    sentence: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """`reasons` say why they would not begin if what begins it happened again now; `last` is when it last did, `rule`
    the trigger's rule looked at; None where there is none."""

    thing: str
    last: Latest | None
    rule: Explanation | None
    reasons: dict[WhyNot, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def would_begin(self) -> bool:
        return not self.reasons

    @property
    def conditions(self) -> list[Explanation]:
        """The conditions of its rule, one by one."""
        return list(_leaves(self.rule)) if self.rule else []


def outlook(journey: Journey, version: Version | None, contact: Contact, *, at: datetime, thing: str = "") -> Outlook:
    """Of the version that people begin with. Twenty queries at most."""
    if version is None:
        return Outlook(thing, None, None, {WhyNot.NOT_RUNNING: why_not_words(WhyNot.NOT_RUNNING, Entry())})
    definition = version.definition
    key = definition.entry.key if thing else ""
    last = latest([definition.trigger.event], [contact.pk], key, thing).get((contact.pk, definition.trigger.event))
    said: dict[str, Any] = dict(last.properties) if last else {}
    event = ByHand(contact.pk, "", at, said | ({key: thing} if key else {}))
    about, rule = thing_of(definition.entry, event), _rule(definition, contact, event, at)
    found = []
    if journey.state != Journey.State.LIVE:
        found.append(WhyNot.NOT_RUNNING)
    if contact.erased is not None:
        found.append(WhyNot.GONE)
    if rule is not None and not rule.holds:
        found.append(WhyNot.RULE)
    if about is None:
        found.append(WhyNot.NO_THING)
    else:
        found += weigh([Candidate(version, event, thing=about)], at=at).refused.values()
    return Outlook(
        about or "",
        last,
        rule,
        {why: why_not_words(why, definition.entry) for why in found},
        _notes(definition, contact, at),
        _remarks(definition, last, at),
    )


def _leaves(why: Explanation) -> Iterator[Explanation]:
    if not why.children:
        yield why
    for child in why.children:
        yield from _leaves(child)


def _rule(definition: Definition, contact: Contact, event: ByHand, at: datetime) -> Explanation | None:
    rule = definition.trigger.rule
    if rule is None:
        return None
    with connection.cursor() as cursor:
        facts = fetch_facts(cursor, [rule], [contact.pk], shop_time(at))[contact.pk]
    facts.event = {"properties": event.properties}
    return explain(rule, facts, shop_time(at))


def _notes(definition: Definition, contact: Contact, at: datetime) -> list[Note]:
    """What stands between its messages and this person today."""
    sends = list(definition.all(Send))
    claimed = [replace(as_claimed(send, contact, at), id=number) for number, send in enumerate(sends)]
    around = Surroundings(claimed, addresses(claimed), business(), at)
    notes = []
    for send, message in zip(sends, claimed, strict=True):
        verdict = judge_routed(message, around, at)
        if verdict is not None:
            notes.append(Note(send.design.subject, reasons.of_verdict(verdict), isinstance(verdict, GuardWaits)))
    return notes


def _remarks(definition: Definition, last: Latest | None, at: datetime) -> list[str]:
    """Why what happened before does not begin it by itself."""
    if last is None:
        return [_("It has not happened to them yet: {event}.").format(event=event_words(definition.trigger.event))]
    if last.history:
        return [_("It is known from a file, or came in late; what is history begins nothing.")]
    if at - last.at > definition.freshness:
        return [_("It is over: only when it happens again can it begin the journey.")]
    return []
