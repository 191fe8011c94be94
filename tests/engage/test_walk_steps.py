"""What the steps of a journey do when the belts carry them out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.journeys.models import DueWait, Enrolment
from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue.actions import escalate_tasks, finish_task
from crm.dialogue.models import Task
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference, PreferenceKey
from engage import walk
from tests.campaigns.journeys.happenings import Happening, counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, ada, alice, bob, contact, max_, olga

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ENDS = {"late": {"kind": "end", "reason": "Late"}, "soon": {"kind": "end", "reason": "Soon"}}
TOLD_MILK = {"did": "told", "name": "milk"}


def journey_of(first: dict, **more):
    """A journey of one step, which leads on to `soon` or `late`."""
    ends = {name: end for name, end in ENDS.items() if f"'next': '{name}'" in str(first)}
    return live_journey({**scenario(), "start": "first", "steps": {"first": first, **ends}, **more})


def waiting(**more) -> dict:
    return {"kind": "wait", "for": {"days": 7}, "next": "late", **more}


def walk_at(moment) -> int:
    with time_machine.travel(moment, tick=False):
        return walk.run()


def tell(contact, key: str, value, at=NOON) -> None:
    said = Statement(contact.pk, contact.pk, key, value, "stated", at, "survey", source_id=f"{key}{at}")
    hold(contacts=[contact.pk])
    remember([said], at=at)


def reasons(journey) -> list[str]:
    return [walker.reason for walker in enrolled(journey)]


def test_of_several_exits_the_one_whose_event_happens_first_is_taken():
    exits = [{"event": "Page Viewed", "next": "late"}, {"event": "Survey Answered", "next": "soon"}]
    person, journey = alice(), journey_of(waiting(exits=exits))
    listen(ordered(person))
    walk_at(NOON)
    listen(Happening(person.pk, "Survey Answered", NOON + HOUR, "m2"), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    assert reasons(journey) == ["Soon"]
    assert enrolled(journey)[0].visits.get(step="soon").decision["after"]["name"] == "Survey Answered"


def test_the_goal_ends_the_walk_wherever_it_stands():
    person = alice()
    journey = journey_of(waiting(), trigger={"event": "Checkout Started"}, goal={"event": "Order Completed"})
    listen(Happening(person.pk, "Checkout Started"))
    walk_at(NOON)
    listen(ordered(person, "m2", NOON + HOUR), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    [walker] = enrolled(journey)
    assert (walker.state, walker.outcome) == ("ended", Enrolment.Outcome.GOAL)
    assert not DueWait.objects.exists()


def test_the_order_that_ends_one_walk_begins_the_next():
    person = alice()
    journey = journey_of(waiting(), goal={"event": "Order Completed"}, entry={"again": "always"})
    for number in range(3):
        at = NOON + number * DAY
        listen(ordered(person, f"m{number}", at=at), at=at)
        walk_at(at)
    assert [walker.outcome for walker in enrolled(journey)] == ["goal", "goal", ""]
    assert DueWait.objects.get().enrolment.entry == "m2"


def test_while_somebody_is_on_it_another_exit_begins_nothing_new():
    person = alice()
    exits = [{"event": "Order Completed", "next": "soon"}]
    journey = journey_of(waiting(exits=exits), entry={"again": "always"})
    listen(ordered(person, "m0"))
    walk_at(NOON)
    listen(ordered(person, "m1", at=NOON + DAY), at=NOON + DAY)
    assert len(enrolled(journey)) == 1


def test_a_goal_that_was_reached_before_the_walk_began_is_none():
    person = alice()
    journey = journey_of(waiting(), trigger={"event": "Checkout Started"}, goal={"event": "Order Completed"})
    listen(Happening(person.pk, "Checkout Started"))
    walk_at(NOON)
    listen(ordered(person, "m2", NOON - HOUR), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    assert [walker.state for walker in enrolled(journey)] == ["active"]


def test_a_wait_ends_when_a_rule_about_the_person_comes_to_hold_and_something_is_heard_of_them():
    person, journey = alice(), journey_of(waiting(exits=[{"rule": TOLD_MILK, "next": "soon"}]))
    listen(ordered(person))
    walk_at(NOON)
    tell(person, "milk", "oat milk", NOON + HOUR / 2)
    listen(Happening(person.pk, "Preference Stated", NOON + HOUR / 2, "m2"), at=NOON + HOUR / 2)
    walk_at(NOON + HOUR / 2)
    assert reasons(journey) == ["Soon"]


def test_a_wait_that_watches_looks_again_by_itself_within_the_hour_and_stays_where_nothing_came_of_it():
    person, journey = alice(), journey_of(waiting(exits=[{"rule": TOLD_MILK, "next": "soon"}]))
    listen(ordered(person))
    walk_at(NOON)
    assert (walk_at(NOON + HOUR - DAY / 86400), walk_at(NOON + HOUR)) == (0, 1)
    assert DueWait.objects.get().due == NOON + 2 * HOUR
    assert DueWait.objects.get().until == NOON + 7 * DAY
    tell(person, "milk", "oat milk", NOON + HOUR)
    walk_at(NOON + 2 * HOUR)
    assert reasons(journey) == ["Soon"]


def test_what_holds_already_is_not_waited_for():
    person, journey = alice(), journey_of(waiting(exits=[{"rule": TOLD_MILK, "next": "soon"}]))
    tell(person, "milk", "oat milk", NOON - DAY)
    listen(ordered(person))
    walk_at(NOON)
    assert reasons(journey) == ["Soon"]
    assert [visit.step for visit in enrolled(journey)[0].visits.order_by("number")] == ["first", "soon"]


def test_a_wait_lasts_until_a_day_that_we_remember_of_the_person():
    PreferenceKey.objects.create(key="birthday", label="Birthday", type="date")
    person = alice()
    journey = journey_of({"kind": "wait", "day": {"of": "birthday", "yearly": True}, "clock": "09:00", "next": "late"})
    tell(person, "birthday", "1990-05-06", NOON - DAY)
    listen(ordered(person))
    walk_at(NOON)
    assert enrolled(journey)[0].wait.until == datetime(2026, 5, 6, 8, tzinfo=UTC)


def noted(person, key: str) -> list[tuple]:
    found = Preference.objects.filter(contact=person, key__key=key).order_by("id")
    return list(found.values_list("value", "kind", "state", "source_kind", "source_label"))


def test_a_journey_remembers_what_it_noticed_and_says_so():
    person = alice()
    journey_of({"kind": "remember", "key": "stage", "value": "second order", "next": "late"})
    listen(ordered(person))
    walk_at(NOON)
    assert noted(person, "stage") == [("second order", "observed", "active", "journey", "Ask")]


def test_what_a_person_told_us_is_not_replaced_by_what_a_journey_notes():
    person = alice()
    tell(person, "stage", "regular", NOON - DAY)
    journey_of({"kind": "remember", "key": "stage", "value": "second order", "next": "late"})
    listen(ordered(person))
    walk_at(NOON)
    person.refresh_from_db()
    assert person.attributes["stage"] == "regular"


def test_points_and_tags_add_up_also_within_one_chunk():
    person, again = alice(), {"entry": {"again": "always", "key": "order_id"}}
    journey_of({"kind": "remember", "key": "score", "value": 5, "how": "plus", "next": "late"}, **again)
    journey_of({"kind": "remember", "key": "tags", "value": "buyer", "how": "add", "next": "late"}, **again)
    listen(ordered(person, "m1", order_id="A1"), ordered(person, "m2", order_id="A2"))
    walk_at(NOON)
    person.refresh_from_db()
    assert (person.attributes["score"], person.attributes["tags"]) == (10, ["buyer"])


def remembering(person, journey_steps: list[dict]) -> dict:
    """What is known of the person after a journey of these remembering steps."""
    names = [f"note-{n}" for n in range(len(journey_steps))]
    steps = {
        name: {"kind": "remember", "next": after, **step}
        for name, after, step in zip(names, [*names[1:], "late"], journey_steps, strict=True)
    }
    live_journey({**scenario(), "start": names[0], "steps": steps | {"late": ENDS["late"]}})
    listen(ordered(person))
    walk_at(NOON)
    person.refresh_from_db()
    return person.attributes


def tag(value: str, how: str = "add") -> dict:
    return {"key": "tags", "value": value, "how": how}


def test_a_tag_is_taken_away_and_the_others_stay():
    assert remembering(alice(), [tag("buyer"), tag("vip"), tag("buyer", "remove")])["tags"] == ["vip"]


def test_without_its_last_tag_nothing_is_known_and_it_can_be_given_again():
    person = alice()
    assert "tags" not in remembering(person, [tag("vip"), tag("vip", "remove")])
    assert not Preference.objects.filter(contact=person, state="active").exists()
    journey_of({"kind": "remember", "next": "late", **tag("vip")})
    listen(ordered(person, "m3", NOON + HOUR), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    person.refresh_from_db()
    assert person.attributes["tags"] == ["vip"]


def test_a_tag_that_somebody_does_not_have_is_not_taken_away():
    person = alice()
    assert remembering(person, [tag("vip"), tag("buyer", "remove")])["tags"] == ["vip"]
    assert len(noted(person, "tags")) == 1


def test_what_a_person_told_us_is_not_taken_away_by_a_journey():
    person = alice()
    tell(person, "tags", ["vip"], NOON - DAY)
    assert remembering(person, [tag("vip", "remove")])["tags"] == ["vip"]


def test_a_task_goes_to_the_colleague_who_is_named_and_to_anybody_where_there_is_none_such():
    person, colleague = alice(), ada()
    task = {"kind": "task", "task": "call", "text": "Ask how it went", "within": {"hours": 2}, "next": "late"}
    journey_of({**task, "assignee": colleague.email.upper()})
    journey_of({**task, "assignee": "gone@shop.example"})
    listen(ordered(person))
    walk_at(NOON)
    assert {one.assignee for one in Task.objects.all()} == {colleague, None}
    assert {(one.due, one.made_by, one.contact) for one in Task.objects.all()} == {(NOON + 2 * HOUR, "Ask", person)}


def escalating(colleague, **escalate) -> Task:
    """A task of Ada's due two hours after noon, that goes elsewhere an hour later."""
    journey_of(
        {
            "kind": "task",
            "task": "call",
            "text": "Ask how it went",
            "within": {"hours": 2},
            "assignee": colleague.email,
            "escalate": {"after": {"hours": 1}, **escalate},
            "next": "late",
        }
    )
    listen(ordered(alice()))
    walk_at(NOON)
    return Task.objects.get()


