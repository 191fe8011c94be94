"""What is looked after now and then: time boundaries, retention, the ledger's sums."""

import logging
from datetime import timedelta

from campaigns.channels.email.domain import watching
from campaigns.contests.ending import fix_lists
from campaigns.contests.voting.suspecting import forget_networks, look_around
from campaigns.designs.keeping import clear_pictures
from campaigns.journeys.moments import telling
from campaigns.journeys.webhooks import actions as webhooks
from campaigns.proving import actions as proving
from campaigns.surveys import telling as telling_answers
from campaigns.surveys.confirming import signing
from campaigns.surveys.embeds.counting import fold
from campaigns.surveys.results import counting
from campaigns.surveys.sweeping import forget_begun
from crm.business.models import KeptAnswer
from crm.catalog.models import ProductNews
from crm.contacts.actions import forget_sightings
from crm.contacts.actions.by_rule import merge_by_rules
from crm.contacts.actions.duplicates import propose_duplicates, propose_newcomers
from crm.contacts.imports import retention
from crm.dialogue.actions import escalate_tasks, forget_automatic_answers, release_lapsed, wake_snoozed, work_off
from crm.dialogue.actions.clocking import keep_clocks
from crm.dialogue.ledger import check
from crm.dialogue.models import Touch
from crm.events.models import DeadLetter, Seen
from crm.leaving.actions import lapse, release_freed
from crm.lists import retention as lists_retention
from crm.preferences.rereading import read_anew
from crm.segments import observed, sweeping
from crm.segments.actions import watch_what_is_needed
from engage import escalations, notices, piles, reminders
from engage.lib import clock, partitions

log = logging.getLogger(__name__)

ANSWERS_KEPT = timedelta(days=1)
SEEN_KEPT = timedelta(days=30)
DEAD_LETTERS_KEPT = timedelta(days=30)
NEWS_KEPT = timedelta(days=30)
RENDERED_KEPT = TOUCHES_KEPT = timedelta(days=180)
PILES = 20.0
"""Seconds that a sweep works off what piled up behind a pause that was lifted."""

SLICES = 50
"""Of people whom new rules look back at in one sweep."""


def sweep() -> None:
    """Conversations that ended or come back by themselves, late tasks, late answers, people who may be leaving, what
    new rules notice, twins of who came, answers to be counted."""
    at = clock.now()
    release_lapsed(at=at)
    wake_snoozed(at=at)
    escalate_tasks(at=at)
    reminders.send(at=at)
    notices.send(at=at)
    piles.send(at=at)
    keep_clocks(at=at)
    escalations.send(at=at)
    lapse(at=at)
    release_freed(at=at)
    work_off(at=at, seconds=PILES)
    observed.look_back(at=at, slices=SLICES)
    read_anew(at=at, slices=SLICES)
    counting.sweep()
    fix_lists(at=at)
    propose_newcomers(slices=SLICES)
    fold(at=at)
    look_around(at=at)


def sweep_segments() -> None:
    """Who enters or leaves a watched segment because time passed."""
    at = clock.now()
    watch_what_is_needed(at=at)
    sweeping.sweep(at=at)


def tell_moments() -> None:
    """Boundaries that passed and that a journey asks about."""
    telling.tell(at=clock.now())


def watch_domain() -> None:
    """Whether the records of the sender's domain are right, as far as name servers say."""
    watching.watch(at=clock.now())


def nightly() -> None:
    """Make the next months' partitions, drop what is kept no longer, and check memberships and the ledger."""
    at = clock.now()
    sweeping.sweep(at=at, everything=True)
    for table in ("crm_events_event", "crm_dialogue_rendered"):
        partitions.ensure(table, at.date())
    partitions.drop_before("crm_dialogue_rendered", (at - RENDERED_KEPT).date())
    KeptAnswer.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
    retention.sweep(at=at)
    lists_retention.sweep(at=at)
    signing.sweep(at=at)
    proving.sweep(at=at)
    forget_networks(at=at)
    forget_begun(at=at)
    counting.forget_empty()
    webhooks.sweep(at=at)
    telling_answers.sweep(at=at)
    Seen.objects.filter(received__lt=at - SEEN_KEPT).delete()
    DeadLetter.objects.filter(died__lt=at - DEAD_LETTERS_KEPT).delete()
    Touch.objects.filter(at__lt=at - TOUCHES_KEPT).delete()
    ProductNews.objects.filter(finished__lt=at - NEWS_KEPT).delete()
    forget_automatic_answers(at=at)
    clear_pictures(at=at)
    forget_sightings()
    propose_duplicates()
    merge_by_rules(at=at)
    for wrong in check(at=at).wrong:
        log.error("the ledger does not add up: %(origin)s has %(due)s due and %(accounted)s accounted for", wrong)
