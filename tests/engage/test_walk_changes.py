"""Publishing a change: who is under way stays, moves to a step of the new version, or leaves, as somebody chose."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.journeys.actions import WrongMove, pause_journey, publish, resume_journey
from campaigns.journeys.comparing import Place, changes, long_enough, standing
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import DueWait, Enrolment, Move
from campaigns.journeys.parse import parse
from engage import walk
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, alice, bob

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def draft_of(days: int, **steps) -> dict:
    return {
        **scenario(),
        "start": "pause",
        "steps": {"pause": waiting(days), "bye": {"kind": "end", "reason": "Bye"}, **steps},
    }


def waiting(days: int, **more) -> dict:
    return {"kind": "wait", "for": {"days": days}, "next": "bye", **more}


def walk_at(moment) -> int:
    with time_machine.travel(moment, tick=False):
        return walk.run()


def change(journey, draft, at, **moves) -> None:
    """Publish; `pause="pause"` moves those who wait at `pause` of the version before."""
    before = journey.current_id
    edit_draft(journey, draft=draft, by="Max", at=at)
    publish(journey, by="Max", at=at, moves={Place(before, step): to for step, to in moves.items()})


@pytest.fixture
def journey():
    """Alice has waited for a day of three."""
    made = live_journey(draft_of(3))
    listen(ordered(alice()))
    walk_at(NOON)
    return made


def test_who_is_not_moved_stays_on_the_version_they_began_with(journey):
    first = journey.current_id
    change(journey, draft_of(1), NOON + DAY)
    walk_at(NOON + 2 * DAY)
    [walker] = enrolled(journey)
    assert (walker.version_id, walker.state, walker.wait.until) == (first, "active", NOON + 3 * DAY)


def test_a_shortened_wait_counts_the_time_that_was_waited(journey):
    change(journey, draft_of(2), NOON + DAY, pause="pause")
    walk_at(NOON + DAY)
    [walker] = enrolled(journey)
    assert (walker.version_id, walker.wait.until, walker.wait.since) == (journey.current_id, NOON + 2 * DAY, NOON)
    walk_at(NOON + 2 * DAY)
    assert [(visit.step, visit.decision["kind"]) for visit in walker.visits.order_by("number")] == [
        ("pause", "wait"),
        ("pause", "move"),
        ("pause", "wait"),
        ("bye", "end"),
    ]


def test_who_has_waited_long_enough_goes_on_at_once(journey):
    change(journey, draft_of(1), NOON + 2 * DAY, pause="pause")
    walk_at(NOON + 2 * DAY)
    walk_at(NOON + 2 * DAY)
    assert [walker.reason for walker in enrolled(journey)] == ["Bye"]


def test_a_lengthened_wait_lasts_longer_for_who_is_moved(journey):
    change(journey, draft_of(10), NOON + DAY, pause="pause")
    walk_at(NOON + DAY)
    assert DueWait.objects.get().until == NOON + 10 * DAY


def test_people_can_be_moved_to_another_step_and_it_happens_to_them_once(journey):
    draft = draft_of(3, say=letter("New", next="bye"))
    draft["steps"]["pause"]["next"] = "say"
    change(journey, draft, NOON + DAY, pause="say")
    assert (walk_at(NOON + DAY), walk_at(NOON + DAY)) == (1, 0)
    [walker] = enrolled(journey)
    assert [visit.step for visit in walker.visits.order_by("number")] == ["pause", "say", "say", "bye"]


def test_people_can_be_let_go_with_the_name_of_who_chose_it(journey):
    change(journey, draft_of(1), NOON + DAY, pause=None)
    walk_at(NOON + DAY)
    [walker] = enrolled(journey)
    assert (walker.state, walker.outcome, walker.reason) == ("ended", Enrolment.Outcome.TAKEN_OFF, "Max")
    assert not DueWait.objects.exists()


def test_who_comes_to_that_step_of_the_old_version_later_stays_on_it():
    journey = live_journey(draft_of(3, first=waiting(1) | {"next": "pause"}) | {"start": "first"})
    listen(ordered(alice()))
    walk_at(NOON)
    first = journey.current_id
    change(journey, draft_of(1), NOON + DAY / 2, pause="pause")
    walk_at(NOON + DAY)
    [walker] = enrolled(journey)
    assert (walker.version_id, walker.step, walker.wait.until) == (first, "pause", NOON + 4 * DAY)


def test_of_two_changes_the_later_one_moves_who_stayed_the_first_time(journey):
    first = journey.current_id
    change(journey, draft_of(2), NOON + DAY)
    edit_draft(journey, draft=draft_of(5), by="Max", at=NOON)
    publish(journey, by="Max", at=NOON + DAY, moves={Place(first, "pause"): "pause"})
    walk_at(NOON + DAY)
    assert DueWait.objects.get().until == NOON + 5 * DAY


def test_on_a_paused_journey_people_move_when_it_goes_on(journey):
    pause_journey(journey, by="Max", at=NOON)
    change(journey, draft_of(2), NOON + DAY, pause="pause")
    walk_at(NOON + DAY)
    assert enrolled(journey)[0].version_id != journey.current_id
    resume_journey(journey, by="Max", at=NOON + DAY)
    walk_at(NOON + DAY)
    assert enrolled(journey)[0].version_id == journey.current_id


def test_an_event_still_ends_the_wait_of_who_was_moved(journey):
    draft = draft_of(5) | {"steps": {**draft_of(5)["steps"], "soon": {"kind": "end", "reason": "Soon"}}}
    draft["steps"]["pause"]["exits"] = [{"event": "Survey Answered", "next": "soon"}]
    change(journey, draft, NOON + DAY, pause="pause")
    walk_at(NOON + DAY)
    [walker] = enrolled(journey)
    listen(Happening(walker.contact_id, "Survey Answered", NOON + DAY, "m2"), at=NOON + DAY)
    walk_at(NOON + DAY)
    assert [walker.reason for walker in enrolled(journey)] == ["Soon"]


def test_a_step_that_the_new_version_has_not_is_refused_and_nothing_is_published(journey):
    with pytest.raises(WrongMove):
        change(journey, draft_of(1), NOON + DAY, pause="nowhere")
    journey.refresh_from_db()
    assert (journey.current.number, Move.objects.count()) == (1, 0)


def test_the_changes_are_told_step_by_step():
    new = draft_of(1) | {"start": "say"}
    new["steps"]["say"] = letter("Hello", next="pause")
    told = [
        (change.before and change.before.id, change.after and change.after.id)
        for change in changes(parse(draft_of(3)), parse(new))
    ]
    assert told == [("pause", "pause"), (None, "say")]


def test_who_stands_where_is_counted_and_who_has_waited_long_enough(journey, django_assert_num_queries):
    listen(ordered(bob(), "m2"), at=NOON)
    walk_at(NOON + DAY)
    place, wait = Place(journey.current_id, "pause"), parse(draft_of(2)).steps["pause"]
    with django_assert_num_queries(2):
        [found] = standing(journey)
        enough = long_enough([(place, wait)], at=NOON + 2 * DAY)
    assert (found.place, found.number, found.people) == (place, 1, 2)
    assert enough == {place: 1}
