"""Writes on journeys: what people of the shop do with them, and what a merge does to walks."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns.journeys import due, preparing, resuming
from campaigns.journeys.asking import shop_time
from campaigns.journeys.brake import brake_on, lift_brake, set_brake
from campaigns.journeys.comparing import Place
from campaigns.journeys.compiled import origin
from campaigns.journeys.definition import Definition, Send
from campaigns.journeys.models import Enrolment, Journey, JourneyVersion, Move
from campaigns.journeys.moments.telling import watch_moments
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.resuming import Waits
from campaigns.journeys.shadow import walks
from campaigns.journeys.walking import end
from campaigns.plans.models import Campaign
from crm.contacts.actions import hold
from crm.contacts.erasing import Erased
from crm.dialogue.models import Occasion
from crm.segments.actions import watch_what_is_needed
from engage.lib import clock, sql, wake
from engage.lib.patience import patient

State = Journey.State


class WrongState(ValueError):
    """The journey is not in a state in which this can be done."""


class BrakeOn(ValueError):
    """The journey paused itself, because it would have sent too much."""


class WrongMove(ValueError):
    """The new version has no such step."""


def create_journey(
    *,
    name: str,
    draft: dict[str, Any],
    recipe: str = "",
    fields: dict[str, Any] | None = None,
    campaign: Campaign | None = None,
    by: str,
    at: datetime,
) -> Journey:
    """A new journey that nobody can be on yet. The draft may still be wrong: publishing checks it."""
    return Journey.objects.create(
        name=name, draft=draft, recipe=recipe, fields=fields or {}, campaign=campaign, state_by=by, state_at=at
    )


def copy_journey(journey: Journey, *, by: str, at: datetime) -> Journey:
    """A new journey with the same draft, form and campaign. Nobody is on it, whoever is on the other."""
    return create_journey(
        name=_("Copy of {name}").format(name=journey.name)[:120],
        draft=journey.draft,
        recipe=journey.recipe,
        fields=journey.fields,
        campaign=journey.campaign,
        by=by,
        at=at,
    )


def delete_draft(journey: Journey) -> None:
    """Forget a journey that was never published. Raises WrongState."""
    if not Journey.objects.filter(pk=journey.pk, state=State.DRAFT, current=None).delete()[0]:
        raise WrongState


def check(draft: Any) -> Definition:
    """The definition that a draft stands for, ready to be published. Raises InvalidDefinition with every problem."""
    return _checked(written_out(draft))


def _checked(written: Any) -> Definition:
    definition = parse(written)
    if found := preparing.problems(definition):
        raise InvalidDefinition(found)
    return definition


@patient
def publish(
    journey: Journey,
    *,
    by: str,
    at: datetime,
    moves: Mapping[Place, str | None] = MappingProxyType({}),
    into: str = State.LIVE,
) -> JourneyVersion:
    """Make an immutable version of the draft: from now on people begin with it. Those under way stay on theirs, but for
    who stands at a place of `moves`: they go on at that step of the new version, or leave where it is None.

    A draft or stopped journey becomes live, or what `into` says; one that is paused or in shadow stays so. Raises
    InvalidDefinition, and WrongMove.
    """
    with transaction.atomic():
        locked = Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)
        written = written_out(locked.draft)
        definition = _checked(written)
        newest = locked.versions.aggregate(number=Max("number"))["number"] or 0
        version = JourneyVersion.objects.create(
            journey=locked,
            number=newest + 1,
            definition=written,
            prepared=preparing.prepare(definition, label=locked.name),
            published=at,
            published_by=by,
        )
        _name_occasions(locked, definition)
        locked.current = version
        _move(version, definition, moves, by, at)
        if locked.state in (State.DRAFT, State.STOPPED):
            _set_state(locked, into, by, at)
            if into == State.LIVE:
                set_brake(locked, at=at)
        locked.save()
        watch_what_is_needed(at=at)
        watch_moments(at=at)
    journey.refresh_from_db()
    return version


def _move(
    version: JourneyVersion, definition: Definition, moves: Mapping[Place, str | None], by: str, at: datetime
) -> None:
    """Say what becomes of those who stand there now; the belt carries it out. Lock the journey first."""
    for place, to in moves.items():
        if to is not None and to not in definition.steps:
            raise WrongMove(to)
        taken_over = {} if to is None else {"to": version, "to_step": to}
        Move.objects.create(version_id=place.version, step=place.step, at=at, by=by[:120], **taken_over)
        due.look_at(place.version, [place.step], at)
    transaction.on_commit(lambda: wake.wake("walk"))


@patient
def begin_shadow(journey: Journey, *, by: str, at: datetime) -> JourneyVersion:
    """Let the draft walk in shadow: people begin it as it happens, and nothing is carried out. What a former shadow
    counted goes. Raises InvalidDefinition, and WrongState unless it is a draft or stopped."""
    with transaction.atomic():
        locked = Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)
        if locked.state not in (State.DRAFT, State.STOPPED):
            raise WrongState
        walks.forget_counts(journey.pk)
        return publish(journey, by=by, at=at, into=State.SHADOW)


@patient
def switch_on(journey: Journey, *, go_on: bool, by: str, at: datetime) -> None:
    """End the shadow: people begin it live from now on. Who walks in shadow goes on live from where they stand, or
    leaves; what would still have gone does not go. Raises WrongState."""
    with transaction.atomic():
        since = journey.state_at
        _change(journey, {State.SHADOW}, State.LIVE, by, at)
        set_brake(journey, at=at)
        walks.close(journey.pk)
        walks.forget_entries(journey.pk, shop_time(since).date())
        if go_on:
            walks.make_real(journey.pk, at)
        else:
            due.hurry(journey.pk, at)
        transaction.on_commit(lambda: wake.wake("walk"))


@patient
def pause_journey(journey: Journey, *, by: str, at: datetime) -> None:
    """Nobody begins, and everybody stays where they stand: from the next chunk on. Raises WrongState."""
    _change(journey, {State.LIVE}, State.PAUSED, by, at)


@patient
def resume_journey(
    journey: Journey,
    *,
    by: str,
    at: datetime,
    waits: Waits = Waits.GO_ON,
    longer_than: timedelta = timedelta(0),
    sure: bool = False,
) -> None:
    """Go on, with what is said of those whose wait was over meanwhile. Raises WrongState; and BrakeOn where it paused
    itself, unless somebody is `sure` that so many messages are right."""
    with transaction.atomic():
        paused = Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)
        if brake_on(paused) and not sure:
            raise BrakeOn
        _change(journey, {State.PAUSED}, State.LIVE, by, at)
        if sure:
            lift_brake(journey, by=by, at=at)
        if waits is Waits.SHIFT:
            resuming.shift(journey.pk, paused.state_at, at)
        elif waits is Waits.LET_OUT:
            resuming.let_out(journey.pk, at - longer_than, by, at)
        due.unpark(journey.pk)
        transaction.on_commit(lambda: wake.wake("walk"))


@patient
def stop_journey(journey: Journey, *, by: str, at: datetime) -> None:
    """Nobody begins, and the belt lets all go who are under way, also where it is published again before they went.
    Messages already queued still go out.

    Raises WrongState.
    """
    with transaction.atomic():
        _change(journey, {State.LIVE, State.PAUSED, State.SHADOW}, State.STOPPED, by, at)
        walks.close(journey.pk)
        due.hurry(journey.pk, at)
        transaction.on_commit(lambda: wake.wake("walk"))


@patient
def end_enrolment(enrolment: Enrolment, *, by: str, at: datetime) -> bool:
    """Take one person off a journey; False if they had left already."""
    with transaction.atomic():
        hold(contacts=[enrolment.contact_id])
        return bool(end([enrolment.pk], outcome=Enrolment.Outcome.TAKEN_OFF, reason=by[:120], at=at))


def keep_the_older(contacts: Sequence[int]) -> None:
    """After a merge: of two active enrolments in one journey the older goes on. One statement."""
    sql.run(_KEEP_THE_OLDER, [list(contacts), clock.now(), Enrolment.Outcome.MERGED])


def forget_walks(erased: Erased) -> None:
    """Whoever is erased was on no journey; the tallies of steps stay. One statement."""
    sql.run(_FORGET, [list(erased.contacts)])


def _change(journey: Journey, before: set[str], state: str, by: str, at: datetime) -> None:
    """Waits for chunks under way, which hold the row as it is."""
    with transaction.atomic():
        locked = Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)
        if locked.state not in before:
            raise WrongState
        _set_state(locked, state, by, at)
        if state == State.STOPPED:
            locked.let_go = locked.current_id or 0
        locked.save(update_fields=["state", "state_at", "state_by", "let_go", "updated"])
        if state == State.STOPPED:
            watch_what_is_needed(at=at)
    journey.refresh_from_db()


def _set_state(journey: Journey, state: str, by: str, at: datetime) -> None:
    journey.state, journey.state_by, journey.state_at = state, by[:120], at


def _name_occasions(journey: Journey, definition: Definition) -> None:
    """So that the ledger's sums read as people know them."""
    Occasion.objects.bulk_create(
        [
            Occasion(origin=origin(journey.uid, send.id), label=f"{journey.name}: {send.design.subject}"[:200])
            for send in definition.all(Send)
        ],
        update_conflicts=True,
        unique_fields=["origin"],
        update_fields=["label"],
    )


