"""What the guards would have made of a message, as of then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from campaigns.channels.liquid import question_keys
from campaigns.guards.as_of import Asked, Past, Sent
from campaigns.guards.facts import Facts
from campaigns.guards.guards import Wait as GuardWaits
from campaigns.guards.guards import Withhold, judge
from campaigns.guards.routing import first_open
from campaigns.journeys.definition import OnHold, Send


@dataclass(slots=True)
class Message:
    """`fate` is went, later (after being held), merged (into another message of the journey, after being held),
    withheld, dropped or waiting at the end of the time looked at; `why` is the first reason against it, '' for none;
    `others` are the origins of the real messages that filled the week."""

    step: str
    asked: datetime
    origin: str
    fate: str = "went"
    why: str = ""
    went: datetime | None = None
    others: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def asks(send: Send) -> bool:
    """Whether the message asks something."""
    return bool(question_keys(send.design.body))


def settle(
    message: Message,
    send: Send,
    past: Past,
    *,
    before: Sequence[Sent],
    carriers: Sequence[datetime],
    seen: datetime | None,
    until: datetime,
) -> None:
    """What the guards make of the message, tried again whenever what held it is over; `before` went to this person
    already, who did something last at `seen`. Letters to them go at the moments `carriers`: it goes inside one of those
    where its step says so."""
    at = message.asked
    while True:
        facts, closed = _taken(send, message, past, at, before, seen)
        verdict = closed or judge(facts, at)
        if verdict is None:
            message.went, message.fate = at, "later" if message.why else "went"
            return
        if not message.why:
            message.why = verdict.why
            if verdict.why == "weekly_cap":
                message.others = tuple(sent.origin for sent in past.sent if sent.at in facts.sent_this_week)
        if not isinstance(verdict, GuardWaits) or send.on_hold is OnHold.DROP:
            message.fate = "dropped" if isinstance(verdict, GuardWaits) else "withheld"
            return
        again = verdict.until or past.frees(verdict.why, at)
        inside = [went for went in sorted(carriers) if at < went <= (again or until)]
        if merged_at := next(
            (w for w in inside if goes_inside(message, send, past, w, before=before, seen=seen)), None
        ):
            message.went, message.fate = merged_at, "merged"
            return
        if again is None or again > until:
            message.fate = "waiting"
            return
        at = again


def goes_inside(
    message: Message, send: Send, past: Past, at: datetime, *, before: Sequence[Sent], seen: datetime | None
) -> bool:
    """Whether it would go inside a letter to the same person that goes at this moment."""
    if send.on_hold is not OnHold.MERGE:
        return False
    facts, closed = _taken(send, message, past, at, before, seen)
    return closed is None and judge(replace(facts, sent_this_week=()), at) is None


def _taken(
    send: Send, message: Message, past: Past, at: datetime, before: Sequence[Sent], seen: datetime | None
) -> tuple[Facts, Withhold | None]:
    """What the guards look at by the channel that it takes; by its first, and why, where none is open."""
    ways = {
        channel: past.facts(
            Asked(send.klass, channel, send.topic, message.asked, asks(send)), at, seen=seen, simulated=before
        )
        for channel in send.channels
    }
    found = first_open(ways, ways.__getitem__, at) if len(ways) > 1 else send.channels[0]
    return (ways[send.channels[0]], found) if isinstance(found, Withhold) else (ways[found], None)
