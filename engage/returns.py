"""The returning belt: whatever is heard about what we said comes in here.

accept → claim → open mails → find the messages → people or machines → fold → the ledger → consequences → facts

Reports come from providers, from mail servers at once or by mail, and from links and pictures of ours; in any order and
any number of times. Each chunk is one transaction, with a constant number of statements but for mails and withdrawals,
which come one by one.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from campaigns.channels.email.returned import arrivals, consequences, touches
from crm.contacts.evidence import evidence
from crm.dialogue import reports
from crm.dialogue.actions.returned import Sent, find_sent, write_standings
from crm.dialogue.fold import HANDED
from crm.dialogue.models import Message, Report
from crm.dialogue.reports import Heard
from crm.events.actions import bury
from engage.lib import belts, clock, live
from engage.memory import switches

log = logging.getLogger(__name__)

Kind = Report.Kind
RETRY_SECONDS = 1.0
MOST_SHOWN = 50_000


@dataclass(slots=True)
class Chunk:
    """What was heard, with the messages that it is about. `news` are the reports that told something new."""

    heard: list[Heard]
    sent: dict[tuple[UUID | None, str], Sent] = field(default_factory=dict)
    news: list[tuple[Heard, Sent]] = field(default_factory=list)

    def about(self, heard: Heard) -> Sent | None:
        return self.sent.get((heard.message, "" if heard.message else heard.header_id))


def run() -> int:
    """Work what was heard, for ten seconds at most. Returns the number of reports."""
    return belts.drain(step)


def step() -> int:
    """Claim a chunk and work it; how many reports, 0 when nothing is due."""
    token, claimed = reports.claim()
    if not claimed:
        return 0
    try:
        with transaction.atomic():
            ours = reports.relock(token, claimed)
            _bury([one for one in ours if one.attempts > reports.MOST_ATTEMPTS], "It stopped the belt 8 times.")
            alive = [one for one in ours if one.attempts <= reports.MOST_ATTEMPTS]
            belts.isolate(alive, work, lambda one, error: _bury([one], f"{type(error).__name__} while working it."))
            reports.finish([one.id for one in ours])
    except belts.PASSING as error:
        log.warning("reports come again: %s", type(error).__name__)
        connection.close_if_unusable_or_obsolete()
        reports.release(token, seconds=RETRY_SECONDS)
    return len(claimed)


def work(heard: Sequence[Heard]) -> None:
    """One chunk, in the caller's transaction."""
    at = clock.now()
    told = arrivals.open_mails(heard, at=at)
    chunk = Chunk([*(one for one in heard if one.kind != Kind.MAIL), *told])
    _withdraw([one for one in chunk.heard if one.kind == Kind.UNSUBSCRIBED])
    chunk.sent = find_sent(chunk.heard)
    counted = touches.judge(chunk.heard, chunk.about)
    for one in chunk.heard:
        sent = chunk.about(one)
        if sent is not None and not (one.id and one.id in counted.machines) and sent.hear(one):
            chunk.news.append((one, sent))
    write_standings(list({sent.id: sent for sent in chunk.sent.values()}.values()))
    consequences.draw(chunk.news, at=at)
    touches.tell(counted.people)
    if chunk.news:
        live.publish("messages", {})


def _withdraw(asked: Sequence[Heard]) -> None:
    """They unsubscribed at their provider's: from what the message was about, or from everything. What they said since
    stands. Before any message is locked, because people are held first, everywhere."""
    messages = {message.uid: message for message in _messages(asked)}
    for one in asked:
        message = messages.get(one.message) if one.message else None
        if message is None:
            continue
        older = {
            standing.topic.key
            for standing in evidence(message.contact, message.channel)
            if (standing.consent is None or standing.consent.at < one.at)
            and message.topic_id in {None, standing.topic.pk}
        }
        if older:
            ledger = switches.Ledger(f"message:{message.uid}")
            switches.withdraw(contact=message.contact, topics=older, ledger=ledger, at=one.at)


def _messages(asked: Sequence[Heard]) -> QuerySet[Message]:
    known = Message.objects.filter(direction=Message.Direction.OUT, state__in=HANDED, contact__erased=None)
    return known.filter(uid__in={one.message for one in asked if one.message}).select_related("contact")


def _bury(letters: Sequence[Heard], reason: str) -> None:
    """Among what could not be read, with its mail."""
    if letters:
        bury([(one.at, "returns", _shown(one), reason, "") for one in letters], at=clock.now())


def _shown(one: Heard) -> dict[str, object]:
    mail = {"mail": one.raw.decode("utf-8", "replace").replace("\0", "")[:MOST_SHOWN]} if one.raw else {}
    return {"kind": one.kind, "message": str(one.message or one.header_id), **one.detail, **mail}
