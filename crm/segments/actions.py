"""Writes on segments."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.rules import InvalidRule, Problem, Rule, parse
from crm.segments import asking, dependence, membership
from crm.segments.compiled import watched
from crm.segments.models import Membership, Segment

LONGEST_NAME = 120


class InUse(Exception):
    """Something depends on the segment; `dependents` says in words what."""

    def __init__(self, dependents: list[str]) -> None:
        super().__init__(", ".join(dependents))
        self.dependents = dependents


def create_segment(*, name: str, rule: Any, by: str, at: datetime, ready: str | None = None) -> Segment:
    """A new segment of a rule in JSON. Raises InvalidRule."""
    parsed = parse(rule)
    with transaction.atomic():
        segment = Segment.objects.create(
            name=name[:LONGEST_NAME], rule=rule, ready=ready, created=at, created_by=by, changed=at, changed_by=by
        )
        if asking.segments_in(parsed):
            watch_what_is_needed(at=at)
        return segment


def edit_segment(
    segment: Segment, *, by: str, at: datetime, name: str | None = None, rule: Any | None = None
) -> Segment:
    """Rename it, or change its rule: whoever is in it by then did not enter, so that nothing is told.

    Raises InvalidRule, also for a rule that leads back to the segment itself.
    """
    with transaction.atomic():
        locked = Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
        if name is not None:
            locked.name = name[:LONGEST_NAME]
        if rule is not None:
            parsed = parse(rule)
            _refuse_circle(locked, parsed)
            locked.rule = rule
        locked.version += 1
        locked.changed, locked.changed_by = at, by
        locked.save()
        if rule is not None:
            watch_what_is_needed(at=at)
            if locked.watched:
                membership.rebuild(locked.pk, parsed, at=at)
                _rebuild_above(str(locked.uid), at)
        return locked


def delete_segment(segment: Segment, *, by: str, at: datetime) -> None:
    """Forget the rule, nobody of those who match. Raises InUse."""
    with transaction.atomic():
        Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
        if using := dependence.dependents().get(str(segment.uid)):
            raise InUse(using)
        segment.delete()
        watch_what_is_needed(at=at)


def watch_what_is_needed(*, at: datetime) -> None:
    """Keep the membership of every segment that something depends on, and of no other.

    One query for each source of dependence; two statements for each segment that is newly watched.
    """
    needed = dependence.dependents(membership=True).keys()
    with transaction.atomic():
        rows = {str(row.uid): row for row in Segment.objects.select_for_update(no_key=True).order_by("pk")}
        idle = [row.pk for uid, row in rows.items() if row.watched and uid not in needed]
        if idle:
            Segment.objects.filter(pk__in=idle).update(watched=False)
            Membership.objects.filter(segment__in=idle).delete()
        _watch({uid: row for uid, row in rows.items() if not row.watched and uid in needed}, at)


def _watch(rows: dict[str, Segment], at: datetime) -> None:
    """Those that others of `rows` speak of come first."""
    rules = {uid: parse(row.rule) for uid, row in rows.items()}
    while rules:
        uid = next(uid for uid, rule in rules.items() if not asking.segments_in(rule) & rules.keys())
        membership.rebuild(rows[uid].pk, rules.pop(uid), at=at)
        Segment.objects.filter(pk=rows[uid].pk).update(watched=True)


def _rebuild_above(uid: str, at: datetime) -> None:
    """Watched segments whose rule speaks of this one, and those above them: no rule leads back, so that it ends."""
    for above in (one for one in watched().values() if uid in one.asks):
        membership.rebuild(above.id, above.rule, at=at)
        _rebuild_above(str(above.uid), at)


def _refuse_circle(segment: Segment, rule: Rule) -> None:
    if dependence.reaches(asking.segments_in(rule), str(segment.uid), dependence.links()):
        raise InvalidRule([Problem("$", _("This group would depend on itself."))])
