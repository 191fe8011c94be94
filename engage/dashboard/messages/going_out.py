"""Going out: everything due in the next seven days, by what speaks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.pacing import per_second
from campaigns.broadcasts.releasing import pace_of
from campaigns.journeys.ahead import ahead
from campaigns.journeys.compiled import origin as origin_of
from campaigns.journeys.compiled import versions
from campaigns.journeys.queries import waits_ending
from crm.dialogue.actions.pile import HELD
from crm.dialogue.models import Hold, Message
from crm.dialogue.outbox import NEVER
from crm.dialogue.piles import standing_holds
from engage.dashboard.broadcasts.finding import people_of
from engage.dashboard.messages.origins import origin_texts
from engage.lib import sql

DAYS_AHEAD = 7

MOST_BROADCASTS = 20
MOST_COUNTED = 5

LOOKED_AT = 20_000
"""So many queued messages of each lane, and so many waits, are looked at: beyond that a page says "more than"."""


@dataclass
class Row:
    """What one origin sends. `queued` people have a message in the queue, and those of them in `waiting` for a reason;
    `walking` people wait on a journey for theirs: all of them, if `sure`, else so many at most. `held` messages wait
    behind `hold`. `first` is when the next leaves; None while all wait for a reason to end."""

    origin: str
    text: str = ""
    queued: int = 0
    waiting: int = 0
    walking: int = 0
    held: int = 0
    sure: bool = True
    more: bool = False
    first: datetime | None = None
    hold: Hold | None = None
    look: str = ""
    days: Counter[date] = field(default_factory=Counter)
    days_waiting: Counter[date] = field(default_factory=Counter)

    @property
    def people(self) -> int:
        return self.queued + self.walking + self.held


@dataclass(frozen=True)
class GoingOut:
    """`days` are the shop's own: (day, messages that go, messages that wait for a reason until then)."""

    rows: list[Row]
    days: list[tuple[date, int, int]]

    @property
    def total(self) -> int:
        return sum(going + waiting for _, going, waiting in self.days)

    @property
    def sure(self) -> bool:
        return all(row.sure for row in self.rows)

    @property
    def largest(self) -> list[Row]:
        """The five with the most people."""
        return sorted(self.rows, key=lambda row: -row.people)[:5]

    @property
    def more(self) -> bool:
        return any(row.more for row in self.rows)


def going_out(now: datetime, zone: ZoneInfo) -> GoingOut:
    """Those that leave first stand first. Seven queries, one for versions that this process has never met, and five for
    each of the next one-off messages that have not begun, of which five are counted."""
    until = now + timedelta(days=DAYS_AHEAD)
    rows: dict[str, Row] = {}
    for hold, held in _held():
        rows[hold.origin] = Row(hold.origin, hold=hold, held=held, more=held >= LOOKED_AT)
    _queued(rows, now, until, zone)
    _broadcasts(rows, now, until, zone)
    _walking(rows, now, until, zone)
    texts = origin_texts(rows)
    for row in rows.values():
        row.text, row.look = texts[row.origin], row.look or _look(row)
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    found = sorted(rows.values(), key=lambda row: (row.first or NEVER, -row.people, row.text))
    return GoingOut(found, [(day, _sum(found, "days", day), _sum(found, "days_waiting", day)) for day in days])


def _sum(rows: Iterable[Row], days: str, day: date) -> int:
    return sum(getattr(row, days)[day] for row in rows if not row.hold)


def _look(row: Row) -> str:
    """To its messages; while there are none yet, to the journey that will send them."""
    kind, _, rest = row.origin.partition(":")
    if kind == "journey" and not row.queued and not row.held:
        return reverse("journey", args=[rest.partition(":")[0]])
    return f"{reverse('sent')}?{urlencode({'origin': row.origin, 'term': 'waiting'})}"


def _held() -> list[tuple[Hold, int]]:
    """What is held, and how many messages of it, counted so far. Two queries."""
    holds = list(standing_holds())
    counts = dict(
        sql.rows(
            """
            SELECT origin, (SELECT count(*) FROM (
                SELECT FROM crm_dialogue_message AS m
                WHERE m.state = 'waiting' AND m.why = %s AND m.origin = held.origin LIMIT %s
            ) AS counted) FROM unnest(%s::text[]) AS held(origin)
            """,
            [HELD, LOOKED_AT, [hold.origin for hold in holds]],
        )
    )
    return [(hold, counts[hold.origin]) for hold in holds]


