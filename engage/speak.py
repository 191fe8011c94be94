"""The speaking belt: whatever we say leaves here.

    queue → claim → hold contacts → guards → render → mark → hand over → record outcome

Three transactions and no lock while mail is handed over: the claim; the decisions; then one short turn for each window
of mails, one mail for each open connection.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import connection, transaction

from campaigns.channels import contents, port
from campaigns.channels.addresses import addresses
from campaigns.channels.email.domain import warming
from campaigns.channels.handing import Handing
from campaigns.channels.port import Ready
from campaigns.channels.rendering import join, render
from campaigns.guards.gathering import gather, settled
from campaigns.guards.queries import Surroundings
from campaigns.guards.stops import Stops
from campaigns.surveys.asking import Asking
from crm.business.models import Business
from crm.business.queries import business
from crm.contacts.actions import hold
from crm.dialogue import merging, outbox
from crm.dialogue.models import Message
from crm.dialogue.outbox import Claimed, Settled
from crm.dialogue.streams import STREAM
from engage.lib import belts, clock, live

log = logging.getLogger(__name__)

ALL_LANES = frozenset(Message.Lane.values)
FAST_LANES = frozenset({Message.Lane.INTERACTIVE, Message.Lane.TRIGGERED})
State = Message.State

RETRY_SECONDS = 1.0
MOST_ATTEMPTS = 20
"""Claims in a row that came to nothing, not even to a reason to wait: such a message stops the belt."""


def run(lanes: Collection[int] = ALL_LANES) -> int:
    """Say what is due in these lanes, for ten seconds at most. Returns the number of messages."""
    return belts.drain(lambda: step(lanes))


def step(lanes: Collection[int]) -> int:
    """Claim a chunk and say it; how many messages, 0 when nothing is due."""
    token, claimed = outbox.claim(lanes)
    if not claimed:
        return 0
    try:
        if ready := decide_apart(token, claimed, at=clock.now()):
            hand_over(token, ready)
    except belts.PASSING as error:
        log.warning("messages come again: %s", type(error).__name__)
        connection.close_if_unusable_or_obsolete()
        outbox.release(token, seconds=RETRY_SECONDS)
    return len(claimed)


def decide_apart(token: UUID, claimed: Sequence[int], *, at: datetime, alone: bool = False) -> list[Ready]:
    """`decide`; where that fails for good, for each half, down to the one message that fails it, also where it takes
    nothing along: it has failed."""
    try:
        return decide(token, claimed, at=at, alone=alone)
    except belts.PASSING:
        raise
    except Exception as error:
        log.warning("a message could not be decided: %s", type(error).__name__)
        if len(claimed) > 1:
            middle = len(claimed) // 2
            return [
                *decide_apart(token, claimed[:middle], at=at),
                *decide_apart(token, claimed[middle:], at=at),
            ]
        if not alone:
            return decide_apart(token, claimed, at=at, alone=True)
        outbox.settle([Settled(claimed[0], State.FAILED, "fault", {"fault": type(error).__name__})], at=at)
        return []


def decide(token: UUID, claimed: Collection[int], *, at: datetime, alone: bool = False) -> list[Ready]:
    """In one transaction: hold, guards, render. Returns what is to be handed over; the rest is settled or put back.
    With `alone`, nothing that waits is taken along."""
    shop = business()
    with transaction.atomic():
        messages = _by_themselves(_undecided(outbox.relock(token, claimed), at))
        held = hold(contacts={message.contact for message in messages}, skip_locked=True).present
        outbox.put_back([m.id for m in messages if m.contact not in held], seconds=RETRY_SECONDS)
        ours, waiting = [message for message in messages if message.contact in held], list[Claimed]()
        if not alone:
            ours, waiting = _with_what_waits(ours, token)
        asking = Asking([*ours, *waiting], at=at)
        destinations = addresses([*ours, *waiting])
        room = warming.room(shop, at)
        surroundings = Surroundings([*ours, *waiting], destinations, shop, at, asking, room)
        gathered = gather(ours, waiting, surroundings, at)
        warming.close(room)
        written, failed = render(
            list(chain.from_iterable(gathered.groups)),
            addresses=destinations,
            questions=asking.questions,
            shop=shop,
            at=at,
        )
        ready, inside = join(gathered.groups, written)
        ways = _ways_out(ready, shop)
        leaves = [item for item in ready if item.message.channel in ways]
        kept = [item for item in ready if item.message.channel not in ways]
        again = [message.id for message in ours if message.state != State.QUEUED]
        outbox.keep_written([item.written for item in ready], state=State.CLAIMED, again=again)
        merging.carry(inside)
        done = [
            *(settled(*held) for held in gathered.held),
            *failed,
            *(Settled(item.message.id, State.KEPT) for item in kept),
        ]
        outbox.settle(done, at=at)
        _tell_pages(ready)
    return leaves


def hand_over(token: UUID, ready: Sequence[Ready]) -> None:
    """Give the messages to their channels; every outcome is recorded before the next window goes."""
    shop = business()
    stops = Stops(item.message for item in ready)
    with Handing(token, {item.message.id: item.message.attempts for item in ready}, stops) as handing:
        for channel in {item.message.channel: port.channel(item.message.channel) for item in ready}.values():
            parcels = (channel.parcel(item, shop) for item in ready if item.message.channel == channel.name)
            port.hand_over(channel, channel.carrier(), parcels, handing.turn)
    _tell_pages(ready)


def _tell_pages(ready: Sequence[Ready]) -> None:
    live.publish("messages", {})
    if any(item.message.klass == Message.Class.CONVERSATION for item in ready):
        live.publish(STREAM, {})


def _undecided(messages: Sequence[Claimed], at: datetime) -> list[Claimed]:
    """Those that nobody handed over: a lease that lapsed meanwhile leaves the others unknown, or done."""
    left = [
        Settled(m.id, State.UNKNOWN, "interrupted") if m.mark == outbox.HANDING else Settled(m.id, m.mark, at=m.marked)
        for m in messages
        if m.mark
    ]
    unmarked = [m for m in messages if not m.mark]
    undecided = [m for m in unmarked if m.state in {State.QUEUED, State.WAITING, State.CLAIMED}]
    outbox.leave({m.id for m in unmarked} - {m.id for m in undecided})
    given_up = [Settled(m.id, State.FAILED, "fault") for m in undecided if m.attempts > MOST_ATTEMPTS]
    outbox.settle([*left, *given_up], at=at)
    return [m for m in undecided if m.attempts <= MOST_ATTEMPTS]


def _by_themselves(messages: list[Claimed]) -> list[Claimed]:
    """Each as it was queued: what one carried when it was here before waits by itself again."""
    carriers = {m.id: own for m in messages if m.content and (own := contents.own(m.content)) != m.content}
    merging.let_out(carriers)
    for message in messages:
        message.content = carriers.get(message.id, message.content)
    return messages


def _with_what_waits(messages: list[Claimed], token: UUID) -> tuple[list[Claimed], list[Claimed]]:
    """The messages, and what waits for the same people to be taken along. Where that is in other hands just now, both
    come again, not at the same moment."""
    waiting, elsewhere = merging.to_take_along(messages, token)
    again = [m.id for m in messages if m.contact in elsewhere and merging.carries(m)]
    outbox.put_back(again, seconds=2 * RETRY_SECONDS)
    return [m for m in messages if m.id not in again], [m for m in waiting if m.contact not in elsewhere]


def _ways_out(ready: Sequence[Ready], shop: Business) -> set[str]:
    """The channels that lead out of here. In Test, and in the demo, everything stays: kept in the Outbox."""
    if shop.demo or not shop.live:
        return set()
    return {name for name in {item.message.channel for item in ready} if port.channel(name).carrier().leaves}
