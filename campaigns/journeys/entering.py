"""Who begins a journey, and why others do not: decided here for whatever asks, the belt, a colleague or a file."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.journeys.asking import shop_time
from campaigns.journeys.compiled import Version
from campaigns.journeys.definition import Again, Entry
from campaigns.journeys.engine import GOAL
from campaigns.journeys.happened import Happened, as_json
from crm.rules import EVERYONE, Rule
from engage.lib import ids, sql, wake


class WhyNot(StrEnum):
    """Why somebody does not begin a journey."""

    NOT_RUNNING = "not_running"
    GONE = "gone"
    RULE = "rule"
    NO_THING = "no_thing"
    ON_IT = "on_it"
    ONCE = "once"
    TOO_SOON = "too_soon"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live journey and the event that may begin it; `left` is what the rule still asks of the person, `thing` what
    the walk would be about, '' where a person is on the journey once."""

    version: Version
    event: Happened
    left: Rule = EVERYONE
    thing: str = ""

    @property
    def key(self) -> "Key":
        return self.version.journey, self.event.contact_id, self.thing


type Key = tuple[int, int, str]
"""Of which there is one walk at a time: journey, contact, thing."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Of each key the first candidate, where it may begin; else why it may not."""

    admitted: list[Candidate]
    refused: dict[Key, WhyNot]


def why_not_words(why: WhyNot, entry: Entry) -> str:
    """The reason in a sentence."""
    match why:
        case WhyNot.NOT_RUNNING:
            return _("It does not run now.")
        case WhyNot.GONE:
            return _("They are not there any more: erased, or a part of somebody else.")
        case WhyNot.RULE:
            return _("They are not one of the people for whom it is.")
        case WhyNot.NO_THING:
            return _("It is walked once for each {key}: say which.").format(key=entry.key)
        case WhyNot.ON_IT:
            return _("They are on it now.")
        case WhyNot.ONCE:
            return _("They were on it already, and nobody is twice.")
        case WhyNot.TOO_SOON:
            n = entry.days
            return ngettext("They began it less than {n} day ago.", "They began it less than {n} days ago.", n).format(
                n=n
            )
        case WhyNot.FULL:
            n = entry.per_day
            return ngettext(
                "{n} person begins it a day, and today one did.", "{n} people begin it a day, and today they did.", n
            ).format(n=n)


def admit(candidates: Iterable[Candidate], *, at: datetime) -> Admission:
    """Whom the entry rules let in, the first of each key. Hold their people first.

    One query; where a journey has a limit for the day, a statement that keeps others from its count until the
    transaction ends, and one more where somebody is over it.
    """
    fit, refused = _by_rule(candidates, at)
    limits = _limits(fit)
    admission = _within(fit, refused, limits, _lock_days(limits, shop_time(at).date()))
    over = Counter(key[0] for key, why in admission.refused.items() if why is WhyNot.FULL)
    if over:
        _count_over(over, shop_time(at).date())
    return admission


def weigh(candidates: Iterable[Candidate], *, at: datetime) -> Admission:
    """What `admit` would say, without anybody beginning. Two queries at most."""
    fit, refused = _by_rule(candidates, at)
    limits = _limits(fit)
    return _within(fit, refused, limits, begun_on(limits, shop_time(at).date()))


def barred(entry: Entry, active: bool, last: datetime, at: datetime) -> WhyNot | None:
    """Why somebody who began the journey before, at `last` most recently, may not begin it again at `at`."""
    if active:
        return WhyNot.ON_IT
    if entry.again is Again.NEVER:
        return WhyNot.ONCE
    if entry.again is Again.AFTER_DAYS and at - last < timedelta(days=entry.days):
        return WhyNot.TOO_SOON
    return None


def enrol(admitted: Sequence[Candidate], *, at: datetime) -> dict[Key, UUID]:
    """One row for each walk and one in the walking belt's queue; the walks that began. One statement; twice the same
    is once."""
    if not admitted:
        return {}
    walks = {ids.uuid7(): candidate for candidate in admitted}
    rows = [
        (
            uid,
            candidate.version.journey,
            candidate.version.id,
            candidate.event.contact_id,
            candidate.event.recorded_for_id,
            candidate.event.message_id,
            candidate.thing,
            candidate.version.definition.start,
            as_json(candidate.event),
        )
        for uid, candidate in walks.items()
    ]
    limited = sorted({c.version.journey for c in admitted if c.version.definition.entry.per_day})
    columns = (list(column) for column in zip(*rows, strict=True))
    began = sql.rows(_ENROL, [at, *columns, at, at, at, shop_time(at).date(), limited])
    transaction.on_commit(lambda: wake.wake("walk"))
    return {walks[uid].key: uid for (uid,) in began}


def begun_on(journeys: Collection[int], day: date) -> dict[int, int]:
    """How many began that day, of journeys with a limit. One query, none without them."""
    if not journeys:
        return {}
    return dict(
        sql.rows(
            "SELECT journey_id, begun FROM campaigns_journeys_entryday WHERE journey_id = ANY(%s) AND day = %s",
            [list(journeys), day],
        )
    )


