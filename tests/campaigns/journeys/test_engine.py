"""The engine as a function: no database, no clock."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.journeys.definition import (
    Again,
    Arm,
    Branch,
    Day,
    Definition,
    Design,
    End,
    Entry,
    Errand,
    Exit,
    Occurrence,
    Remember,
    Send,
    Split,
    Wait,
)
from campaigns.journeys.engine import (
    GOAL,
    LOOK_AGAIN,
    MOST_VISITS,
    TOO_LONG,
    Ends,
    Facts,
    Splits,
    Waits,
    Walk,
    advance,
    chance,
    look_again,
    needs,
)
from campaigns.journeys.local_time import day_after, next_at, real_day
from campaigns.journeys.parse import parse
from crm.rules.tree import AllOf
from tests.campaigns.journeys.scenarios import ASK

"""Time zones are read from disk when first met, and machines are shared."""

UID = UUID(int=7)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
EVERYBODY = AllOf(())
ANSWERED, ORDERED = Occurrence("Survey Answered"), Occurrence("Order Completed")


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
    kinds = [draw(st.sampled_from(["send", "note", "task", "wait", "rule", "chance"])) for _ in range(count)]
    waits = [names[n] for n in range(count) if kinds[n] == "wait"]
    for n in range(count):
        ahead = st.sampled_from(names[n + 1 :] + waits)
        match kinds[n]:
            case "send":
                steps.append(Send(names[n], Design("Hi", "Hi"), draw(ahead)))
            case "wait":
                clock = draw(st.none() | st.times())
                weekdays = draw(st.frozensets(st.integers(1, 7))) if clock else frozenset()
                day = draw(st.none() | st.builds(Day, st.just("birthday"), st.integers(-40, 40), st.booleans()))
                span = timedelta(hours=draw(st.integers(1, 72)))
                exits = draw(st.lists(st.builds(Exit, ahead, st.just(Occurrence("Survey Answered"))), max_size=2))
                steps.append(Wait(names[n], span, draw(ahead), clock, weekdays, day, tuple(exits)))
            case "note":
                steps.append(Remember(names[n], "tags", "asked", draw(ahead)))
            case "task":
                steps.append(Errand(names[n], "call", "Call them", timedelta(days=1), draw(ahead)))
            case "rule":
                steps.append(Branch(names[n], EVERYBODY, draw(ahead), draw(ahead)))
            case "chance":
                share = draw(st.integers(1, 99))
                steps.append(Split(names[n], (Arm("A", share, draw(ahead)), Arm("B", 100 - share, draw(ahead)))))
    return definition(steps, "s0")


zones = st.sampled_from([UTC, *map(ZoneInfo, ("Europe/London", "Pacific/Apia", "Australia/Lord_Howe"))])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@st.composite
def walks(draw):
    version = draw(scenarios())
    answers = {step: draw(st.booleans()) for step in needs(version)}
    born = draw(st.dictionaries(st.just("birthday"), st.dates(date(1900, 1, 1), date(2030, 1, 1))))
    return version, draw(st.uuids()), Facts(answers, draw(zones), None, born), draw(moments)


@given(walks())
def test_every_walk_comes_to_an_end_and_makes_each_visit_once(walk):
    path = walked(*walk)
    assert isinstance(path[-1], Ends)
    assert [decision.visit for decision in path] == list(range(1, len(path) + 1))


@given(walks())
def test_the_same_input_gives_the_same_path(walk):
    assert walked(*walk) == walked(*walk)


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


@given(walks())
def test_nothing_happens_while_a_wait_lasts(walk):
    version, uid, facts, began = walk
    for decision in walked(version, uid, facts, began):
        if isinstance(decision, Waits):
            standing = Walk(uid, decision.step.id, decision.visit, decision.until)
            assert advance(version, standing, facts, decision.until - timedelta(microseconds=1)) == []


def test_a_walk_that_never_ends_by_itself_is_ended():
    version = definition([Wait("a", timedelta(days=1), "b"), Branch("b", EVERYBODY, "a", "end"), End("end", "")])
    path = walked(version, UID, Facts({"b": True}), NOON)
    assert (len(path), path[-1].fault) == (MOST_VISITS, TOO_LONG)


def test_what_was_waited_for_goes_on_at_once_and_by_its_own_way():
    version = definition(
        [
            Wait("a", timedelta(days=7), "late", sooner=(Exit("thank", ANSWERED), Exit("order", ORDERED))),
            End("late", "Did not answer"),
            End("thank", "Answered"),
            End("order", "Ordered"),
        ]
    )
    standing = Walk(UID, "a", 1, NOON + timedelta(days=7))
    assert [d.reason for d in advance(version, standing, Facts({}, met=0), NOON)] == ["Answered"]
    assert [d.reason for d in advance(version, standing, Facts({}, met=1), NOON)] == ["Ordered"]
    assert [d.reason for d in advance(version, standing, Facts({}), NOON + timedelta(days=7))] == ["Did not answer"]


def test_the_goal_ends_the_walk_from_any_wait_and_counts_as_success():
    version = definition([Wait("a", timedelta(days=7), "late"), End("late", "Late")])
    [end] = advance(version, Walk(UID, "a", 3, NOON + timedelta(days=7)), Facts({}, met=GOAL), NOON)
    assert (end.visit, end.goal, end.fault) == (4, True, "")


WATCHES = definition(
    [
        Wait("a", timedelta(days=7), "late", sooner=(Exit("knows", rule=EVERYBODY),)),
        End("late", "Time over"),
        End("knows", "Told us"),
    ]
)


def test_a_rule_that_holds_already_is_not_waited_for():
    path = advance(WATCHES, Walk(UID, "a", 0, NOON), Facts({"a/0": True}), NOON)
    assert [(d.kind, d.visit) for d in path] == [("wait", 1), ("end", 2)]
    assert (path[0].exit, path[1].reason) == (0, "Told us")


def test_a_rule_that_comes_to_hold_ends_the_wait_whenever_it_is_looked_at():
    standing, later = Walk(UID, "a", 1, NOON + timedelta(days=7)), NOON + timedelta(hours=3)
    assert advance(WATCHES, standing, Facts({"a/0": False}), later) == []
    assert [d.reason for d in advance(WATCHES, standing, Facts({"a/0": True}), later)] == ["Told us"]


def test_a_wait_that_watches_is_looked_at_every_hour_until_it_is_over():
    watching, until = WATCHES.steps["a"], NOON + timedelta(minutes=90)
    assert look_again(watching, until, NOON) == NOON + LOOK_AGAIN
    assert look_again(watching, until, NOON + timedelta(hours=1)) == until
    assert look_again(Wait("b", timedelta(days=7), "late"), until, NOON) == until


@given(st.lists(st.integers(1, 24), min_size=1, max_size=4), st.uuids())
def test_a_split_takes_the_arm_in_whose_share_the_chance_of_the_visit_falls(shares, uid):
    split = Split("a", tuple(Arm(str(n), share, "end") for n, share in enumerate([*shares, 100 - sum(shares)])))
    [taken, _end] = advance(definition([split, End("end", "")]), Walk(uid, "a", 0, NOON), Facts({}), NOON)
    assert isinstance(taken, Splits)
    before = sum(arm.share for arm in split.arms[: int(taken.arm)])
    assert before <= chance(uid, 1) * 100 < before + split.arms[int(taken.arm)].share


def test_an_answer_that_nobody_supplied_is_an_error():
    version = definition([Branch("a", EVERYBODY, "end", "end"), End("end", "")])
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


DAYS = [
    (Day("birthday", yearly=True), "1990-05-04", "2026-05-04", "2026-05-04"),
    (Day("birthday", yearly=True), "1990-05-03", "2026-05-04", "2027-05-03"),
    (Day("birthday", -7, yearly=True), "1990-01-03", "2026-12-20", "2026-12-27"),
    (Day("birthday", 7, yearly=True), "1990-12-30", "2026-01-02", "2026-01-06"),
    # the 29th of February is kept on the 28th, and on itself where there is one
    (Day("birthday", yearly=True), "1992-02-29", "2027-02-01", "2027-02-28"),
    (Day("birthday", yearly=True), "1992-02-29", "2028-02-01", "2028-02-29"),
    (Day("visit", -1), "2026-05-10", "2026-05-04", "2026-05-09"),
    (Day("visit"), "2026-05-01", "2026-05-04", "2026-05-01"),
]


@pytest.mark.parametrize(("asked", "day", "today", "expected"), DAYS)
def test_the_day_that_is_waited_for(asked, day, today, expected):
    assert day_after(asked, *map(date.fromisoformat, (day, today))) == date.fromisoformat(expected)


def test_a_day_begins_where_the_person_lives():
    version = definition([Wait("a", timedelta(0), "end", day=Day("visit", -1)), End("end", "")])
    facts = Facts({}, ZoneInfo("Asia/Shanghai"), dates={"visit": date(2026, 5, 10)})
    [wait] = advance(version, Walk(UID, "a", 0, NOON), facts, NOON)
    assert wait.until == datetime(2026, 5, 8, 16, tzinfo=UTC)


@pytest.mark.parametrize("dates", [{}, {"visit": date(2026, 5, 1)}])
def test_a_day_that_is_unknown_or_over_is_not_waited_for(dates):
    version = definition([Wait("a", timedelta(0), "end", day=Day("visit")), End("end", "")])
    [wait] = advance(version, Walk(UID, "a", 0, NOON), Facts({}, dates=dates), NOON)
    assert wait.until == NOON


YEARLY = [
    # (clock, now, until): on the day itself only what is still to come counts
    (None, "2026-05-03T12:00+00:00", "2026-05-04T00:00+00:00"),
    (None, "2026-05-04T12:00+00:00", "2027-05-04T00:00+00:00"),
    ("09:00", "2026-05-04T08:59+00:00", "2026-05-04T09:00+00:00"),
    ("09:00", "2026-05-04T09:00+00:00", "2027-05-04T09:00+00:00"),
]


@pytest.mark.parametrize(("clock", "now", "until"), YEARLY)
def test_a_yearly_day_that_comes_back_to_itself_waits_a_year(clock, now, until):
    clock = clock and time.fromisoformat(clock)
    wait = Wait("a", timedelta(0), "a", clock, day=Day("birthday", yearly=True))
    facts = Facts({}, dates={"birthday": date(1990, 5, 4)})
    moment = datetime.fromisoformat(now)
    [decision] = advance(definition([wait]), Walk(UID, "a", 0, moment), facts, moment)
    assert decision.until == datetime.fromisoformat(until)


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01", "9999-12-31", "2026-02-30", "20260504x"])
def test_what_is_no_day_of_a_calendar_is_none(text):
    assert real_day(text) is None


@given(st.times(), moments, zones, st.frozensets(st.integers(1, 7), min_size=1))
def test_a_day_of_the_week_is_one_of_those_asked_for_and_within_two_weeks(clock, after, zone, weekdays):
    found = next_at(clock, after, zone, weekdays)
    assert found.astimezone(zone).isoweekday() in weekdays
    assert timedelta(0) <= found - after < timedelta(days=15)


@given(st.times(), moments, zones)
def test_a_local_time_is_never_before_the_wait_is_over(clock, after, zone):
    assert timedelta(0) <= next_at(clock, after, zone) - after < timedelta(hours=49)
