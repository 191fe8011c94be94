"""The speaking belt: whatever we say leaves here.

    queue → claim → hold contacts → guards → render → mark → hand over → record outcome

Three transactions and no lock while mail is handed over: the claim; the decisions; then one short turn for each window
of mails, one mail for each open connection.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from campaigns.channels import contents, port
from campaigns.channels.email.mime import Address, Letter
from campaigns.channels.handing import Handing
from campaigns.channels.port import Parcel
from campaigns.channels.rendering import Ready, render
from campaigns.channels.variables import addresses
from campaigns.guards.guards import Wait, judge
from campaigns.guards.queries import Surroundings
from campaigns.surveys.asking import Asking
from crm.business.models import Business
from crm.business.queries import business
from crm.contacts.actions import hold
from crm.dialogue import outbox
from crm.dialogue.models import Message
from crm.dialogue.outbox import Claimed, Settled
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


def decide_apart(token: UUID, claimed: Sequence[int], *, at: datetime) -> list[Ready]:
    """`decide`; where that fails for good, for each half, down to the one message that fails it: it has failed."""
    try:
        return decide(token, claimed, at=at)
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
        outbox.settle([Settled(claimed[0], State.FAILED, "fault", {"fault": type(error).__name__})], at=at)
        return []


def decide(token: UUID, claimed: Collection[int], *, at: datetime) -> list[Ready]:
    """In one transaction: hold, guards, render. Returns what is to be handed over; the rest is settled or put back."""
    shop = business()
    with transaction.atomic():
        messages = _undecided(outbox.relock(token, claimed), at)
        held = hold(contacts={message.contact for message in messages}, skip_locked=True).present
        outbox.put_back([m.id for m in messages if m.contact not in held], seconds=RETRY_SECONDS)
        ours = [message for message in messages if message.contact in held]
        asking = Asking(ours, at=at)
        passed, destinations, verdicts = _guard(ours, asking, shop, at)
        ready, failed = render(
            passed,
            addresses=destinations,
            questions=asking.questions,
            shop=shop,
            domain=sender_domain(shop),
            at=at,
        )
        leaves = [item for item in ready if _leaves(item, shop)]
        kept = [item for item in ready if not _leaves(item, shop)]
        again = [message.id for message in ours if message.state != State.QUEUED]
        outbox.keep_written([item.written for item in ready], state=State.CLAIMED, again=again)
        done = [*verdicts, *failed, *(Settled(item.message.id, State.KEPT) for item in kept)]
        outbox.settle(done, at=at)
        _tell_pages(ready)
    return leaves


def hand_over(token: UUID, ready: Sequence[Ready]) -> None:
    """Give the messages to their channel; every outcome is recorded before the next window goes."""
    shop = business()
    channel = port.channel("email")
    with Handing(token, {item.message.id: item.message.attempts for item in ready}) as handing:
        port.hand_over(channel, channel.carrier(), (_parcel(item, shop) for item in ready), handing.turn)
    _tell_pages(ready)


def _tell_pages(ready: Sequence[Ready]) -> None:
    live.publish("messages", {})
    if any(item.message.klass == Message.Class.CONVERSATION for item in ready):
        live.publish("inbox", {})


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


def _guard(
    messages: Sequence[Claimed], asking: Asking, shop: Business, at: datetime
) -> tuple[list[Claimed], dict[int, str], list[Settled]]:
    """Who may be written to now, where, and why the others may not."""
    destinations = addresses(messages)
    surroundings = Surroundings(messages, destinations, shop, at, asking)
    passed: list[Claimed] = []
    verdicts: list[Settled] = []
    for message in messages:
        verdict = judge(surroundings.facts(message), at)
        if verdict is None:
            surroundings.count(message, at)
            passed.append(message)
        elif isinstance(verdict, Wait) and message.variables.get("on_hold") != "drop":
            verdicts.append(Settled(message.id, State.WAITING, verdict.why, verdict.detail, verdict.until))
        else:
            verdicts.append(Settled(message.id, State.WITHHELD, verdict.why, verdict.detail))
    return passed, destinations, verdicts


def _leaves(item: Ready, shop: Business) -> bool:
    """In Test, and in the demo, everything stays here: kept in the Outbox."""
    return shop.live and not shop.demo and port.channel(item.message.channel).carrier().leaves


def _parcel(item: Ready, shop: Business) -> Parcel:
    message = item.message
    letter = Letter(
        skeleton=contents.load(item.written.content),
        slots=item.written.slots,
        sender=Address(shop.sender_email or settings.DEFAULT_FROM_EMAIL, shop.sender_name or shop.name),
        to=Address(item.written.address, item.name),
        message_id=item.written.header_id,
        at=clock.now(),
        reply_to=f"reply+{message.uid.hex}@{settings.INBOUND_DOMAIN}" if settings.INBOUND_DOMAIN else "",
        unsubscribe_url=item.unsubscribe_url,
        automated=message.author is None,
    )
    return Parcel(message.id, item.written.address, letter)


def sender_domain(shop: Business) -> str:
    """The domain of our Message-IDs."""
    return (shop.sender_email or settings.DEFAULT_FROM_EMAIL).rpartition("@")[2]
