"""Try it: one person's walk with simulated time. Nothing is sent and nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.channels.addresses import addresses
from campaigns.channels.liquid import question_keys
from campaigns.channels.skeleton import Rendered
from campaigns.guards import reasons
from campaigns.guards.guards import Wait as GuardWaits
from campaigns.guards.guards import judge
from campaigns.guards.queries import Surroundings
from campaigns.guards.routing import routed
from campaigns.journeys import showing
from campaigns.journeys.asking import shop_time
from campaigns.journeys.by_hand import latest
from campaigns.journeys.definition import Definition, Give, Occurrence, Send, Wait
from campaigns.journeys.engine import GOAL, Branches, Decision, Does, Ends, Facts, Waits, Walk, advance, dates, needs
from campaigns.journeys.happened import at_hand
from campaigns.journeys.local_time import real_day
from campaigns.journeys.offering import Words, sample_of
from campaigns.surveys.queries import one_taps
from crm.business.models import Business
from crm.business.queries import business
from crm.contacts.models import Contact, Topic
from crm.dialogue.outbox import Claimed
from crm.rules import Explanation, explain, fetch_facts
from engage.lib.local_time import zone_of

MOST_STOPS = 60
THEY_TAKE = timedelta(hours=1)
"""How long somebody takes, in a trial, to do what a wait looks for."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One decision. For a branch `why` tells of its rule; for a message `rendered` is what they would read, `held`
    the reason for which it would wait or not go, `waits` whether it would only wait."""

    at: datetime
    decision: Decision
    why: Explanation | None = None
    rendered: Rendered | None = None
    problem: str = ""
    held: str = ""
    waits: bool = False


@dataclass(slots=True)
class Trial:
    """`event` is what would begin it: the latest such event of this person, or an empty one (`invented`). `begins` is
    the trigger's rule looked at; None where there is none."""

    contact: Contact
    event: dict[str, Any]
    invented: bool
    begins: Explanation | None
    goal: Occurrence | None = None
    stops: list[Stop] = field(default_factory=list)
    unfinished: bool = False

    @property
    def would_begin(self) -> bool:
        return self.begins is None or self.begins.holds


def try_out(
    definition: Definition, contact: Contact, *, met: Mapping[str, int] = MappingProxyType({}), at: datetime
) -> Trial:
    """Walk on the spot, from one wait's end to the next. At the waits in `met` the person does what that exit of theirs
    looks for, or what the journey is for (GOAL).

    Up to ten queries for each message and three for each wait; at most MOST_STOPS decisions.
    """
    return _Walker(definition, contact, met, at).walk()


def supposed_exits(definition: Definition, said: Iterable[str]) -> dict[str, int]:
    """`["pause:0", "answer:goal"]` as `try_out` takes it; what is no exit of this journey is left out."""
    found: dict[str, int] = {}
    for text in said:
        id, _colon, exit = text.partition(":")
        wait = definition.steps.get(id)
        numbers = {str(number): number for number in range(len(wait.sooner))} if isinstance(wait, Wait) else {}
        if definition.goal and isinstance(wait, Wait):
            numbers["goal"] = GOAL
        if exit in numbers:
            found[id] = numbers[exit]
    return found