_KEEP_THE_OLDER = """
    WITH ranked AS (
        SELECT id, row_number() OVER (PARTITION BY journey_id, contact_id, thing, shadow ORDER BY began, id) AS place
        FROM campaigns_journeys_enrolment WHERE contact_id = ANY(%s) AND state = 'active'
    ), ended AS (
        UPDATE campaigns_journeys_enrolment AS e SET state = 'ended', ended = %s, outcome = %s
        FROM ranked WHERE ranked.id = e.id AND ranked.place > 1 RETURNING e.id
    )
    DELETE FROM campaigns_journeys_duewait AS w USING ended WHERE w.enrolment_id = ended.id
"""

_FORGET = """
    WITH gone AS (DELETE FROM campaigns_journeys_enrolment WHERE contact_id = ANY(%s) RETURNING id),
    waits AS (DELETE FROM campaigns_journeys_duewait AS w USING gone WHERE w.enrolment_id = gone.id),
    unsent AS (DELETE FROM campaigns_journeys_shadowmessage AS m USING gone WHERE m.enrolment_id = gone.id),
    webhooks AS (DELETE FROM campaigns_journeys_webhook AS w USING gone WHERE w.enrolment_id = gone.id RETURNING w.id),
    queued AS (DELETE FROM campaigns_journeys_duewebhook AS d USING webhooks WHERE d.webhook_id = webhooks.id)
    DELETE FROM campaigns_journeys_visit AS v USING gone WHERE v.enrolment_id = gone.id
"""
