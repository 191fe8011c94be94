"""Opens and clicks of messages: what machines did is kept apart, what people did becomes news and facts."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from campaigns.channels.email.returned import machines
from campaigns.channels.email.returned.machines import Touched
from crm.dialogue.actions.returned import Sent, keep_touches
from crm.dialogue.models import Report
from crm.dialogue.queries import touches_of
from crm.dialogue.reports import Heard, waiting_touches
from crm.events.actions import Fact, derive

Kind = Report.Kind
CLICKED, OPENED = "Message Clicked", "Message Opened"
TOUCHES = frozenset({Kind.OPENED, Kind.CLICKED})


@dataclass(slots=True)
class Counted:
    """The reports of a chunk by whose hand they are: those of machines by their keys."""

    machines: set[int] = field(default_factory=set)
    people: list[tuple[Heard, Sent]] = field(default_factory=list)


def judge(heard: Sequence[Heard], about: Callable[[Heard], Sent | None]) -> Counted:
    """Tell people from machines by what each touch says of itself and by those of the same message around it, and keep
    all. Three statements, none without touches."""
    mine = [(one, sent) for one in heard if one.kind in TOUCHES and (sent := about(one))]
    counted = Counted()
    if not mine:
        return counted
    around = _around([sent for _, sent in mine])
    kept = []
    for one, sent in mine:
        touch = Touched(one.kind, str(one.detail.get("link", "")), one.at, one.detail.get("machine", ""))
        sign = machines.judge(touch, around[sent.uid], int(one.detail.get("links", 0)))
        kept.append((sent.id, touch.kind, touch.link, touch.at, sign))
        if sign:
            counted.machines.add(one.id)
        else:
            counted.people.append((one, sent))
    keep_touches(kept)
    return counted


def tell(people: Sequence[tuple[Heard, Sent]]) -> None:
    """The facts that triggers hear: every link, once a minute; the first time that a message was opened. One INSERT."""
    derive([_fact(one, sent) for one, sent in people], cause="returns")


def _around(messages: Sequence[Sent]) -> dict[UUID, list[Touched]]:
    """The touches of these messages, those that still wait among them."""
    around: dict[UUID, list[Touched]] = defaultdict(list)
    uids = {sent.id: sent.uid for sent in messages}
    for message, kind, link, at, sign in touches_of(uids):
        around[uids[message]].append(Touched(kind, link, at, sign))
    for uid, kind, link, at, sign in waiting_touches(sorted(uids.values())):
        around[uid].append(Touched(kind, link, at, sign))
    return around


def _fact(one: Heard, sent: Sent) -> Fact:
    properties: dict[str, object] = {"message": str(sent.uid), "origin": sent.origin}
    if one.kind == Kind.OPENED:
        name, key = OPENED, f"open:{sent.uid}"
    else:
        link = one.detail.get("link", "")
        name, key = CLICKED, f"click:{sent.uid}:{link}:{int(one.at.timestamp() // 60)}"[:99]
        properties |= {"link": int(link) if str(link).isdecimal() else link, "url": one.detail.get("url", "")}
    return Fact(sent.contact, sent.recorded_for, name, one.at, key, properties)
