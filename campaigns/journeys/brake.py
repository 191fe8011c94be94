"""On its first day live a journey that would send far more than was to be expected pauses itself, and says so.

The limits hold exactly: workers take turns at the journey's row while they queue messages, until the day is over.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from django.db import transaction

from campaigns.journeys.backtest import tallies
from campaigns.journeys.chunk import Chunk
from campaigns.journeys.definition import Send
from campaigns.journeys.engine import Decision, Does
from campaigns.journeys.models import Backtest, Brake, Journey
from engage.lib import clock, sql

BRAKE = "brake"
"""Who paused the journey, where it paused itself."""
FIRST_DAY = timedelta(days=1)
MOST_AN_HOUR = 500
TIMES_A_DAY = 3
HOUR = timedelta(hours=1)
MINUTE = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Room:
    """How many messages more may be queued, and what they count against."""

    messages: int
    why: str


def set_brake(journey: Journey, *, at: datetime) -> None:
    """From now on its first day counts. Lock the journey first. Two statements."""
    job = Backtest.objects.filter(journey=journey, state=Backtest.State.DONE).order_by("-pk").first()
    peak = max((tallies.peak(bound) for bound in job.result["bounds"].values()), default=0) if job else 0
    Brake.objects.update_or_create(
        journey=journey,
        defaults={
            "since": at,
            "until": at + FIRST_DAY,
            "a_day": TIMES_A_DAY * peak or None,
            "sent": 0,
            "minutes": {},
            "tripped": None,
            "why": "",
            "lifted": None,
            "lifted_by": "",
        },
    )


def lift_brake(journey: Journey, *, by: str, at: datetime) -> None:
    """Somebody says that so many are right. One statement."""
    Brake.objects.filter(journey=journey, lifted=None).update(lifted=at, lifted_by=by[:120])


def brake_on(journey: Journey) -> Brake | None:
    """What paused it, until somebody says that it is right. One query."""
    if journey.state != Journey.State.PAUSED or journey.state_by != BRAKE:
        return None
    return Brake.objects.filter(journey=journey, lifted=None).exclude(tripped=None).first()


def braked() -> list[Journey]:
    """Those that paused themselves and wait for somebody to look, the latest first. One query."""
    return list(Journey.objects.filter(state=Journey.State.PAUSED, state_by=BRAKE).order_by("-state_at", "-id"))


def hold_back(chunk: Chunk, *, at: datetime) -> None:
    """A stage of the walking belt: who would be sent more than may go on a first day stays, and the journey pauses once
    this chunk is committed. Two statements, none where nobody on a first day is sent anything."""
    wanted = {w.enrolment: n for w in chunk.walkers if w.braked and (n := _messages(chunk.decisions.get(w.enrolment)))}
    if not wanted:
        return
    room = _take_turns({w.journey for w in chunk.walkers if w.enrolment in wanted}, at)
    queued, held, full = Counter[int](), set[int](), dict[int, str]()
    for walker in chunk.walkers:
        messages = wanted.get(walker.enrolment, 0)
        if not messages:
            continue
        left = room[walker.journey]
        if walker.journey in full or queued[walker.journey] + messages > left.messages:
            full[walker.journey] = left.why
            held.add(walker.enrolment)
        else:
            queued[walker.journey] += messages
    chunk.walkers = [walker for walker in chunk.walkers if walker.enrolment not in held]
    chunk.decisions = {id: decisions for id, decisions in chunk.decisions.items() if id not in held}
    _count(queued, full, at)
    for journey in full:
        transaction.on_commit(lambda journey=journey: pull(journey))  # type: ignore[misc]


def pull(journey: int) -> None:
    """Pause it, unless somebody lifted the brake meanwhile. Waits for the chunks under way."""
    with transaction.atomic():
        locked = Journey.objects.select_for_update(no_key=True).filter(pk=journey, state=Journey.State.LIVE).first()
        if locked and Brake.objects.filter(journey=journey, lifted=None).exclude(tripped=None).exists():
            locked.state, locked.state_by, locked.state_at = Journey.State.PAUSED, BRAKE, clock.now()
            locked.save(update_fields=["state", "state_at", "state_by", "updated"])


def _messages(decisions: Collection[Decision] | None) -> int:
    return sum(isinstance(one, Does) and isinstance(one.step, Send) for one in decisions or ())


def _take_turns(journeys: Collection[int], at: datetime) -> dict[int, Room]:
    """How many more each may queue now; other workers wait until the transaction ends."""
    found = sql.rows(
        "SELECT journey_id, a_day, sent, minutes FROM campaigns_journeys_brake WHERE journey_id = ANY(%s) "
        "ORDER BY journey_id FOR UPDATE",
        [list(journeys)],
    )
    rooms = {}
    for journey, a_day, sent, minutes in found:
        hour = Room(MOST_AN_HOUR - sum(_lately(sql.decoded(minutes), at).values()), Brake.Why.HOUR)
        day = Room(a_day - sent, Brake.Why.DAY) if a_day is not None else hour
        rooms[journey] = min(hour, day, key=lambda room: room.messages)
    return rooms


def _lately(minutes: Mapping[str, int], at: datetime) -> dict[str, int]:
    """Of the last hour, and of the minute in which it began, so that no hour ever has more."""
    since = _minute(at - HOUR)
    return {minute: sent for minute, sent in minutes.items() if minute >= since}


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime(MINUTE)


def _count(queued: Mapping[int, int], full: Mapping[int, str], at: datetime) -> None:
    journeys = sorted({*queued, *full})
    sql.run(
        """
        UPDATE campaigns_journeys_brake AS b
        SET sent = b.sent + q.queued,
            minutes = CASE WHEN q.queued = 0 THEN b.minutes ELSE jsonb_set(
                (SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}') FROM jsonb_each(b.minutes) AS m
                 WHERE m.key >= %(since)s),
                ARRAY[%(minute)s], to_jsonb(coalesce((b.minutes ->> %(minute)s)::int, 0) + q.queued)) END,
            tripped = CASE WHEN q.why = '' THEN b.tripped ELSE coalesce(b.tripped, %(at)s) END,
            why = CASE WHEN q.why = '' OR b.tripped IS NOT NULL THEN b.why ELSE q.why END
        FROM json_to_recordset(%(rows)s) AS q(journey bigint, queued int, why text) WHERE b.journey_id = q.journey
        """,
        {
            "since": _minute(at - HOUR),
            "minute": _minute(at),
            "at": at,
            "rows": orjson.dumps(
                [{"journey": j, "queued": queued.get(j, 0), "why": full.get(j, "")} for j in journeys]
            ).decode(),
        },
    )
