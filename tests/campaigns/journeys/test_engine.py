"""The engine as a function: no database, no clock."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.journeys.definition import (
    Again,
    Branch,
    Definition,
    Design,
    End,
    Entry,
    Occurrence,
    Send,
    Wait,
)
from campaigns.journeys.engine import MOST_VISITS, TOO_LONG, Ends, Facts, Waits, Walk, advance, chance, needs
from campaigns.journeys.local_time import next_at
from campaigns.journeys.parse import parse
from crm.rules.tree import AllOf
from tests.campaigns.journeys.scenarios import ASK

thoroughly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Time zones are read from disk when first met, and machines are shared."""

UID = UUID(int=7)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
EVERYBODY = AllOf(())


def definition(steps, start="a") -> Definition:
    return Definition(
        Occurrence("Order Completed"), Entry(Again.NEVER), timedelta(hours=24), start, {step.id: step for step in steps}
    )


def walked(version, uid, facts, began, most=5000):
    """Every decision of a whole walk, going on the moment each wait is over."""
    walk, path = Walk(uid, version.start, 0, began), []
    while decisions := advance(version, walk, facts, walk.until):
        path += decisions
        if isinstance(path[-1], Ends):
            return path
        assert isinstance(path[-1], Waits)
        walk = Walk(uid, path[-1].step.id, path[-1].visit, path[-1].until)
        assert len(path) < most
    return path


@st.composite
def scenarios(draw):
    """Steps that may go back to a wait, and only ahead from anything else: the loops that checks allow."""
    count = draw(st.integers(1, 8))
    names = [f"s{n}" for n in range(count)] + ["end"]
    steps: list = [End("end", "done")]
    waits = []
    kinds = [draw(st.sampled_from(["send", "wait", "rule", "chance"])) for _ in range(count)]
    waits = [names[n] for n in range(count) if kinds[n] == "wait"]
    for n in range(count):
        ahead = st.sampled_from(names[n + 1 :] + waits)
        match kinds[n]:
            case "send":
                steps.append(Send(names[n], Design("Hi", "Hi"), draw(ahead)))
            case "wait":
                clock = draw(st.none() | st.times())
                awaited = draw(st.none() | st.just(Occurrence("Survey Answered")))
                span = timedelta(hours=draw(st.integers(1, 72)))
                steps.append(Wait(names[n], span, draw(ahead), clock, awaited, draw(ahead) if awaited else ""))
            case "rule":
                steps.append(Branch(names[n], draw(ahead), draw(ahead), rule=EVERYBODY))
            case "chance":
                steps.append(Branch(names[n], draw(ahead), draw(ahead), chance=draw(st.integers(1, 99))))
    return definition(steps, "s0")


zones = st.sampled_from([UTC, *map(ZoneInfo, ("Europe/London", "Pacific/Apia", "Australia/Lord_Howe"))])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@st.composite
def walks(draw):
    version = draw(scenarios())
    answers = {step: draw(st.booleans()) for step in needs(version)}
    return version, draw(st.uuids()), Facts(answers, draw(zones), draw(st.booleans())), draw(moments)


@thoroughly
@given(walks())
def test_every_walk_comes_to_an_end_and_makes_each_visit_once(walk):
    path = walked(*walk)
    assert isinstance(path[-1], Ends)
    assert [decision.visit for decision in path] == list(range(1, len(path) + 1))


@thoroughly
@given(walks())
def test_the_same_input_gives_the_same_path(walk):
    assert walked(*walk) == walked(*walk)


@thoroughly
@given(walks(), st.data())
def test_beginning_again_anywhere_gives_the_same_rest(walk, data):
    version, uid, facts, began = walk
    path = walked(version, uid, facts, began)
    waits = [decision for decision in path if isinstance(decision, Waits)]
    if not waits:
        return
    at = data.draw(st.sampled_from(waits))
    assert advance(version, Walk(uid, at.step.id, at.visit, at.until), facts, at.until) == _until_next_wait(path, at)


def _until_next_wait(path, at):
    rest = path[path.index(at) + 1 :]
    end = next(n for n, decision in enumerate(rest) if isinstance(decision, Waits | Ends))
    return rest[: end + 1]