class _Walker:
    def __init__(self, definition: Definition, contact: Contact, met: Mapping[str, int], at: datetime) -> None:
        self.definition, self.contact, self.met, self.now = definition, contact, met, at
        self.shop: Business = business()
        self.zone = zone_of(contact.timezone, self.shop.timezone)
        self.event, self.invented = event_of(contact, definition.trigger.event, at)
        self.supposed: dict[str, dict[str, str]] = {}
        self.said: list[datetime] = []
        self.asked: list[str] = []
        self.offer: Words = {}
        self.began = at
        known = {key: real_day(str(contact.attributes.get(key))) for key in dates(definition)}
        self.dates = {key: day for key, day in known.items() if day}

    def walk(self) -> Trial:
        trial = Trial(self.contact, self.event, self.invented, self._begins(), self.definition.goal)
        walk = Walk(self.contact.uid, self.definition.start, 0, self.now)
        while len(trial.stops) < MOST_STOPS:
            explained = self._explained()
            answers = {step: why.holds for step, why in explained.items()}
            facts = Facts(answers, self.zone, self.met.get(walk.step) if walk.visit else None, self.dates)
            decisions = advance(self.definition, walk, facts, self.now)
            trial.stops += [self._stop(decision, explained) for decision in decisions]
            last = decisions[-1]
            if isinstance(last, Ends):
                return trial
            assert isinstance(last, Waits)
            walk = Walk(self.contact.uid, last.step.id, last.visit, last.until)
            self._pass(last)
        trial.unfinished = True
        return trial

    def _begins(self) -> Explanation | None:
        rule = self.definition.trigger.rule
        if rule is None:
            return None
        at = shop_time(self.now)
        with connection.cursor() as cursor:
            facts = fetch_facts(cursor, [rule], [self.contact.pk], at)[self.contact.pk]
        facts.event = at_hand(self.event["properties"])
        return explain(rule, facts, at)

    def _explained(self) -> dict[str, Explanation]:
        """The answer to each branch's rule, as of now on this walk."""
        rules, at = needs(self.definition), shop_time(self.now)
        if not rules:
            return {}
        with connection.cursor() as cursor:
            known = fetch_facts(cursor, rules.values(), [self.contact.pk], at)[self.contact.pk]
        return {step: explain(rule, known, at) for step, rule in rules.items()}

    def _stop(self, decision: Decision, explained: Mapping[str, Explanation]) -> Stop:
        if isinstance(decision, Branches):
            return Stop(self.now, decision, why=explained.get(decision.step.id))
        if isinstance(decision, Does) and isinstance(decision.step, Send):
            return self._message(decision, decision.step)
        if isinstance(decision, Does) and isinstance(decision.step, Give):
            self.offer = sample_of(decision.step.offer)
        return Stop(self.now, decision)

    def _message(self, decision: Does, send: Send) -> Stop:
        rendered, problem = showing.shown(
            send,
            self.contact,
            event=self.event,
            supposed=self.supposed,
            offer=self.offer,
            shop=self.shop,
            at=self.now,
        )
        held, waits = self._held(send)
        if not held:
            self.said.append(self.now)
        if not problem:
            self.asked += question_keys(send.design.body)
        return Stop(self.now, decision, rendered=rendered, problem=problem, held=held, waits=waits)

    def _held(self, send: Send) -> tuple[str, bool]:
        """Why the message would not go at once, as things stand today."""
        message = as_claimed(send, self.contact, self.now)
        surroundings = Surroundings([message], addresses([message]), self.shop, self.now)
        no_way = routed(message, surroundings, self.now)
        facts = surroundings.facts(message)
        facts = replace(facts, did_something=self.began, sent_this_week=(*facts.sent_this_week, *self.said))
        verdict = no_way or judge(facts, self.now)
        if verdict is None:
            return "", False
        return reasons.of_verdict(verdict), isinstance(verdict, GuardWaits)

    def _pass(self, last: Waits) -> None:
        """Let the time go by, until the wait is over or what it looks for was done."""
        if last.step.id in self.met:
            self.now = min(last.until, self.now + THEY_TAKE)
            self._suppose()
        else:
            self.now = last.until

    def _suppose(self) -> None:
        """They answered: what was asked is known from now on, as the first answer that could be tapped."""
        for tap in one_taps(self.asked).values():
            if tap.preference and tap.answers:
                self.supposed[tap.preference] = {"value": tap.answers[0].label, "because": _("you mentioned just now")}


def event_of(contact: Contact, name: str, at: datetime) -> tuple[dict[str, Any], bool]:
    """The latest such event of this person, or an empty one."""
    found = latest([name], [contact.pk]).get((contact.pk, name))
    if found is None:
        return {"name": name, "at": at.isoformat(), "properties": {}}, True
    return {"name": name, "at": found.at.isoformat(), "properties": found.properties}, False


def as_claimed(send: Send, contact: Contact, at: datetime) -> Claimed:
    """The message as the guards look at one."""
    topic = Topic.objects.filter(key=send.topic).values_list("pk", flat=True).first() if send.topic else None
    first, *others = send.channels
    routes = [(name, None) for name in send.channels] if others else ()
    return Claimed.unsent(id=0, contact=contact.pk, klass=send.klass, channel=first, topic=topic, at=at, routes=routes)
