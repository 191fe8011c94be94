"""Which of a chunk's messages may go now, and which go together as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from campaigns.channels import contents, port
from campaigns.guards.guards import Wait, Withhold, judge
from campaigns.guards.queries import Surroundings
from campaigns.guards.routing import judge_routed, routed
from crm.dialogue.merging import DROP, ON_HOLD, carries, merges
from crm.dialogue.models import Message
from crm.dialogue.outbox import Claimed, Settled

MOST = 5
"""Messages that go as one, at most."""
State = Message.State

type Destination = tuple[int, int, str, str, int | None]


@dataclass(slots=True)
class Gathered:
    """`groups`: what goes now; the first of each carries the others. `held`: the rest, and the guard's word."""

    groups: list[list[Claimed]] = field(default_factory=list)
    held: list[tuple[Claimed, Wait | Withhold]] = field(default_factory=list)


def gather(
    messages: Sequence[Claimed], waiting: Sequence[Claimed], surroundings: Surroundings, at: datetime
) -> Gathered:
    """Ask the guards about `messages`, one after the other. Each marketing letter that passes takes along those of the
    same person that a guard held, now or before, and that want it: `waiting` are such that are not due yet, and of
    which nothing is said here where they are not taken along.

    Inside another a message does not count for the weekly limit; everything else is asked of it as if it went by
    itself. No query.
    """
    return _Gathering(surroundings, at).run(messages, waiting)


class _Gathering:
    def __init__(self, surroundings: Surroundings, at: datetime) -> None:
        self.surroundings, self.at = surroundings, at
        self.open: dict[Destination, list[Claimed]] = {}
        self.found = Gathered()

    def run(self, messages: Sequence[Claimed], waiting: Sequence[Claimed]) -> Gathered:
        held = []
        for message in sorted(messages, key=_may_go_inside):
            if _may_go_inside(message) and self._goes_inside(message):
                continue
            if verdict := judge_routed(message, self.surroundings, self.at):
                held.append((message, verdict))
            else:
                self._goes(message)
        for message, verdict in held:
            if not (isinstance(verdict, Wait) and self._goes_inside(message)):
                self.found.held.append((message, verdict))
        for message in waiting:
            self._goes_inside(message)
        self.found.groups = [_in_order(group) for group in self.found.groups]
        return self.found

    def _goes(self, message: Claimed) -> None:
        group = [message]
        self.found.groups.append(group)
        self.surroundings.count(message, self.at)
        if _has_a_place(message):
            self.open[self._destination(message)] = group

    def _goes_inside(self, message: Claimed) -> bool:
        if not merges(message) or routed(message, self.surroundings, self.at):
            return False
        group = self.open.get(self._destination(message))
        if group is None or len(group) >= MOST or not _has_a_place(message):
            return False
        if judge(replace(self.surroundings.facts(message), sent_this_week=()), self.at):
            return False
        group.append(message)
        self.surroundings.count_inside(message, self.at)
        return True

    def _destination(self, message: Claimed) -> Destination:
        """Two messages can be one only where this is the same. `recorded_for`, so that people who turn out to be two
        after all have nothing of each other."""
        address = self.surroundings.address(message)
        return message.contact, message.recorded_for, message.channel, address, message.author


def _may_go_inside(message: Claimed) -> bool:
    """Whether a guard held it before: such are asked last, when those that carry them are known."""
    return merges(message) and message.state != State.QUEUED


def _has_a_place(message: Claimed) -> bool:
    """Whether others can stand in it, and it in others."""
    shown = carries(message) and port.channel(message.channel).rich
    return shown and message.content is not None and contents.can_be_joined(message.content)


def _in_order(group: list[Claimed]) -> list[Claimed]:
    """The one that carries the others: that which did not ask to be merged, if there is one, else the one that fell due
    first. Then the others, as they fell due."""
    return sorted(group, key=lambda message: (merges(message), message.at, message.id))


def settled(message: Claimed, verdict: Wait | Withhold) -> Settled:
    """What becomes of one that is held: it waits, unless its step drops it."""
    if isinstance(verdict, Wait) and message.variables.get(ON_HOLD) != DROP:
        return Settled(message.id, State.WAITING, verdict.why, verdict.detail, verdict.until)
    return Settled(message.id, State.WITHHELD, verdict.why, verdict.detail)
