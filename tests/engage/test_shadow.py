"""A journey in shadow: it walks with what happens, guards judge what would have gone, nothing is carried out."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.journeys.actions import (
    WrongState,
    begin_shadow,
    create_journey,
    pause_journey,
    publish,
    stop_journey,
    switch_on,
)
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import DueWait, Journey, ShadowMessage
from campaigns.journeys.parse import parse
from campaigns.journeys.queries import step_counts, totals
from campaigns.journeys.shadow import judging
from campaigns.journeys.shadow.figures import figures
from crm.business.actions import update_business
from crm.contacts.actions import erase, merge, pause, record_consent
from crm.contacts.models import Topic
from crm.dialogue.actions import say
from crm.dialogue.models import Message, Occasion, Task
from crm.preferences.models import Preference
from crm.rules import parse as parse_rule
from crm.segments.queries import members
from engage import speak, walk
from tests.campaigns.journeys.happenings import Happening, counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, alice, bob, contact

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OFFERS = {"class": "marketing", "topic": "offers"}
ALWAYS = {"again": "always"}


def three_messages(**more) -> dict:
    """Two letters at once and a third after five days."""
    return {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "never"},
        "start": "one",
        "steps": {
            "one": letter("One", next="two", **OFFERS),
            "two": letter("Two", next="pause", **OFFERS),
            "pause": {"kind": "wait", "for": {"days": 5}, "next": "three"},
            "three": letter("Three", next="bye", **OFFERS),
            "bye": {"kind": "end", "reason": "Wrote"},
        },
        **more,
    }


def in_shadow(definition: dict, name: str = "Ask", at=NOON - DAY) -> Journey:
    journey = create_journey(name=name, draft=definition, by="Max", at=at)
    begin_shadow(journey, by="Max", at=at)
    return journey


def walk_at(moment) -> int:
    with time_machine.travel(moment, tick=False):
        return walk.run()


def judge_at(moment) -> int:
    with time_machine.travel(moment, tick=False):
        return judging.run()


def agreed(*people) -> None:
    topic = Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})[0]
    for person in people:
        record_consent(contact=person, topic=topic, state="granted", how="form", at=NOON - 30 * DAY)


def fates(**only) -> list[tuple[str, str, str]]:
    found = ShadowMessage.objects.filter(**only).order_by("id")
    return list(found.values_list("step", "fate", "why"))


def whom(did: str, journey: Journey) -> list:
    """For whom a rule about this journey holds."""
    return members(parse_rule({"did": did, "name": str(journey.uid)}), at=NOON + 30 * DAY)


@pytest.fixture
def shop(db) -> Topic:
    update_business(by="test", at=NOON, name="Quay Lane", timezone="UTC")
    return Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})[0]


@pytest.fixture
def journey(shop) -> Journey:
    return in_shadow(three_messages())


def test_what_happens_begins_a_walk_and_each_message_meets_the_guards_in_its_time(journey):
    person = alice()
    agreed(person)
    listen(ordered(person))
    walk_at(NOON)
    assert judge_at(NOON) == 2
    walk_at(NOON + 5 * DAY)
    judge_at(NOON + 5 * DAY)
    assert fates() == [("one", "went", ""), ("two", "went", ""), ("three", "waiting", "weekly_cap")]
    assert judge_at(NOON + 6 * DAY) == 0, "the week is full until the first message falls out of it"
    assert judge_at(NOON + 7 * DAY) == 1
    third = ShadowMessage.objects.get(step="three")
    assert (third.fate, third.why, third.went, third.due) == ("later", "weekly_cap", NOON + 7 * DAY, None)
    assert enrolled(journey)[0].outcome == "finished"


def test_nothing_is_sent_remembered_handed_out_or_owed(shop):
    carried = {
        "start": "note",
        "steps": {
            "note": {"kind": "remember", "key": "regular", "value": "yes", "next": "call"},
            "call": {"kind": "task", "task": "call", "text": "Say hello", "within": {"days": 1}, "next": "one"},
            "one": letter("One", next="bye"),
            "bye": {"kind": "end", "reason": "Done"},
        },
    }
    journey = in_shadow(three_messages(**carried))
    listen(ordered(alice()))
    walk_at(NOON)
    judge_at(NOON)
    with time_machine.travel(NOON, tick=False):
        speak.run()
    assert [v.decision["kind"] for v in enrolled(journey)[0].visits.order_by("number")] == [
        "remember", "task", "send", "end",
    ]  # fmt: skip
    assert all(visit.decision["shadow"] for visit in enrolled(journey)[0].visits.all())
    assert fates() == [("one", "went", "")]
    assert not Message.objects.exists()
    assert not Task.objects.exists()
    assert not Preference.objects.exists()
    assert not Occasion.objects.filter(due__gt=0).exists()


def test_each_reason_is_the_one_that_the_message_would_have_had(shop):
    receipt = {"start": "one", "steps": {"one": letter("One", next="bye"), "bye": {"kind": "end", "reason": "x"}}}
    in_shadow(three_messages(**receipt), name="Receipt")
    in_shadow(three_messages(), name="Offers")
    stranger, nowhere = alice(), contact("Nobody Known")
    agreed(nowhere)
    listen(ordered(stranger), ordered(nowhere, "m2"))
    walk_at(NOON)
    judge_at(NOON)
    receipts = ShadowMessage.objects.filter(klass="transactional").order_by("enrolment__contact_id")
    assert [(m.fate, m.why) for m in receipts] == [("went", ""), ("withheld", "no_address")]
    assert {m.why for m in ShadowMessage.objects.filter(klass="marketing")} == {"no_consent", "no_address"}


def test_what_waits_for_the_end_of_a_conversation_or_of_a_pause_is_asked_again(journey):
    person = alice()
    agreed(person)
    with time_machine.travel(NOON - HOUR, tick=False):
        say(contact=person, text="Hello?", channel="chat", at=NOON - HOUR)
    listen(ordered(person))
    walk_at(NOON)
    judge_at(NOON)
    assert {why for _, _, why in fates()} == {"talking"}
    assert judge_at(NOON + timedelta(minutes=5)) == 0
    Message.objects.get().conversation.__class__.objects.update(state="done", closed=NOON)
    judge_at(NOON + timedelta(minutes=10))
    assert fates() == [("one", "later", "talking"), ("two", "later", "talking")]


def test_a_step_that_drops_what_is_held_drops_it_in_shadow_too(shop):
    dropping = {"one": letter("One", next="bye", on_hold="drop", **OFFERS), "bye": {"kind": "end", "reason": "x"}}
    in_shadow(three_messages(start="one", steps=dropping))
    person = alice()
    agreed(person)
    pause(contact=person, until=NOON + DAY, by="Alice", at=NOON - DAY)
    listen(ordered(person))
    walk_at(NOON)
    judge_at(NOON)
    assert fates() == [("one", "dropped", "paused")]


def test_what_is_held_goes_inside_the_next_in_shadow_too_and_counts_once(shop):
    update_business(by="test", at=NOON, weekly_cap=2)
    merging = {"on_hold": "merge"} | OFFERS
    steps = {"one": letter("One", next="two", **merging), "two": letter("Two", next="three", **merging),
             "three": letter("Three", next="pause", **OFFERS),
             "pause": {"kind": "wait", "for": {"days": 2}, "next": "four"},
             "four": letter("Four", next="bye", **OFFERS), "bye": {"kind": "end", "reason": "x"}}  # fmt: skip
    journey = in_shadow(three_messages(start="one", steps=steps))
    person = alice()
    agreed(person)
    pause(contact=person, until=NOON + DAY, by="Alice", at=NOON - DAY)
    listen(ordered(person))
    walk_at(NOON)
    judge_at(NOON)
    assert fates() == [("one", "waiting", "paused"), ("two", "waiting", "paused"), ("three", "waiting", "paused")]
    judge_at(NOON + DAY + timedelta(minutes=1))
    assert fates() == [("one", "merged", "paused"), ("two", "merged", "paused"), ("three", "later", "paused")]
    walk_at(NOON + 2 * DAY)
    judge_at(NOON + 2 * DAY)
    assert fates()[3] == ("four", "went", "")
    assert figures(journey).went == 4


def test_the_week_holds_real_messages_and_those_in_shadow_but_shadow_holds_nothing_real(journey):
    person = alice()
    agreed(person)
    listen(ordered(person))
    walk_at(NOON)
    judge_at(NOON)
    real = live_journey(three_messages(), name="Real")
    listen(ordered(person, "m2", at=NOON + HOUR), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    with time_machine.travel(NOON + HOUR, tick=False):
        speak.run()
    assert [m.state for m in Message.objects.filter(origin__contains=str(real.uid))] == ["kept", "kept"]


def test_no_rule_no_sum_and_no_entry_knows_of_a_walk_in_shadow(journey):
    person = alice()
    listen(ordered(person))
    walk_at(NOON)
    for did in ("journey", "on_journey"):
        assert whom(did, journey) == []
    switch_on(journey, go_on=False, by="Olga", at=NOON + HOUR)
    walk_at(NOON + HOUR)
    assert enrolled(journey)[0].outcome == "shadow"
    assert whom("left_journey", journey) == []
    assert totals(journey).on_it == totals(journey).left == 0
    listen(ordered(person, "m2", at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)
    walk_at(NOON + 2 * HOUR)
    assert totals(journey).on_it == 1
    assert Message.objects.count() == 2, "again: never, and it is the first time"


def test_who_began_in_this_shadow_does_not_begin_twice_but_does_in_the_next(journey):
    person = alice()
    listen(ordered(person))
    listen(ordered(person, "m2", at=NOON + HOUR), at=NOON + HOUR)
    assert len(enrolled(journey)) == 1
    stop_journey(journey, by="Max", at=NOON + DAY)
    begin_shadow(journey, by="Max", at=NOON + DAY)
    listen(ordered(person, "m3", at=NOON + 2 * DAY), at=NOON + 2 * DAY)
    assert len(enrolled(journey)) == 2
    assert totals(journey).on_it == 1


def test_who_was_on_it_live_would_not_begin_again(shop):
    journey, person = live_journey(three_messages()), alice()
    listen(ordered(person))
    stop_journey(journey, by="Max", at=NOON)
    walk_at(NOON)
    begin_shadow(journey, by="Max", at=NOON + HOUR)
    listen(ordered(person, "m2", at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)
    assert [walker.shadow for walker in enrolled(journey)] == [False]


def test_who_goes_on_live_goes_on_from_where_they_stand_and_is_counted_there(journey):
    person = alice()
    agreed(person)
    listen(ordered(person))
    walk_at(NOON)
    judge_at(NOON)
    switch_on(journey, go_on=True, by="Olga", at=NOON + DAY)
    walk_at(NOON + DAY)
    [walker] = enrolled(journey)
    assert (walker.shadow, walker.state, walker.step) == (False, "active", "pause")
    counts = step_counts(journey, parse(journey.current.definition))
    assert (counts["pause"].visited, counts["pause"].standing, counts["pause"].through) == (1, 1, 0)
    assert counts["one"].visited == 0, "nobody came through it but in shadow"
    walk_at(NOON + 5 * DAY)
    assert [m.origin.rpartition(":")[2] for m in Message.objects.all()] == ["three"]
    assert whom("journey", journey) == [person]


def test_what_would_still_have_gone_does_not_go_after_switching_on(journey):
    person = alice()
    agreed(person)
    pause(contact=None, until=None, by="Olga", at=NOON - HOUR)
    listen(ordered(person))
    walk_at(NOON)
    judge_at(NOON)
    switch_on(journey, go_on=True, by="Olga", at=NOON + HOUR)
    assert judge_at(NOON + DAY) == 0
    assert fates() == [("one", "waiting", "everything_stopped"), ("two", "waiting", "everything_stopped")]
    assert not Message.objects.exists()


def test_a_change_published_in_shadow_is_what_people_begin_in_shadow_from_then_on(journey):
    edit_draft(journey, draft=scenario(), by="Max", at=NOON)
    publish(journey, by="Max", at=NOON)
    assert journey.state == "shadow"
    listen(ordered(alice()))
    walk_at(NOON)
    [walker] = enrolled(journey)
    assert (walker.version.number, walker.shadow) == (2, True)


def test_stopping_ends_the_shadow_and_everybody_leaves(journey):
    agreed(person := alice())
    listen(ordered(person))
    walk_at(NOON)
    stop_journey(journey, by="Max", at=NOON)
    walk_at(NOON)
    assert judge_at(NOON + DAY) == 0
    assert enrolled(journey)[0].outcome == "stopped"
    assert not DueWait.objects.exists()


@pytest.mark.parametrize("act", [pause_journey, begin_shadow])
def test_a_journey_in_shadow_is_neither_paused_nor_put_in_shadow(journey, act):
    with pytest.raises(WrongState):
        act(journey, by="Max", at=NOON)


def test_a_live_journey_is_neither_put_in_shadow_nor_switched_on(shop):
    live = live_journey(three_messages())
    with pytest.raises(WrongState):
        begin_shadow(live, by="Max", at=NOON)
    with pytest.raises(WrongState):
        switch_on(live, go_on=True, by="Max", at=NOON)


def test_a_goal_and_an_answer_end_waits_in_shadow_as_they_would_live(shop):
    journey = in_shadow(three_messages(goal={"event": "Order Refunded"}))
    person = alice()
    listen(ordered(person))
    walk_at(NOON)
    refunded = Happening(person.pk, name="Order Refunded", message_id="r1", at=NOON + HOUR)
    listen(refunded, at=NOON + HOUR)
    walk_at(NOON + HOUR)
    assert enrolled(journey)[0].outcome == "goal"


def test_of_two_people_who_are_one_the_older_shadow_goes_on_and_an_erased_one_leaves_nothing(journey):
    person, double = alice(), contact("Alice M.")
    listen(ordered(person, "m1"))
    listen(ordered(double, "m2"), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    merge(survivor=double, absorbed=person, by="Ada", at=NOON + HOUR)
    assert [walker.outcome for walker in enrolled(journey)] == ["", "merged"]
    judge_at(NOON + HOUR)
    erase(contact=double, by="Ada", at=NOON + DAY)
    assert enrolled(journey) == []
    assert not ShadowMessage.objects.exists()


def test_two_workers_judge_each_message_once(journey):
    people = [contact(f"Person {n}") for n in range(30)]
    listen(*(ordered(person, f"m{n}") for n, person in enumerate(people)))
    walk_at(NOON)
    assert judge_at(NOON) == 60
    assert judge_at(NOON) == 0


@pytest.mark.parametrize("people", [1, 60])
def test_the_number_of_queries_does_not_depend_on_the_people(journey, people):
    crowd = [contact(f"Person {n}", f"p{n}@shop.example") for n in range(people)]
    agreed(*crowd)
    listen(*(ordered(person, f"m{n}") for n, person in enumerate(crowd)))
    with CaptureQueriesContext(connection) as walked, time_machine.travel(NOON, tick=False):
        walk.step()
    with CaptureQueriesContext(connection) as judged, time_machine.travel(NOON, tick=False):
        judging.step()
    assert (counted(walked), counted(judged)) == (13, 19)
    assert ShadowMessage.objects.filter(fate="went").count() == people * 2


def test_bob_walks_live_on_one_journey_and_in_shadow_on_another(journey):
    live = live_journey(scenario(), name="Live")
    listen(ordered(bob()))
    walk_at(NOON)
    assert [w.shadow for w in (*enrolled(journey), *enrolled(live))] == [True, False]
    assert Message.objects.count() == 1


def test_who_began_in_shadow_takes_nobodys_place_of_the_day(shop):
    journey = in_shadow(three_messages(entry={"again": "never", "per_day": 1}), at=NOON - HOUR)
    listen(ordered(alice()), ordered(bob(), "m2"))
    assert totals(journey).on_it == 1, "the limit is kept in shadow too"
    switch_on(journey, go_on=False, by="Olga", at=NOON + HOUR)
    walk_at(NOON + HOUR)
    listen(ordered(contact("Carol"), "m3", at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)
    assert totals(journey).on_it == 1
