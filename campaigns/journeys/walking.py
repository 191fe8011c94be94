"""The stages of the walking belt, on walkers whose people are held; `engage.walk` says which follows which."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from campaigns.journeys import due
from campaigns.journeys.asking import holds, remembered
from campaigns.journeys.chunk import Chunk
from campaigns.journeys.compiled import versions
from campaigns.journeys.definition import Definition
from campaigns.journeys.due import Claimed, Walker
from campaigns.journeys.engine import (
    Decision,
    Ends,
    Facts,
    Moves,
    Waits,
    Walk,
    advance,
    dates,
    look_again,
    needs,
    take_over,
)
from campaigns.journeys.local_time import real_day
from campaigns.journeys.models import Enrolment, Journey
from crm.business.queries import business
from crm.contacts.actions import hold
from engage.lib import sql
from engage.lib.local_time import zone_of

KEPT_STOPPING = "kept_stopping"
"""The reason of a walk that stopped its worker again and again."""


def lock(token: UUID, claimed: Collection[Claimed], *, at: datetime) -> list[Walker]:
    """Hold the people, then their journeys, then the rows leased with `token`: in that order everywhere.

    Who is in other hands, and who stands on a paused journey, is left out; a stopped journey lets its people go, and so
    does one that is no longer in shadow those who walked in it.
    Five statements.
    """
    held = hold(contacts={one.contact for one in claimed}, skip_locked=True)
    journeys = _lock_journeys({one.journey for one in claimed}, at)
    walkers = due.relock(token, [one.enrolment for one in claimed if one.contact in held.present])
    walkers = [walker for walker in walkers if walker.contact in held.contacts]
    leaving: dict[str, list[int]] = defaultdict(list)
    by_state: dict[str, list[Walker]] = defaultdict(list)
    for walker in walkers:
        journey = journeys[walker.journey]
        walker.braked = journey.braked and not walker.shadow
        if outcome := _leaves(walker, journey):
            leaving[outcome].append(walker.enrolment)
        else:
            by_state[journey.state].append(walker)
    if paused := by_state[Journey.State.PAUSED]:
        due.park(paused)
    for outcome, enrolments in leaving.items():
        end(enrolments, outcome=outcome, reason="", at=at)
    return [*by_state[Journey.State.LIVE], *by_state[Journey.State.SHADOW]]


class Locked(NamedTuple):
    """A journey as it stands: who walks a version up to `let_go` was on it when it was stopped; `braked` on its first
    day."""

    state: str
    let_go: int
    braked: bool


def _leaves(walker: Walker, journey: Locked) -> str:
    """The outcome of a walk that does not go with the state of its journey; empty where it goes on."""
    stopped, in_shadow = journey.state == Journey.State.STOPPED, journey.state == Journey.State.SHADOW
    if stopped or walker.version <= journey.let_go or (in_shadow and not walker.shadow):
        return Enrolment.Outcome.STOPPED
    return Enrolment.Outcome.SHADOW if walker.shadow and not in_shadow else ""


def redirect(chunk: Chunk, *, at: datetime) -> None:
    """Who stood where a change of the journey moves people goes on with its version, or leaves, and so does who stood
    too long. One statement, two more for each who let some out."""
    moves = _moves({walker.version for walker in chunk.walkers})
    left: dict[tuple[str, str], list[int]] = defaultdict(list)
    for walker in chunk.walkers:
        if walker.let_out_by:
            left[Enrolment.Outcome.STALE, walker.let_out_by].append(walker.enrolment)
            continue
        for made, version, step, by in moves.get((walker.version, walker.step), ()) if walker.visit else ():
            if made >= walker.since:
                if version is None:
                    left[Enrolment.Outcome.TAKEN_OFF, by].append(walker.enrolment)
                else:
                    walker.version, walker.heading = version, step
                break
    for (outcome, by), enrolments in left.items():
        end(enrolments, outcome=outcome, reason=by, at=at)
    gone = {enrolment for enrolments in left.values() for enrolment in enrolments}
    chunk.walkers = [walker for walker in chunk.walkers if walker.enrolment not in gone]


def _moves(versions: Collection[int]) -> dict[tuple[int, str], list[tuple[datetime, int | None, str, str]]]:
    """By version and step, the newest first: when, to which version, at which step, by whom."""
    found: dict[tuple[int, str], list] = defaultdict(list)
    for version, step, *move in sql.rows(
        "SELECT version_id, step, at, to_id, to_step, by FROM campaigns_journeys_move "
        "WHERE version_id = ANY(%s) ORDER BY at DESC, id DESC",
        [list(versions)],
    ):
        found[version, step].append(tuple(move))
    return found


def gather_facts(chunk: Chunk, *, at: datetime) -> None:
    """The versions, and the answers to all rules that they name. One statement, one for versions never met, and one
    where waits ask for dates."""
    chunk.versions = versions({walker.version for walker in chunk.walkers})
    asked = [
        (walker, step, rule)
        for walker in chunk.walkers
        if walker.version in chunk.versions
        for step, rule in needs(chunk.versions[walker.version].definition).items()
    ]
    answers = holds([(rule, walker.contact) for walker, _, rule in asked], at=at)
    by_walker: dict[int, dict[str, bool]] = {walker.enrolment: {} for walker in chunk.walkers}
    for (walker, step, _), answer in zip(asked, answers, strict=True):
        by_walker[walker.enrolment][step] = answer
    here, days = business().timezone, _dates(chunk)
    for walker in chunk.walkers:
        zone, met = zone_of(walker.timezone, here), walker.met["exit"] if walker.met else None
        chunk.facts[walker.enrolment] = Facts(by_walker[walker.enrolment], zone, met, days.get(walker.contact, {}))


def decide(chunk: Chunk, *, at: datetime) -> None:
    """What the engine says. No statement."""
    for walker in chunk.walkers:
        walk = Walk(walker.uid, walker.step, walker.visit, walker.until)
        definition, facts = chunk.versions[walker.version].definition, chunk.facts[walker.enrolment]
        if walker.heading:
            decisions = take_over(definition, walk, walker.heading, facts, at, since=walker.since)
        else:
            decisions = advance(definition, walk, facts, at)
        if decisions:
            chunk.decisions[walker.enrolment] = decisions


def move_on(chunk: Chunk, *, at: datetime) -> None:
    """Set each enrolment where its last decision leaves it, if it still stands where it was read. One statement."""
    rows = [
        (walker.enrolment, walker.visit, walker.version, last.visit, last.step.id, *_end_of(last, at))
        for walker in chunk.walkers
        for last in chunk.decisions.get(walker.enrolment, ())[-1:]
    ]
    moved = {id for (id,) in sql.rows(_MOVE, [list(column) for column in zip(*rows, strict=True)])} if rows else set()
    chunk.decisions = {id: decisions for id, decisions in chunk.decisions.items() if id in moved}


def keep_path(chunk: Chunk, *, at: datetime) -> None:
    """A row for each visit: what was decided, and what led there when it was an event. One COPY."""
    if chunk.decisions:
        sql.copy("campaigns_journeys_visit", ("enrolment_id", "number", "step", "at", "decision"), _path(chunk, at))


def wait(chunk: Chunk, *, at: datetime) -> None:
    """The next wait of each, the next look at those who stay, or no more. Three statements."""
    waiting, staying, gone = [], [], []
    for walker in chunk.walkers:
        definition = chunk.versions[walker.version].definition
        match chunk.decisions.get(walker.enrolment):
            case [Moves(), Waits() as last]:
                waiting.append(_waiting(walker, definition, last, walker.since, at))
            case [*_, Waits() as last]:
                waiting.append(_waiting(walker, definition, last, at, at))
            case [*_, Ends()]:
                gone.append(walker.enrolment)
            case _:
                staying.append((walker.enrolment, look_again(definition.steps[walker.step], walker.until, at)))
    if waiting:
        sql.run(_WAIT, [orjson.dumps(waiting).decode()])
    if staying:
        sql.run(_STAY, [list(column) for column in zip(*staying, strict=True)])
    _dequeue(gone)


def tally(chunk: Chunk, *, at: datetime) -> None:
    """Count the visits by version, step and day. One statement, the last one, because workers meet in these rows."""
    counts = Counter(
        (walker.version, decision.step.id, walker.shadow)
        for walker in chunk.walkers
        for decision in came_to(walker.step, chunk.decisions.get(walker.enrolment, ()))
    )
    if counts:
        rows = [(*key, count) for key, count in sorted(counts.items())]
        sql.run(_TALLY, [at.astimezone(UTC).date(), *(list(column) for column in zip(*rows, strict=True))])


def came_to(stood: str, decisions: Sequence[Decision]) -> Iterator[Decision]:
    """The decisions by which somebody who stood at a step came to another: not the goal, reached where they stand, nor
    a new version, taking over at the same step."""
    before: Decision | None = None
    for decision in decisions:
        goal = isinstance(decision, Ends) and decision.goal
        stays = isinstance(before, Moves) and decision.step.id == stood
        if not goal and not stays and not isinstance(decision, Moves):
            yield decision
        before = decision


def end(enrolments: Sequence[int], *, outcome: str, reason: str, at: datetime) -> int:
    """End walks from outside the scenario; how many were still under way. Hold their people first. Two statements."""
    ended = sql.run(
        "UPDATE campaigns_journeys_enrolment SET state = 'ended', ended = %s, outcome = %s, reason = %s "
        "WHERE id = ANY(%s) AND state = 'active'",
        [at, outcome, reason, list(enrolments)],
    )
    _dequeue(enrolments)
    return ended


def _lock_journeys(ids: Collection[int], at: datetime) -> dict[int, Locked]:
    """As they stand, which cannot change until the transaction ends: pausing waits for chunks under way."""
    found = sql.rows(
        """
        SELECT j.id, j.state, j.let_go, b.journey_id IS NOT NULL FROM campaigns_journeys_journey AS j
        LEFT JOIN campaigns_journeys_brake AS b ON b.journey_id = j.id AND b.until > %s AND b.lifted IS NULL
        WHERE j.id = ANY(%s) ORDER BY j.id FOR SHARE OF j
        """,
        [at, list(ids)],
    )
    return {id: Locked(*stands) for id, *stands in found}


def _end_of(last: Decision, at: datetime) -> tuple[str, datetime | None, str, str]:
    """State, time of the end, outcome and reason."""
    if not isinstance(last, Ends):
        return Enrolment.State.ACTIVE, None, "", ""
    if last.goal:
        return Enrolment.State.ENDED, at, Enrolment.Outcome.GOAL, ""
    outcome = Enrolment.Outcome.FAILED if last.fault else Enrolment.Outcome.FINISHED
    return Enrolment.State.ENDED, at, outcome, last.fault or last.reason


def _path(chunk: Chunk, at: datetime) -> Iterable[tuple]:
    for walker in chunk.walkers:
        met = walker.met
        for decision in chunk.decisions.get(walker.enrolment, ()):
            record = decision.record() | ({"after": met} if met else {}) | ({"shadow": True} if walker.shadow else {})
            record |= chunk.noted.get((walker.enrolment, decision.visit), {})
            if found := chunk.found.get((walker.enrolment, decision.visit)):
                record["found"] = found
            yield walker.enrolment, decision.visit, decision.step.id, at, orjson.dumps(record).decode()
            met = None


def _waiting(walker: Walker, definition: Definition, last: Waits, since: datetime, at: datetime) -> dict[str, Any]:
    exits = {exit.occurrence.event for exit in last.step.sooner if exit.occurrence}
    return {
        "enrolment": walker.enrolment,
        "since": since,
        "until": last.until,
        "due": look_again(last.step, last.until, at),
        "looks_for": sorted(exits | ({definition.goal.event} if definition.goal else set())),
        "watches": last.step.watches,
    }


def _dates(chunk: Chunk) -> dict[int, dict[str, date]]:
    """By contact, the dates that these journeys may wait for, by key. One statement, none where they do not."""
    keys = set[str]().union(*(dates(version.definition) for version in chunk.versions.values()))
    known: dict[int, dict[str, date]] = defaultdict(dict)
    for (contact, key), value in remembered({walker.contact for walker in chunk.walkers}, keys).items():
        if day := real_day(str(value)):
            known[contact][key] = day
    return known


def _dequeue(enrolments: Sequence[int]) -> None:
    if enrolments:
        sql.run("DELETE FROM campaigns_journeys_duewait WHERE enrolment_id = ANY(%s)", [list(enrolments)])


_MOVE = """
    UPDATE campaigns_journeys_enrolment AS e
    SET version_id = m.version, step = m.step, visit = m.visit, state = m.state, ended = m.ended, outcome = m.outcome,
        reason = m.reason
    FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::int[], %s::text[], %s::text[], %s::timestamptz[], %s::text[],
                %s::text[])
        AS m(id, before, version, visit, step, state, ended, outcome, reason)
    WHERE e.id = m.id AND e.visit = m.before AND e.state = 'active'
    RETURNING e.id
"""

_WAIT = """
    UPDATE campaigns_journeys_duewait AS w
    SET since = n.since, until = n.until, due = n.due, looks_for = n.looks_for, watches = n.watches, met = NULL,
        lease = NULL, lease_until = NULL, attempts = 0
    FROM json_to_recordset(%s)
        AS n(enrolment bigint, since timestamptz, until timestamptz, due timestamptz, looks_for text[], watches boolean)
    WHERE w.enrolment_id = n.enrolment
"""

_STAY = """
    UPDATE campaigns_journeys_duewait AS w SET due = n.due, lease = NULL, lease_until = NULL, attempts = 0
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS n(enrolment, due) WHERE w.enrolment_id = n.enrolment
"""

_TALLY = """
    INSERT INTO campaigns_journeys_steptally (version_id, step, day, shadow, visits)
    SELECT version, step, %s, shadow, visits
    FROM unnest(%s::bigint[], %s::text[], %s::bool[], %s::bigint[]) AS t(version, step, shadow, visits)
    ON CONFLICT (version_id, step, day, shadow) DO UPDATE
    SET visits = campaigns_journeys_steptally.visits + excluded.visits
"""
