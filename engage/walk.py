"""The walking belt: enrolments whose wait fell due, or was fulfilled, move on.

claim → hold people and journeys → the stages below, each chunk in one transaction
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from campaigns.journeys import due
from campaigns.journeys.brake import hold_back
from campaigns.journeys.carrying import hand_out, remember, speak
from campaigns.journeys.chunk import Chunk
from campaigns.journeys.due import Walker
from campaigns.journeys.finding import note_found
from campaigns.journeys.joining import lead_off, lead_over
from campaigns.journeys.models import Enrolment
from campaigns.journeys.offering import give_offers
from campaigns.journeys.queries import failed_since, walked_since
from campaigns.journeys.shadow.noting import note_shadow
from campaigns.journeys.walking import (
    KEPT_STOPPING,
    decide,
    end,
    gather_facts,
    keep_path,
    lock,
    move_on,
    redirect,
    tally,
    wait,
)
from campaigns.journeys.webhooks.queue import call_out
from crm.events.actions import stop_belt
from engage.lib import belts, clock

log = logging.getLogger(__name__)

STAGES = (
    redirect,
    gather_facts,
    decide,
    hold_back,
    lead_off,
    move_on,
    note_found,
    lead_over,
    give_offers,
    keep_path,
    remember,
    hand_out,
    speak,
    note_shadow,
    call_out,
    wait,
    tally,
)
"""Each takes the chunk and `at`; the number of queries is constant."""

MOST_ATTEMPTS = 8
RETRY_SECONDS = 1.0
OTHER_HANDS_SECONDS = 0.2
FAULTS_OBSERVED = timedelta(minutes=1)
FEWEST_FAULTS = 20
MOST_FAULTS = 0.05


class TooManyFaults(Exception):
    """So much fails for one reason that the reason must be ours."""


def run() -> int:
    """Move on whoever can, for ten seconds at most. Returns the number of enrolments looked at."""
    return belts.drain(step)


def step() -> int:
    """Claim a chunk and carry it through; the number of enrolments, 0 when nothing is due."""
    token, claimed = due.claim(clock.now())
    if not claimed:
        return 0
    try:
        with transaction.atomic():
            walkers = lock(token, claimed, at=clock.now())
            work(walkers, at=clock.now())
            due.release(token, claimed, seconds=OTHER_HANDS_SECONDS)
    except belts.PASSING as error:
        log.warning("chunk comes again: %s", type(error).__name__)
        connection.close_if_unusable_or_obsolete()
        due.release(token, claimed, seconds=RETRY_SECONDS)
    except TooManyFaults as error:
        stop_belt("walk", reason=str(error), at=clock.now())
        due.release(token, claimed, seconds=RETRY_SECONDS)
        return 0
    return len(claimed)


def work(walkers: Sequence[Walker], *, at: datetime) -> None:
    """One chunk in the caller's transaction: who cannot go on leaves the journey with the reason, the rest walks."""
    faults: dict[str, int] = {}

    def fail(walker: Walker, fault: str) -> None:
        end([walker.enrolment], outcome=Enrolment.Outcome.FAILED, reason=fault, at=at)
        faults[fault] = faults.get(fault, 0) + 1

    worn = [walker for walker in walkers if walker.attempts > MOST_ATTEMPTS]
    for walker in worn:
        fail(walker, KEPT_STOPPING)
    sound = [walker for walker in walkers if walker.attempts <= MOST_ATTEMPTS]
    belts.isolate(sound, lambda part: carry(part, at=at), lambda walker, error: fail(walker, type(error).__name__))
    _check(faults, at)


def carry(walkers: Sequence[Walker], *, at: datetime) -> None:
    """Through all stages."""
    chunk = Chunk(walkers)
    for stage in STAGES:
        stage(chunk, at=at)


def _check(faults: dict[str, int], at: datetime) -> None:
    """A bad deploy must not end everybody's walk: over 5 % of a minute for one fault of ours stops the belt."""
    for fault in faults:
        count = failed_since(at - FAULTS_OBSERVED, fault)
        if count >= FEWEST_FAULTS and count > MOST_FAULTS * (count + walked_since(at - FAULTS_OBSERVED)):
            raise TooManyFaults(f"{count} walks of the last minute failed with {fault}.")
