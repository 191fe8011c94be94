"""What people who wait on a journey will be sent next: told as far as it can be known, and no further."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.journeys.ahead import MOST_LOOKED_AT, Ahead, ahead
from campaigns.journeys.parse import parse
from tests.campaigns.journeys.scenarios import letter, scenario, split

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
WEEK = NOON + timedelta(days=7)
LONDON = ZoneInfo("Europe/London")
MILK = {"did": "preference"}
SOONER = {"event": "Tea Tasted", "next": "bye"}


def found(*, stands: str = "pause", over: datetime = NOON, **changes) -> list[Ahead]:
    return ahead(parse(scenario(**changes)), stands, over, WEEK, LONDON)


ONE = letter("One", next="thank")


def test_a_message_behind_a_wait_is_due_when_the_wait_is_over() -> None:
    assert found(steps={"lucky": ONE}) == [Ahead("lucky", NOON, sure=True), Ahead("thank", NOON, sure=True)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"steps": {"lucky": {"kind": "branch", "rule": MILK, "yes": "thank", "no": "bye"}}},
        {"steps": {"lucky": {"kind": "wait", "for": {"hours": 1}, "next": "thank"}}, "goal": {"event": "Tea Tasted"}},
        {
            "steps": {
                "pause": {"kind": "wait", "for": {"days": 3}, "exits": [SOONER], "next": "thank"},
                "ask": letter("What?", next="lucky"),
                "lucky": {"kind": "wait", "for": {"days": 3}, "next": "pause"},
            }
        },
    ],
)
def test_what_depends_on_them_or_on_chance_is_possible_only(changes) -> None:
    assert [(one.step, one.sure) for one in found(**changes)] == [("thank", False)]


def test_further_waits_are_added_up_to_the_end_of_the_week() -> None:
    steps = {
        "lucky": letter("One", next="more"),
        "more": {"kind": "wait", "for": {"days": 2}, "clock": "09:00", "next": "thank"},
        "thank": letter("Two", next="long"),
        "long": {"kind": "wait", "for": {"days": 5}, "next": "third"},
        "third": letter("Three", next="bye"),
    }
    assert found(steps=steps) == [
        Ahead("lucky", NOON, sure=True),
        Ahead("thank", datetime(2026, 5, 7, 8, tzinfo=UTC), sure=True),  # the ninth hour in London
    ]


def test_behind_a_date_of_theirs_nothing_is_known() -> None:
    birthday = {"kind": "wait", "day": {"of": "birthday", "yearly": True}, "next": "thank"}
    assert found(steps={"lucky": letter("One", next="day"), "day": birthday}) == [Ahead("lucky", NOON, sure=True)]


def test_a_journey_that_goes_round_in_minutes_comes_to_an_end() -> None:
    steps = {
        "lucky": letter("Again", next="round"),
        "round": {"kind": "wait", "for": {"minutes": 1}, "next": "either"},
        "either": split(lucky=50, thank=50),
    }
    assert [one.step for one in found(steps=steps)] == ["lucky", "thank"]
    assert MOST_LOOKED_AT < 7 * 24 * 60


@pytest.mark.parametrize(("stands", "over"), [("bye", NOON), ("gone", NOON), ("pause", WEEK)])
def test_who_does_not_wait_or_waits_longer_is_sent_nothing(stands: str, over: datetime) -> None:
    assert found(stands=stands, over=over) == []