def _queued(rows: dict[str, Row], now: datetime, until: datetime, zone: ZoneInfo) -> None:
    """What is in the queue: one query, of so many in each lane that a million there cost no more."""
    today = now.astimezone(zone).date()
    found = sql.rows(_QUEUED, {"zone": zone.key, "until": until, "never": NEVER, "held": HELD, "most": LOOKED_AT})
    for looked, origin, by_day, day, waits, messages, people, first in found:
        row = rows.setdefault(origin, Row(origin))
        if not by_day:
            row.queued += people
            row.waiting += waits
            row.more |= looked >= LOOKED_AT
            row.first = _earlier(row.first, first)
        elif day is not None:
            (row.days_waiting if waits else row.days)[max(day, today)] += messages


def _broadcasts(rows: dict[str, Row], now: datetime, until: datetime, zone: ZoneInfo) -> None:
    """One-off messages: of one that has not begun all whom it is for, of one under way those whose turn is to come."""
    state = Broadcast.State
    soon = Q(began=None, state__in=[state.SCHEDULED, state.STARTING], starts__lt=until)
    found = Broadcast.objects.filter(soon | Q(state__in=[state.RUNNING, state.PAUSED])).order_by("starts", "pk")
    counted = 0
    for broadcast in found[:MOST_BROADCASTS]:
        row = rows.setdefault(broadcast.origin, Row(broadcast.origin))
        row.look = reverse("broadcast", args=[broadcast.uid])
        if broadcast.began:
            turns = broadcast.due - broadcast.released
        else:
            counted += 1
            people = people_of(broadcast, now) if counted <= MOST_COUNTED else None
            turns = people.number if people else 0
        row.queued += turns
        if broadcast.state == state.PAUSED:
            row.waiting += turns
            continue
        first = max(now, broadcast.starts or now)
        row.first = _earlier(row.first, first)
        _spread(row, turns, first, until, zone, per_second(pace_of(broadcast)))


def _spread(row: Row, turns: int, first: datetime, until: datetime, zone: ZoneInfo, speed: float | None) -> None:
    """On the days on which their turns come, with a throttle; else all on the first."""
    while turns > 0 and first < until:
        midnight = datetime.combine(first.astimezone(zone).date() + timedelta(days=1), time(0), zone)
        today = turns if speed is None else min(turns, ceil(speed * (midnight - first).total_seconds()))
        row.days[first.astimezone(zone).date()] += today
        turns, first = turns - today, midnight


def _walking(rows: dict[str, Row], now: datetime, until: datetime, zone: ZoneInfo) -> None:
    """What the waits of journeys lead to. One query, and one for versions never met."""
    standing = waits_ending(until, LOOKED_AT)
    known = versions({group.version for group in standing})
    full = sum(group.people for group in standing) >= LOOKED_AT
    for group in standing:
        if version := known.get(group.version):
            for message in ahead(version.definition, group.step, max(group.over, now), until, zone):
                origin = origin_of(version.uid, message.step)
                row = rows.setdefault(origin, Row(origin))
                row.walking += group.people
                row.sure &= message.sure
                row.more |= full
                row.first = _earlier(row.first, message.when)
                row.days[message.when.astimezone(zone).date()] += group.people


def _earlier(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment and moment < NEVER), default=None)


_QUEUED = f"""
    WITH looked AS MATERIALIZED (
        SELECT lane, message_id, due, count(*) OVER (PARTITION BY lane) AS looked FROM (
            (SELECT lane, message_id, due FROM crm_dialogue_outbox WHERE lane = {Message.Lane.TRIGGERED}
             AND (due < %(until)s OR due = %(never)s) ORDER BY due LIMIT %(most)s)
            UNION ALL
            (SELECT lane, message_id, due FROM crm_dialogue_outbox WHERE lane = {Message.Lane.BULK}
             AND (due < %(until)s OR due = %(never)s) ORDER BY due LIMIT %(most)s)
        ) AS lanes
    ), told AS (
        SELECT q.looked, m.origin, m.contact_id, m.state = 'waiting' AND m.why <> '' AS waits, q.due,
            CASE WHEN q.due < %(never)s THEN (q.due AT TIME ZONE %(zone)s)::date END AS day
        FROM looked AS q JOIN crm_dialogue_message AS m ON m.id = q.message_id
        WHERE m.class IN ('marketing', 'transactional') AND m.why <> %(held)s
    )
    SELECT max(looked), origin, false, NULL, count(*) FILTER (WHERE waits), count(*), count(DISTINCT contact_id),
        min(due) FROM told GROUP BY origin
    UNION ALL
    SELECT 0, origin, true, day, waits::int, count(*), 0, NULL FROM told GROUP BY origin, day, waits
"""  # noqa: S608 lanes of ours