def test_a_task_that_is_not_done_in_time_goes_to_whom_it_was_to_go_to_once():
    first, then = ada(), max_()
    task = escalating(first, to=then.email)
    assert escalate_tasks(at=NOON + 3 * HOUR - HOUR / 60) == 0
    assert escalate_tasks(at=NOON + 3 * HOUR) == 1
    assert escalate_tasks(at=NOON + 4 * HOUR) == 0
    task.refresh_from_db()
    assert (task.assignee, task.escalated, task.escalated_from) == (then, NOON + 3 * HOUR, "Ada")


@pytest.mark.parametrize("closed", [True, False])
def test_where_there_is_nobody_to_take_it_it_goes_to_an_owner(closed):
    owner, then = olga(), max_()
    task = escalating(ada(), **({"to": then.email} if closed else {}))
    User.objects.filter(pk=then.pk).update(is_active=False)
    escalate_tasks(at=NOON + 3 * HOUR)
    task.refresh_from_db()
    assert task.assignee == owner


def test_a_task_that_was_done_goes_nowhere():
    colleague = ada()
    task = escalating(colleague)
    finish_task(task=task, result="Well", by=colleague, at=NOON + HOUR)
    assert escalate_tasks(at=NOON + 9 * HOUR) == 0


def test_with_a_key_there_is_one_walk_for_each_thing_also_several_at_a_time():
    person = alice()
    journey = journey_of(waiting(), entry={"again": "never", "key": "order_id"})
    listen(ordered(person, "m1", order_id="A1"), ordered(person, "m2", order_id="A2"))
    listen(ordered(person, "m3", order_id="A1"), ordered(person, "m4"), ordered(person, "m5", order_id=["A3"]))
    assert sorted(walker.thing for walker in enrolled(journey)) == ["A1", "A2"]


def test_the_steps_cost_a_constant_number_of_queries():
    steps = {
        "first": {"kind": "remember", "key": "score", "value": 1, "how": "plus", "next": "call"},
        "call": {"kind": "task", "task": "call", "text": "Call", "within": {"hours": 2}, "next": "say"},
        "say": letter("Hi", next="pause"),
        "pause": waiting(exits=[{"rule": TOLD_MILK, "next": "soon"}], day={"of": "birthday"}),
        **ENDS,
    }
    live_journey({**scenario(), "start": "first", "steps": steps})
    PreferenceKey.objects.create(key="score", label="Score", type="number")
    PreferenceKey.objects.create(key="birthday", label="Birthday", type="date")
    listen(ordered(alice(), "m0"))
    walk_at(NOON)
    listen(ordered(bob()))
    assert cost_of_a_step() == (alone := 24)
    listen(*(ordered(contact(f"Person {n}", f"p{n}@shop.example"), f"p{n}") for n in range(20)))
    assert cost_of_a_step() == alone
    assert Task.objects.count() == 22


def cost_of_a_step() -> int:
    with time_machine.travel(NOON, tick=False), CaptureQueriesContext(connection) as captured:
        walk.step()
    return counted(captured)
