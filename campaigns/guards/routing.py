"""Which of several channels a message takes: the first for which there is an address and a permission."""

from collections.abc import Callable, Iterable
from datetime import datetime

from campaigns.guards.facts import Facts
from campaigns.guards.guards import Verdict, Withhold, closed, judge
from campaigns.guards.queries import Surroundings
from crm.dialogue.outbox import Claimed


def judge_routed(message: Claimed, surroundings: Surroundings, now: datetime) -> Verdict:
    """`judge`, by the first of the message's channels that is open; the message takes it. Withheld where none is."""
    return routed(message, surroundings, now) or judge(surroundings.facts(message), now)


def routed(message: Claimed, surroundings: Surroundings, now: datetime) -> Withhold | None:
    """Let the message take the first of its channels that is open; why not, where none is."""
    contents = dict(message.routes)
    if not contents:
        return None
    found = first_open(contents, lambda channel: surroundings.facts(message, channel), now)
    if isinstance(found, Withhold):
        return found
    surroundings.take(message, found, contents[found])
    return None


def first_open(channels: Iterable[str], facts_of: Callable[[str], Facts], now: datetime) -> str | Withhold:
    """The first channel that nothing stands against, or what stands against each."""
    tried = []
    for channel in channels:
        reason = closed(facts_of(channel), now)
        if reason is None:
            return channel
        tried.append({"channel": channel, "why": reason.why, "detail": reason.detail})
    return Withhold("no_way", {"tried": tried})
