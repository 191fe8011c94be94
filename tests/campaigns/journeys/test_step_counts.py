"""The numbers on every card: in, waiting, through, out by reason. Whatever happens to people, they add up."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.journeys.actions import end_enrolment, publish, stop_journey
from campaigns.journeys.comparing import Place
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.parse import parse
from campaigns.journeys.queries import StepCounts, step_counts, totals
from crm.contacts.actions import merge
from engage import walk
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter
from tests.cast import NOON, contact

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def asking(days: int = 3) -> dict:
    return {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "never"},
        "goal": {"event": "Order Refunded"},
        "start": "ask",
        "steps": {
            "ask": letter("How was it?", next="pause"),
            "pause": {
                "kind": "wait",
                "for": {"days": days},
                "exits": [{"event": "Survey Answered", "next": "thank"}],
                "next": "silent",
            },
            "thank": letter("Thank you", next="told"),
            "told": {"kind": "end", "reason": "Told us"},
            "silent": {"kind": "end", "reason": "Did not answer"},
        },
    }


@pytest.fixture
def journey() -> Journey:
    return live_journey(asking())


def crowd(journey: Journey, size: int) -> list[Enrolment]:
    """So many who stand at the wait."""
    people = [contact(f"Person {n}", f"p{n}@shop.example") for n in range(size)]
    listen(*(ordered(person, f"m{n}") for n, person in enumerate(people)))
    walk_at(NOON)
    return enrolled(journey)


def walk_at(moment) -> None:
    with time_machine.travel(moment, tick=False):
        walk.run()


def does(walker: Enrolment, name: str, at=NOON + HOUR) -> None:
    event = Happening(walker.contact_id, name=name, message_id=f"{name}{walker.pk}", at=at)
    listen(event, at=at)


def counts(journey: Journey) -> dict[str, StepCounts]:
    found = step_counts(journey, parse(journey.draft))
    for step, one in found.items():
        assert one.visited == one.standing + one.through + sum(one.left.values()), step
        assert one.through >= 0, step
    return found


def test_each_way_out_of_a_wait_is_counted_once(journey):
    answers, refunds, taken, gone, other, *waits = crowd(journey, 8)
    does(answers, "Survey Answered")
    does(refunds, "Order Refunded")
    end_enrolment(taken, by="Max", at=NOON)
    merge(survivor=gone.contact, absorbed=other.contact, by="Ada", at=NOON)
    walk_at(NOON + HOUR)
    found = counts(journey)
    assert (found["ask"].visited, found["ask"].through) == (8, 8)
    pause = found["pause"]
    assert (pause.visited, pause.standing, pause.through) == (8, 4, 1)
    assert pause.left == {"goal": 1, "taken_off": 1, "merged": 1}
    assert [count for _words, count in pause.reasons] == [1, 1, 1]
    assert found["thank"].visited == found["told"].visited == 1
    assert len(waits) == 3
    walk_at(NOON + 3 * DAY)
    found = counts(journey)
    assert (found["pause"].standing, found["pause"].through) == (0, 5)
    assert found["silent"].visited + found["told"].visited + sum(found["pause"].left.values()) == 8
    total = totals(journey)
    assert (total.on_it, total.goal, total.finished, total.left, total.failed) == (0, 1, 5, 2, 0)


def test_who_left_before_the_first_step_was_nowhere(journey):
    person = contact("Early")
    listen(ordered(person))
    end_enrolment(enrolled(journey)[0], by="Max", at=NOON)
    assert counts(journey)["ask"].left == {}
    assert totals(journey).left == 1


def test_whom_a_change_moves_along_the_same_step_is_counted_there_once(journey):
    crowd(journey, 2)
    before = journey.current_id
    edit_draft(journey, draft=asking(5), by="Max", at=NOON)
    publish(journey, by="Max", at=NOON, moves={Place(before, "pause"): "pause"})
    walk_at(NOON)
    pause = counts(journey)["pause"]
    assert (pause.visited, pause.standing, pause.through) == (2, 2, 0)


def test_whom_a_change_moves_to_another_step_is_through_here_and_in_there(journey):
    crowd(journey, 2)
    before = journey.current_id
    edit_draft(journey, draft=asking(5), by="Max", at=NOON)
    publish(journey, by="Max", at=NOON, moves={Place(before, "pause"): "thank"})
    walk_at(NOON)
    found = counts(journey)
    assert (found["pause"].visited, found["pause"].through) == (2, 2)
    assert (found["thank"].visited, found["told"].visited) == (2, 2)


def test_whom_stopping_lets_go_is_out_where_they_stood(journey):
    crowd(journey, 3)
    stop_journey(journey, by="Max", at=NOON)
    walk_at(NOON)
    assert counts(journey)["pause"].left == {"stopped": 3}


@pytest.mark.parametrize("size", [1, 20])
def test_the_numbers_cost_three_queries(journey, size, django_assert_num_queries):
    crowd(journey, size)
    with django_assert_num_queries(3):
        step_counts(journey, parse(journey.draft))
