"""The listening belt: everything that customers do or say comes in here.

accept → claim → parse → the stages below, each chunk in one transaction → finish
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from campaigns.journeys.triggers import match_triggers
from crm.business.queries import business
from crm.catalog.actions import apply_orders
from crm.events import inbox
from crm.events.actions import bury, stop_belt
from crm.events.envelope import Envelope, Incoming, Refusal, open_envelope
from crm.events.queries import faults, recorded_since
from crm.events.recording import announce, drop_seen, hold_people, record
from crm.leaving.listening import open_leaving_cases
from crm.preferences.listening import remember_preferences
from crm.segments.listening import refresh_segments
from crm.segments.observed import notice_preferences
from engage.lib import belts, clock

log = logging.getLogger(__name__)

STAGES = (
    hold_people,
    record,
    apply_orders,
    remember_preferences,
    notice_preferences,
    open_leaving_cases,
    refresh_segments,
    match_triggers,
    announce,
)
"""Each takes the chunk's events and `at`, decides and writes in sets; the number of queries is constant."""

MOST_ATTEMPTS = 8
RETRY_SECONDS = 1.0
FAULTS_OBSERVED = timedelta(minutes=1)
FEWEST_FAULTS = 20
MOST_FAULTS = 0.05


class TooManyFaults(Exception):
    """So much fails for one reason that the reason must be ours."""


def run() -> int:
    """Empty the inbox, for ten seconds at most. Returns the number of envelopes."""
    return belts.drain(step)


def step() -> int:
    """Claim a chunk and carry it through; the number of envelopes, 0 when nothing waits."""
    token, envelopes = inbox.claim()
    if not envelopes:
        return 0
    try:
        with transaction.atomic():
            ours = inbox.relock(token, envelopes)
            work(ours, at=clock.now())
            inbox.finish(ours)
    except belts.PASSING as error:
        log.warning("chunk comes again: %s", type(error).__name__)
        connection.close_if_unusable_or_obsolete()
        inbox.release(token, seconds=RETRY_SECONDS)
    except TooManyFaults as error:
        stop_belt("listen", reason=str(error), at=clock.now())
        inbox.release(token, seconds=RETRY_SECONDS)
        return 0
    return len(envelopes)


def work(envelopes: Sequence[Envelope], *, at: datetime) -> None:
    """One chunk in the caller's transaction: whatever cannot be recorded is dead-lettered, the rest goes through."""
    country = business().country
    events: list[Incoming] = []
    letters: list[tuple] = []
    for envelope in envelopes:
        if envelope.attempts > MOST_ATTEMPTS:
            letters.append((envelope.received, envelope.source, envelope.body, "It stopped the belt 8 times.", ""))
            continue
        for item in open_envelope(envelope, country=country):
            if isinstance(item, Refusal):
                letters.append((envelope.received, envelope.source, item.raw, item.reason, ""))
            else:
                events.append(item)

    def fail(event: Incoming, error: Exception) -> None:
        fault = type(error).__name__
        letters.append((event.received, event.source, event.raw, f"{fault} while recording it.", fault))

    belts.isolate(events, lambda part: carry(part, at=at), fail)
    if letters:
        bury(letters, at=at)
        _check(letters, at)


def carry(events: Sequence[Incoming], *, at: datetime) -> None:
    """Through all stages, but for what was recorded before."""
    new = drop_seen(events, at=at)
    if not new:
        return
    for stage in STAGES:
        stage(new, at=at)


def _check(letters: Sequence[tuple], at: datetime) -> None:
    """A bad deploy must not dead-letter the inbox: over 5 % of a minute for one fault of ours stops the belt."""
    for fault in {letter[4] for letter in letters if letter[4]}:
        count = faults(fault, since=at - FAULTS_OBSERVED)
        if count >= FEWEST_FAULTS and count > MOST_FAULTS * (count + recorded_since(at - FAULTS_OBSERVED)):
            raise TooManyFaults(f"{count} events of the last minute failed with {fault}.")
