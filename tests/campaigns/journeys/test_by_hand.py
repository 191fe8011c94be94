"""Journeys that a colleague begins, for one or for many: what is obeyed, what is not asked, and the way back."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.journeys import by_hand
from campaigns.journeys.actions import pause_journey, stop_journey
from campaigns.journeys.compiled import versions
from campaigns.journeys.entering import WhyNot
from campaigns.journeys.models import DueWait, Enrolment, EntryDay, Visit
from campaigns.journeys.outlook import outlook
from crm.contacts.actions import erase, merge, record_consent
from crm.contacts.models import Topic
from crm.dialogue.models import Message
from crm.lists import bulk
from engage import speak, walk
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import Happening, counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, alice, bob, contact

pytestmark = pytest.mark.django_db

IN_BRITAIN = {"field": "contact.country", "op": "is", "value": "GB"}
BIG = {"property": "total", "op": "at_least", "value": 50}
KEYED = {"again": "never", "key": "order_id"}


def begin(journey, *people, **said) -> by_hand.Begun:
    return by_hand.begin(journey, [one.pk for one in people], by="Max", at=NOON, **said)


def test_a_walk_begun_by_hand_says_so_and_its_messages_are_written():
    journey = live_journey(scenario(steps={"ask": letter("Hi", "About {{ event.properties.total }}.", next="pause")}))
    person = alice()
    begun = begin(journey, person)
    [walker] = enrolled(journey)
    assert begun == by_hand.Begun({person.pk: walker.uid}, {})
    assert (walker.event["name"], walker.event["properties"]["by"]) == ("By hand", "Max")
    with time_machine.travel(NOON, tick=False):
        walk.run()
        speak.run()
    message = Message.objects.get()
    assert (message.state, message.why) == ("kept", "")


def test_its_rule_is_asked_of_the_last_such_event_and_of_the_person():
    journey = live_journey(scenario(trigger={"event": "Order Completed", "rule": {"all": [BIG, IN_BRITAIN]}}))
    abroad, never = contact("Dora", country="FR"), contact("Eva", country="GB")
    person = alice()
    listen(
        Happening(person.pk, message_id="m1", properties={"total": 80}, history=True),
        Happening(abroad.pk, message_id="m2", properties={"total": 80}, history=True),
    )
    begun = begin(journey, person, abroad, never)
    assert begun.walks.keys() == {person.pk}
    assert begun.refused == {abroad.pk: WhyNot.RULE, never.pk: WhyNot.RULE}


def test_a_colleague_may_say_that_the_rule_is_not_asked():
    journey = live_journey(scenario(trigger={"event": "Order Completed", "rule": IN_BRITAIN}))
    assert begin(journey, bob(), whoever=True).refused == {}


@pytest.mark.parametrize(
    ("again", "active", "why"),
    [
        ({"again": "never"}, True, WhyNot.ON_IT),
        ({"again": "never"}, False, WhyNot.ONCE),
        ({"again": "after_days", "days": 30}, False, WhyNot.TOO_SOON),
        ({"again": "always"}, True, WhyNot.ON_IT),
        ({"again": "always"}, False, None),
    ],
)
def test_how_often_is_obeyed_also_where_the_rule_is_not_asked(again, active, why):
    journey, person = live_journey(scenario(entry=again)), alice()
    listen(ordered(person))
    if not active:
        Enrolment.objects.update(state="ended")
    assert begin(journey, person, whoever=True).refused.get(person.pk) == why


def test_the_limit_of_a_day_holds_for_all_who_begin():
    journey = live_journey(scenario(entry={"again": "never", "per_day": 2}))
    listen(ordered(alice()))
    first, second = bob(), contact("Dora")
    begun = begin(journey, first, second)
    assert begun.refused == {second.pk: WhyNot.FULL}
    [day] = EntryDay.objects.all()
    assert (day.begun, day.over) == (2, 1)


def test_a_journey_for_each_order_must_be_told_which():
    journey, person = live_journey(scenario(entry=KEYED)), alice()
    listen(Happening(person.pk, properties={"order_id": "A1", "total": 12}, history=True))
    assert begin(journey, person).refused == {person.pk: WhyNot.NO_THING}
    begin(journey, person, thing="A1")
    begin(journey, person, thing="A2")
    assert begin(journey, person, thing="A1").refused == {person.pk: WhyNot.ON_IT}
    known, invented = enrolled(journey)
    assert (known.thing, known.event["properties"]) == ("A1", {"order_id": "A1", "total": 12, "by": "Max"})
    assert (invented.thing, invented.event["properties"]) == ("A2", {"order_id": "A2", "by": "Max"})


def test_a_journey_for_each_person_is_about_nothing_else():
    with pytest.raises(by_hand.WrongThing):
        begin(live_journey(scenario()), alice(), thing="A1")


def test_who_was_merged_begins_as_who_they_are_and_who_was_erased_does_not():
    journey, person, double, gone = live_journey(scenario()), alice(), contact("Alice M."), bob()
    merge(survivor=person, absorbed=double, by="Ada", at=NOON)
    erase(contact=gone, by="Olga", at=NOON)
    begun = begin(journey, double, gone)
    assert begun.refused == {gone.pk: WhyNot.GONE}
    assert [walker.contact_id for walker in enrolled(journey)] == [person.pk]
    assert begun.walks.keys() == {double.pk}


@pytest.mark.parametrize("change", [pause_journey, stop_journey])
def test_nobody_begins_a_journey_that_does_not_run(change):
    journey, person = live_journey(scenario()), alice()
    change(journey, by="Max", at=NOON)
    assert begin(journey, person).refused == {person.pk: WhyNot.NOT_RUNNING}


@pytest.mark.parametrize("people", [1, 40])
def test_the_number_of_statements_does_not_depend_on_the_people(people):
    rule = {"event": "Order Completed", "rule": IN_BRITAIN}
    journey = live_journey(scenario(trigger=rule, entry={"again": "always", "per_day": 1000}))
    crowd = [contact(f"Person {n}", country="GB") for n in range(people)]
    begin(journey, contact("Warm", country="GB"))
    with CaptureQueriesContext(connection) as captured:
        assert len(begin(journey, *crowd).walks) == people
    assert counted(captured) == 10


@pytest.mark.django_db(transaction=True)
def test_begun_by_many_at_once_it_is_one_walk():
    journey, person = live_journey(scenario(entry={"again": "always"})), alice()
    raised: list[Exception] = []

    def one() -> None:
        try:
            by_hand.begin(journey, [person.pk], by="Max", at=clock.now())
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert raised == []
    assert len(enrolled(journey)) == 1


@pytest.fixture
def max_():
    return cast.max_()


def begun_by_many(max_, journey, *people, **said) -> bulk.BulkAct:
    chosen = [one.pk for one in people]
    told = {"id": journey.pk, "name": journey.name, "thing": "", "whoever": False} | said
    return bulk.begin("begin", told, number=len(chosen), colleague=max_, at=clock.now(), chosen=chosen)


def test_many_begin_and_why_others_did_not_is_counted(max_):
    journey = live_journey(scenario(trigger={"event": "Order Completed", "rule": IN_BRITAIN}))
    job = begun_by_many(max_, journey, alice(), bob())
    assert job.counts == {"changed": 1, "looked_at": 2}
    assert job.reasons == {"rule": 1}


def test_taken_back_they_never_began_unless_something_was_sent_to_them(max_):
    journey, waits, got = live_journey(scenario()), alice(), bob()
    job = begun_by_many(max_, journey, waits, got)
    walk.run()
    first, second = Message.objects.get(contact=waits), Message.objects.get(contact=got)
    first.state, second.state = "waiting", "kept"
    first.save()
    second.save()
    bulk.undo(job, by="Olga", at=clock.now())
    assert [walker.contact_id for walker in enrolled(journey)] == [got.pk]
    assert (job.counts["back"], job.counts["stays"]) == (1, 1)
    first.refresh_from_db()
    assert (first.state, first.why) == ("withheld", "taken_back")
    assert not DueWait.objects.exclude(enrolment__contact=got).exists()
    assert not Visit.objects.exclude(enrolment__contact=got).exists()
    assert begun_by_many(max_, journey, waits).counts["changed"] == 1, "as if they had never begun"


def seen(journey, person, **said):
    return outlook(journey, versions({journey.current_id})[journey.current_id], person, at=NOON, **said)


def test_why_somebody_would_not_begin_is_said_condition_by_condition():
    rule = {"event": "Order Completed", "rule": {"all": [BIG, IN_BRITAIN]}}
    journey, person = live_journey(scenario(trigger=rule)), bob()
    listen(ordered(person, at=NOON - timedelta(days=3), total=80))
    found = seen(journey, person)
    assert not found.would_begin
    assert found.reasons.keys() == {WhyNot.RULE}
    assert [(one.holds, one.actual) for one in found.conditions] == [(True, 80), (False, None)]
    assert found.last.at == NOON - timedelta(days=3)
    assert "only when it happens again" in found.remarks[0]


def test_all_reasons_are_said_and_what_would_hold_the_messages():
    topic = Topic.objects.create(key="offers", label="Offers")
    offer = letter("Offer", next="bye") | {"class": "marketing", "topic": "offers"}
    journey = live_journey(scenario(steps={"ask": offer | {"next": "pause"}}))
    person = alice()
    listen(ordered(person))
    pause_journey(journey, by="Max", at=NOON)
    found = seen(journey, person)
    assert found.reasons.keys() == {WhyNot.NOT_RUNNING, WhyNot.ON_IT}
    assert [(note.subject, note.sentence) for note in found.notes] == [
        ("Offer", "We have no permission to write about Offers.")
    ]
    record_consent(contact=person, topic=topic, state="granted", how="form", at=NOON - timedelta(days=1))
    assert seen(journey, person).notes == []


def test_nobody_is_written_down_by_looking():
    journey = live_journey(scenario(entry={"again": "never", "per_day": 1}))
    assert seen(journey, alice()).would_begin
    assert not EntryDay.objects.exists()
    begin(journey, bob())
    assert seen(journey, contact("Dora")).reasons.keys() == {WhyNot.FULL}


def test_all_running_journeys_are_looked_at_in_four_queries():
    person = alice()
    journeys = [
        live_journey(scenario(trigger={"event": "Order Completed", "rule": IN_BRITAIN}), name="British"),
        live_journey(scenario(trigger={"event": "Order Completed", "rule": BIG}), name="Big"),
        live_journey(scenario(entry={"again": "always", "per_day": 5}), name="Limited"),
        live_journey(scenario(entry=KEYED), name="Keyed"),
    ]
    found = versions({journey.current_id for journey in journeys})
    with CaptureQueriesContext(connection) as captured:
        why = by_hand.would_begin(found.values(), person.pk, at=NOON)
    assert counted(captured) == 4
    assert [why[journey.current_id] for journey in journeys] == [None, WhyNot.RULE, None, WhyNot.NO_THING]
