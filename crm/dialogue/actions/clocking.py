"""The clocks of conversations are kept as they move, reckoned anew when the hours change, and told of once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from crm.business.queries import business, has_teams, working_week
from crm.dialogue.clocks import FIELDS, Targets, Times, digest, moved, next_alarm, targets_of
from crm.dialogue.models import Clock, Conversation
from crm.dialogue.streams import STREAM
from engage.lib import live

MOST = 500
State = Conversation.State


@dataclass(frozen=True)
class Alarm:
    """A conversation that is to be answered, or done, soon, or is late."""

    conversation: Conversation
    late: bool


def follow(
    conversations: Collection[Conversation], *, at: datetime | None = None, owed: datetime | None = None
) -> None:
    """Their clocks after they moved, at `at` or when who moved them spoke; `owed` is since when they wait, where that
    was before. No query where there is no target, three at most."""
    targets = targets_of(business())
    if not (targets.answer or targets.settle) or not conversations:
        return
    over = [one.pk for one in conversations if one.state == State.DONE]
    if over:
        Clock.objects.filter(conversation__in=over).delete()
    going = {one: at or _moved_at(one) for one in conversations if one.state != State.DONE}
    if going:
        _keep(going, targets, owed)


def keep_clocks(*, at: datetime) -> int:
    """Reckon anew what was reckoned with other hours or targets, and begin where somebody waits and nothing counts.
    Periodic; four statements at most. Returns how many."""
    targets = targets_of(business())
    if not (targets.answer or targets.settle):
        return Clock.objects.all().delete()[0] if Clock.objects.exists() else 0
    with transaction.atomic():
        stale = Clock.objects.exclude(reckoned=digest(targets, working_week()))
        found = dict.fromkeys((one.conversation for one in stale.select_related("conversation")[:MOST]), at)
        counted = Exists(Clock.objects.filter(conversation=OuterRef("pk")))
        waiting = Conversation.objects.filter(~counted, state=State.NEEDS_ANSWER)
        found |= dict.fromkeys(waiting.order_by("pk")[:MOST], at)
        if found:
            _keep(found, targets)
        return len(found)


def take_alarms(*, at: datetime) -> list[Alarm]:
    """Of whom somebody is to hear now: each moment once, whoever asks. Nobody while there are no teams. Three
    statements, one where there is nothing."""
    targets = targets_of(business())
    if not has_teams():
        return []
    with transaction.atomic():
        due = Clock.objects.filter(alarm__lte=at).select_for_update(of=["self"], skip_locked=True).order_by("alarm")
        known = list(due.select_related("conversation__assignee", "conversation__contact")[:MOST])
        for clock in known:
            clock.told, clock.alarm = at, next_alarm(_times(clock), at, targets)
        Clock.objects.bulk_update(known, ["told", "alarm"])
    if known:
        live.publish(STREAM, {})
    return [Alarm(clock.conversation, bool(clock.due and clock.due <= at)) for clock in known]


def _keep(going: Mapping[Conversation, datetime], targets: Targets, owed: datetime | None = None) -> None:
    """Two statements."""
    with transaction.atomic():
        found = Clock.objects.filter(conversation__in=going).select_for_update()
        known = {clock.conversation_id: clock for clock in found}
        week = working_week()
        times = {
            one.pk: moved(_times(known.get(one.pk)), one.state, at, targets, week, owed=owed)
            for one, at in going.items()
        }
        _save(times, known, targets)


def _save(times: Mapping[int, Times], known: Mapping[int, Clock], targets: Targets) -> None:
    """One statement, none where there is nothing."""
    by = digest(targets, working_week())
    rows = []
    for key, kept in times.items():
        told = known[key].told if key in known else None
        fields = {name: getattr(kept, name) for name in FIELDS}
        rows.append(Clock(conversation_id=key, told=told, alarm=next_alarm(kept, told, targets), reckoned=by, **fields))
    Clock.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=[*FIELDS, "alarm", "reckoned"],
    )


def _times(clock: Clock | None) -> Times:
    return Times(**{name: getattr(clock, name) for name in FIELDS}) if clock else Times()


def _moved_at(conversation: Conversation) -> datetime:
    """When whoever's turn it was not any more spoke."""
    spoke = conversation.last_staff if conversation.state == State.WAITING else conversation.last_customer
    return spoke or conversation.opened