@thoroughly
@given(walks())
def test_nothing_happens_while_a_wait_lasts(walk):
    version, uid, facts, began = walk
    quiet = Facts(facts.answers, facts.zone, met=False)
    for decision in walked(version, uid, quiet, began):
        if isinstance(decision, Waits):
            standing = Walk(uid, decision.step.id, decision.visit, decision.until)
            assert advance(version, standing, quiet, decision.until - timedelta(microseconds=1)) == []


def test_a_walk_that_never_ends_by_itself_is_ended():
    version = definition([Wait("a", timedelta(days=1), "b"), Branch("b", "a", "end", rule=EVERYBODY), End("end", "")])
    path = walked(version, UID, Facts({"b": True}), NOON)
    assert (len(path), path[-1].fault) == (MOST_VISITS, TOO_LONG)


def test_what_was_waited_for_goes_on_at_once_and_by_its_own_way():
    version = definition(
        [
            Wait("a", timedelta(days=7), "late", awaited=Occurrence("Survey Answered"), met="thank"),
            End("late", "Did not answer"),
            End("thank", "Answered"),
        ]
    )
    standing = Walk(UID, "a", 1, NOON + timedelta(days=7))
    assert [d.reason for d in advance(version, standing, Facts({}, met=True), NOON)] == ["Answered"]
    assert [d.reason for d in advance(version, standing, Facts({}), NOON + timedelta(days=7))] == ["Did not answer"]


def test_an_answer_that_nobody_supplied_is_an_error():
    version = definition([Branch("a", "end", "end", rule=EVERYBODY), End("end", "")])
    with pytest.raises(KeyError):
        advance(version, Walk(UID, "a", 0, NOON), Facts({}), NOON)


def test_chance_is_spread_evenly_and_belongs_to_the_visit():
    drawn = [chance(UUID(int=n), 3) for n in range(4000)]
    assert 0.47 < sum(value < 0.5 for value in drawn) / len(drawn) < 0.53
    assert chance(UID, 1) == chance(UID, 1) != chance(UID, 2)


def test_the_engine_reads_what_was_parsed():
    path = walked(parse(ASK), UID, Facts({}), NOON)
    assert [(d.kind, d.step.id) for d in path][:2] == [("send", "ask"), ("wait", "pause")]
    assert path[1].until == NOON + timedelta(days=3)


LOCAL_TIMES = [
    ("Europe/London", "2026-05-04T07:59+01:00", "09:00", "2026-05-04T09:00+01:00"),
    ("Europe/London", "2026-05-04T09:00+01:00", "09:00", "2026-05-04T09:00+01:00"),
    ("Europe/London", "2026-05-04T09:01+01:00", "09:00", "2026-05-05T09:00+01:00"),
    # the clocks jump from 1:00 to 2:00: half past one does not exist, so 2:00 it is
    ("Europe/London", "2026-03-29T00:30+00:00", "01:30", "2026-03-29T02:00+01:00"),
    # half past one comes twice: the first, and once past it the day after
    ("Europe/London", "2026-10-25T00:30+01:00", "01:30", "2026-10-25T01:30+01:00"),
    ("Europe/London", "2026-10-25T01:31+01:00", "01:30", "2026-10-26T01:30+00:00"),
    # clocks go on by half an hour here
    ("Australia/Lord_Howe", "2026-10-04T01:00+10:30", "02:15", "2026-10-04T02:30+11:00"),
    # the 30th of December 2011 was left out
    ("Pacific/Apia", "2011-12-29T10:00-10:00", "09:00", "2011-12-31T09:00+14:00"),
    ("Asia/Shanghai", "2028-02-28T23:00+08:00", "09:00", "2028-02-29T09:00+08:00"),
]


@pytest.mark.parametrize(("zone", "after", "clock", "expected"), LOCAL_TIMES)
def test_a_local_time_is_found_on_the_persons_clock(zone, after, clock, expected):
    found = next_at(time.fromisoformat(clock), datetime.fromisoformat(after), ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected)


@thoroughly
@given(st.times(), moments, zones)
def test_a_local_time_is_never_before_the_wait_is_over(clock, after, zone):
    assert timedelta(0) <= next_at(clock, after, zone) - after < timedelta(hours=49)
