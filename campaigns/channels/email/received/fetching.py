"""Mail is fetched from the shop's mailboxes: kept as a report in the same transaction in which the mailbox remembers
how far it was read, and only then marked as seen there. So each is there once, whenever a process dies.
"""

import imaplib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from imap_tools.errors import ImapToolsError

from campaigns.channels.email.received import letters, parts, places
from campaigns.channels.email.received.imap import Found, NotOpened, Opened, opened
from campaigns.channels.models import Mailbox
from crm.dialogue import reports
from crm.dialogue.models import Report
from crm.dialogue.reports import Heard
from engage.lib import clock

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=45)
IN_TROUBLE = timedelta(minutes=5)
MOST = 200
"""Mails at a time."""

BATCH = 20
BATCH_BYTES = 5 * 1024 * 1024


def run() -> int:
    """Look into each mailbox whose turn it is. Returns the number of mails."""
    return sum(look_into(key) for key in due(clock.now()))


def due(at: datetime) -> list[int]:
    """Whose turn it is; one that could not be opened waits longer. One query."""
    well = Q(trouble="", fetched__lte=at - EVERY) | Q(fetched__lte=at - IN_TROUBLE)
    waiting = Mailbox.objects.filter(Q(fetched=None) | well, paused=None)
    return list(waiting.order_by("fetched").values_list("pk", flat=True))


def look_into(key: int, *, wait: float = 0.0) -> int:
    """Fetch what is new, and with `wait` what comes within so many seconds, where the server tells it."""
    mailbox = Mailbox.objects.filter(pk=key, paused=None).first()
    if mailbox is None:
        return 0
    taken = 0
    try:
        with opened(mailbox) as box:
            taken = _take(mailbox, box)
            _done(mailbox, "", can_wait=box.can_wait)
            if wait and box.can_wait and box.wait(wait):
                taken += _take(mailbox, box)
    except NotOpened as error:
        _done(mailbox, error.flaw)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        log.warning("a mailbox could not be read: %s", type(error).__name__)
        _done(mailbox, "unreachable")
    return taken


def begin(mailbox: Mailbox) -> None:
    """Look into a mailbox that is not kept yet: what is in it stays there, what comes is fetched. Raises NotOpened."""
    with opened(mailbox) as box:
        mailbox.validity, mailbox.last_uid = box.validity, box.next_uid - 1
        mailbox.can_wait = box.can_wait


def _take(mailbox: Mailbox, box: Opened) -> int:
    if mailbox.validity != box.validity:
        _renumber(mailbox, box)
    taken = 0
    while uids := box.after(mailbox.last_uid, most=MOST):
        for batch in _batches(box.read(uids)):
            if not _keep(mailbox, batch, batch[-1].uid):
                return taken
            taken += len(batch)
            box.mark_seen([one.uid for one in batch])
        if mailbox.last_uid < uids[-1] and not _keep(mailbox, [], uids[-1]):
            return taken
    return taken


def _renumber(mailbox: Mailbox, box: Opened) -> None:
    """The server numbers anew: what came since the day before we looked last is taken again, and is here once."""
    since = (mailbox.fetched or mailbox.made) - timedelta(days=1)
    first = next(iter(box.since(since.date())), box.next_uid)
    Mailbox.objects.filter(pk=mailbox.pk).update(validity=box.validity, last_uid=first - 1)
    mailbox.validity, mailbox.last_uid = box.validity, first - 1


def _keep(mailbox: Mailbox, batch: list[Found], last: int) -> bool:
    """One transaction; False if somebody else has read further meanwhile."""
    with transaction.atomic():
        known = Mailbox.objects.filter(pk=mailbox.pk, validity=mailbox.validity, last_uid=mailbox.last_uid)
        if not known.update(last_uid=last, taken=F("taken") + len(batch)):
            return False
        reports.accept([_heard(mailbox, one) for one in batch])
    mailbox.last_uid = last
    return True


def _heard(mailbox: Mailbox, one: Found) -> Heard:
    try:
        to = places.taken(letters.recipients(parts.parsed(one.raw)))
    except Exception:  # as many errors as there are ways to break a mail
        to = []
    detail = {"to": to, "source": mailbox.address}
    return Heard(Report.Kind.MAIL, one.arrived or clock.now(), detail=detail, raw=one.raw)


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for one in found:
        batch.append(one)
        size += len(one.raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _done(mailbox: Mailbox, flaw: str, **changes: object) -> None:
    at = clock.now()
    changes |= {"fetched": at, "trouble": flaw}
    changes["trouble_since"] = (mailbox.trouble_since or at) if flaw else None
    Mailbox.objects.filter(pk=mailbox.pk).update(**changes)
