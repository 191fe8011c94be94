"""A broadcast begun, stopped, let go on. A row says so; the belt obeys within a second."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.broadcasts.actions.drafting import WrongState, locked, save
from campaigns.broadcasts.brakes import looked_at
from campaigns.broadcasts.deciding import outcomes, told
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.models.broadcast import COUNTDOWN
from campaigns.broadcasts.preparing import NotReady, checked_rule, freeze, problems
from campaigns.broadcasts.schedule import starts_at
from campaigns.broadcasts.withdrawing import stop_now
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.dialogue.actions import lift_hold
from crm.rules import to_json
from crm.segments.actions import watch_what_is_needed
from engage.lib import live, wake
from engage.lib.patience import patient

State = Broadcast.State
_STATE = ("state", "state_at", "state_by")


class BrakeOn(ValueError):
    """It paused itself, because it did harm."""


@patient
def start(broadcast: Broadcast, *, by: str, at: datetime) -> Broadcast:
    """Freeze what it says and whom it is for; it begins 60 s from now, or when it is put down for; a reminder so many
    days after the first is done. Raises NotReady, WrongState."""
    with transaction.atomic():
        row = locked(broadcast, State.DRAFT)
        if found := problems(row, at=at):
            raise NotReady(found)
        row.whom = to_json(checked_rule(row))
        row.starts = _starts(row, at)
        freeze(row)
        _move(row, State.STARTING if row.starts and row.send_at is None else State.SCHEDULED, by, at)
        watch_what_is_needed(at=at)
        return save(row, *_STATE, "starts", "whom")


@patient
def pause(broadcast: Broadcast, *, because: str = "", by: str, at: datetime) -> Broadcast:
    """Nothing more leaves but the mails that are on their way at this moment. Raises WrongState."""
    with transaction.atomic():
        row = locked(broadcast, State.RUNNING)
        _move(row, State.PAUSED, by, at)
        stop_now(row, because=because or _("the one-off message is paused"), by=by, at=at)
        return save(row, *_STATE, "released")


@patient
def resume(broadcast: Broadcast, *, sure: bool = False, by: str, at: datetime) -> Broadcast:
    """Goes on where it stopped, whoever held it. Where it paused itself, somebody must be `sure`; then only more harm
    than that stops it again. Raises BrakeOn, WrongState."""
    with transaction.atomic():
        row = locked(broadcast, State.PAUSED)
        if row.brake:
            if not sure:
                raise BrakeOn
            row.braked_at, row.brake = looked_at(row), ""
        row.paced, row.pulse = max(row.paced or at, at) if row.per_hour else row.paced, []
        lift_hold(origin=row.origin, by=by, at=at)
        _move(row, State.RUNNING, by, at)
        return save(row, *_STATE, "brake", "braked_at", "paced", "pulse")


@patient
def cancel(broadcast: Broadcast, *, by: str, at: datetime) -> Broadcast:
    """Before it began: a draft again, as if it had not been started. Under way: whoever has not had it does not get it.
    Raises WrongState."""
    with transaction.atomic():
        row = locked(broadcast, State.SCHEDULED, State.STARTING, State.RUNNING, State.PAUSED)
        if row.began is None:
            _move(row, State.DRAFT, by, at)
            row.starts, row.whom = None, None
        else:
            _move(row, State.CANCELLED, by, at)
            stop_now(row, because=_("the one-off message is cancelled"), by=by, at=at)
            row.brake = ""
        return save(row, *_STATE, "starts", "whom", "released", "brake")


@patient
def set_pace(
    broadcast: Broadcast,
    *,
    per_hour: int | None = None,
    batch: int | None = None,
    batch_minutes: int | None = None,
    by: str,
    at: datetime,
) -> Broadcast:
    """From now on so many an hour, or batches; neither: as fast as we can. Also while it goes out.

    Raises WrongState."""
    with transaction.atomic():
        row = locked(broadcast, State.DRAFT, State.SCHEDULED, State.STARTING, State.RUNNING, State.PAUSED)
        row.per_hour, row.batch, row.batch_minutes = per_hour, batch, batch_minutes
        row.paced, row.batch_left, row.pulse, row.updated = None, 0, [], at
        transaction.on_commit(lambda: wake.wake("broadcasts"))
        return save(row, "per_hour", "batch", "batch_minutes", "paced", "batch_left", "pulse", "updated")


@patient
def choose_winner(broadcast: Broadcast, *, letter: str, by: str, at: datetime) -> Broadcast:
    """Say which version the rest gets, without waiting for the sample. Raises WrongState where that was decided, or
    there is no such version."""
    with transaction.atomic():
        row = locked(broadcast, State.RUNNING, State.PAUSED)
        if row.winner or not row.variants.filter(letter=letter).exists():
            raise WrongState
        row.winner, row.decided, row.decided_by = letter, at, by[:120]
        row.verdict = told(outcomes(row), sure=False)
        transaction.on_commit(lambda: wake.wake("broadcasts"))
        return save(row, "winner", "decided", "decided_by", "verdict")


def _move(row: Broadcast, state: str, by: str, at: datetime) -> None:
    row.state, row.state_at, row.state_by = state, at, by[:120]
    live.publish("broadcasts", {"id": str(row.uid)})
    transaction.on_commit(lambda: wake.wake("broadcasts"))


def _starts(row: Broadcast, at: datetime) -> datetime | None:
    """None for a reminder of what is still under way: the belt says when that is done."""
    if row.kind == Broadcast.Kind.REMINDER:
        return None
    if row.send_at is None:
        return at + COUNTDOWN
    zones = [""]
    if row.clock == Broadcast.Clock.CONTACT:
        zones += Contact.objects.order_by().values_list("timezone", flat=True).distinct()
    first = starts_at(row.send_at, row.clock, zones, shop=business().timezone)
    return max(at + COUNTDOWN, first)
