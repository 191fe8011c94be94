"""What the guards would have made of a message, as of then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from campaigns.channels.liquid import question_keys
from campaigns.guards.as_of import Asked, Past, Sent
from campaigns.guards.guards import Wait as GuardWaits
from campaigns.guards.guards import judge
from campaigns.journeys.definition import OnHold, Send


@dataclass(slots=True)
class Message:
    """`fate` is went, later (after being held), withheld, dropped or waiting at the end of the time looked at; `why` is
    the first reason against it, '' for none; `others` are the origins of the real messages that filled the week."""

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
    message: Message, send: Send, past: Past, *, before: Sequence[Sent], seen: datetime | None, until: datetime
) -> None:
    """What the guards make of the message, tried again whenever what held it is over; `before` went to this person
    already, who did something last at `seen`."""
    asked, at = Asked(send.klass, send.channel, send.topic, message.asked, asks(send)), message.asked
    while True:
        facts = past.facts(asked, at, seen=seen, simulated=before)
        verdict = judge(facts, at)
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
        if again is None or again > until:
            message.fate = "waiting"
            return
        at = again