def _limits(candidates: Iterable[Candidate]) -> dict[int, int]:
    """How many may begin a day, of the journeys that say so."""
    entries = {candidate.version.journey: candidate.version.definition.entry for candidate in candidates}
    return {journey: entry.per_day for journey, entry in entries.items() if entry.per_day}


def _by_rule(candidates: Iterable[Candidate], at: datetime) -> tuple[list[Candidate], dict[Key, WhyNot]]:
    """The first of each key, where it may begin; why the others may not."""
    first: dict[Key, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.key, candidate)
    before = _been(first.keys()) if first else {}
    refused = {
        key: why
        for key, been in before.items()
        if key in first and (why := barred(first[key].version.definition.entry, *been, at))
    }
    return [candidate for key, candidate in first.items() if key not in refused], refused


def _within(
    fit: Iterable[Candidate], refused: dict[Key, WhyNot], limits: Mapping[int, int], begun: Mapping[int, int]
) -> Admission:
    """The first of them, as many as each journey's day has room for."""
    room = {journey: limit - begun.get(journey, 0) for journey, limit in limits.items()}
    admitted, refused = [], dict(refused)
    for candidate in fit:
        journey = candidate.version.journey
        if room.get(journey, 1) <= 0:
            refused[candidate.key] = WhyNot.FULL
            continue
        if journey in room:
            room[journey] -= 1
        admitted.append(candidate)
    return Admission(admitted, refused)


def _been(keys: Collection[Key]) -> dict[Key, tuple[bool, datetime]]:
    """Who of them was on the journey before: are they still, and when did they last begin. Who did its goal is not on
    it any more, also where the belt has not got there yet: the order that ends one walk may begin the next. Walks in
    shadow are asked for as long as that shadow lasts."""
    journeys, contacts, things = (list(set(column)) for column in zip(*keys, strict=True))
    found = sql.rows(
        """
        SELECT e.journey_id, e.contact_id, e.thing,
            bool_or(e.state = 'active' AND (w.met->>'exit')::int IS DISTINCT FROM %s), max(e.began)
        FROM campaigns_journeys_enrolment AS e JOIN campaigns_journeys_journey AS j ON j.id = e.journey_id
        LEFT JOIN campaigns_journeys_duewait AS w ON w.enrolment_id = e.id
        WHERE e.contact_id = ANY(%s) AND e.journey_id = ANY(%s) AND e.thing = ANY(%s)
          AND (NOT e.shadow OR (j.state = 'shadow' AND e.began >= j.state_at))
        GROUP BY e.journey_id, e.contact_id, e.thing
        """,
        [GOAL, contacts, journeys, things],
    )
    return {(journey, contact, thing): (active, last) for journey, contact, thing, active, last in found}


def _lock_days(journeys: Collection[int], day: date) -> dict[int, int]:
    """How many began today; nobody else begins them until the transaction ends. One statement, none without them."""
    if not journeys:
        return {}
    return dict(
        sql.rows(
            """
            INSERT INTO campaigns_journeys_entryday AS d (journey_id, day)
            SELECT journey, %s FROM unnest(%s::bigint[]) AS journey ORDER BY journey
            ON CONFLICT (journey_id, day) DO UPDATE SET begun = d.begun RETURNING journey_id, begun
            """,
            [day, list(journeys)],
        )
    )


def _count_over(over: Mapping[int, int], day: date) -> None:
    """Their rows are locked already."""
    sql.run(
        """
        UPDATE campaigns_journeys_entryday AS d SET over = d.over + o.people
        FROM unnest(%s::bigint[], %s::int[]) AS o(journey, people) WHERE d.journey_id = o.journey AND d.day = %s
        """,
        [list(over), list(over.values()), day],
    )


_ENROL = """
    WITH began AS (
        INSERT INTO campaigns_journeys_enrolment
            (uid, journey_id, version_id, contact_id, recorded_for_id, entry, thing, step, event, state, visit, began,
             shadow)
        SELECT e.uid, journey, version, contact, recorded_for, entry, thing, step, event, 'active', 0, %s,
            j.state = 'shadow'
        FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
                    %s::text[], %s::jsonb[])
            AS e(uid, journey, version, contact, recorded_for, entry, thing, step, event)
            JOIN campaigns_journeys_journey AS j ON j.id = e.journey
        ON CONFLICT DO NOTHING
        RETURNING id, uid, journey_id
    ), queued AS (
        INSERT INTO campaigns_journeys_duewait (enrolment_id, since, until, due) SELECT id, %s, %s, %s FROM began
    ), counted AS (
        UPDATE campaigns_journeys_entryday AS d SET begun = d.begun + b.people
        FROM (SELECT journey_id, count(*) AS people FROM began GROUP BY 1) AS b
        WHERE d.journey_id = b.journey_id AND d.day = %s AND d.journey_id = ANY(%s)
    )
    SELECT uid FROM began
"""
"""The last part finds only rows that `_lock_days` has locked."""
