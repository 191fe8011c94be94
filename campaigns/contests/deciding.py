"""What a colleague says to entries: shown, or not and why. It can be taken back; its author is told a little later."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from campaigns.contests.actions import STREAM
from campaigns.contests.locking import held_open
from campaigns.contests.models import Contest, Entry
from campaigns.contests.telling import take_back, tell
from crm.contacts.actions import hold
from engage.lib import live, plain
from engage.lib.patience import patient

LONGEST_REASON = 500
MOST = 100
STOOD = ("standing", "decided", "decided_by", "reason")
Standing = Entry.Standing
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class HasEnded(ValueError):
    """Who won was said: nothing more can be shown."""


@patient
def decide(
    *, contest: Contest, entries: Collection[UUID], standing: str, reason: str = "", by: str, at: datetime
) -> list[Entry]:
    """Those that stand otherwise than before, each told to its author. A constant number of statements for each
    language. Raises HasEnded."""
    with transaction.atomic():
        found = Entry.objects.filter(contest=contest, uid__in=entries).exclude(standing=standing)
        hold(contacts=sorted(set(found.values_list("contact", flat=True))))
        fresh = held_open(contest.survey_id)
        if standing == Standing.SHOWN and fresh and fresh.ended:
            raise HasEnded
        held = list(found.select_for_update(of=["self"]).select_related("contact").order_by("id")[:MOST])
        for one in held:
            one.before = {**{name: getattr(one, name) for name in STOOD}, "decided": _written(one.decided)}
            one.standing, one.decided, one.decided_by = standing, at, by[:120]
            one.reason = plain.lines(reason).strip()[:LONGEST_REASON] if standing == Standing.REFUSED else ""
        Entry.objects.bulk_update(held, [*STOOD, "before"])
        tell(contest, held, at=at)
        live.publish(STREAM, {"contest": contest.uid})
        return held


@patient
def undo(*, contest: Contest, moment: int, by: str, at: datetime) -> int:
    """What this colleague decided at that moment stands as before, and letters that have not left are not sent. How
    many; after the end nothing waits again."""
    with transaction.atomic():
        when = _EPOCH + timedelta(microseconds=moment)
        found = Entry.objects.filter(contest=contest, decided=when, decided_by=by[:120])
        hold(contacts=sorted(set(found.values_list("contact", flat=True))))
        fresh = held_open(contest.survey_id)
        if fresh and fresh.ended:
            found = found.exclude(before__standing=Standing.WAITING)
        held = list(found.select_for_update(of=["self"]).order_by("id"))
        take_back(held, at=at)
        for one in held:
            _restore(one)
        Entry.objects.bulk_update(held, [*STOOD, "before"])
        live.publish(STREAM, {"contest": contest.uid})
        return len(held)


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _restore(entry: Entry) -> None:
    stood = entry.before
    entry.standing, entry.reason = stood["standing"], stood["reason"]
    entry.decided = datetime.fromisoformat(stood["decided"]) if stood["decided"] else None
    entry.decided_by, entry.before = stood["decided_by"], {}


def moment_of(at: datetime) -> int:
    """Microseconds: what `undo` knows a decision by."""
    return (at - _EPOCH) // timedelta(microseconds=1)
