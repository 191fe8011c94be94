"""What time brings begins journeys: a cart left, somebody who stayed away, something to be asked again."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.journeys.actions import pause_journey, resume_journey, stop_journey
from campaigns.journeys.models import Moment
from campaigns.journeys.moments import found, telling
from campaigns.journeys.parse import InvalidDefinition, parse
from crm.catalog.models import Order
from crm.contacts.models import Contact
from crm.events.models import Event, Inbox
from crm.preferences.models import PreferenceKey
from crm.preferences.statement import Statement
from crm.preferences.stating import state
from engage import listen
from engage.lib import clock
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import alice, contact
from tests.engage.starts import DAY, HOUR, begun, does, later, put, says, starts_on

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def cart_left(hours: int = 4):
    return starts_on("Cart Left", says("hours", hours))


def away(days: int = 60, event: str = "Order Completed"):
    return starts_on("Stayed Away", says("event", event), says("days", days))


def test_a_cart_that_was_left_begins_a_walk_when_its_hours_are_over_and_says_what_was_in_it():
    journey = cart_left()
    does("Checkout Started", ago=3 * HOUR + 50 * MINUTE, cart_id="c7", total=30)
    assert later(5 * MINUTE) == 0
    later(11 * MINUTE)
    assert begun(journey) == [{"cart_id": "c7", "total": 30, "event": "Checkout Started", "hours": 4}]


def test_whoever_ordered_or_went_on_filling_the_cart_left_none():
    journey = cart_left()
    does("Checkout Started", ago=5 * HOUR, who="bought")
    does("Order Completed", ago=4 * HOUR + MINUTE, who="bought", order_id="o1", total=10)
    does("Product Added", ago=5 * HOUR, who="goes on")
    does("Product Added", ago=2 * HOUR, who="goes on", product_id="second")
    later(MINUTE)
    assert begun(journey) == []
    later(2 * HOUR + MINUTE)
    assert [said["product_id"] for said in begun(journey)] == ["second"]


def test_two_journeys_may_wait_for_different_hours():
    soon, late = cart_left(1), cart_left(3)
    does("Checkout Started", ago=30 * MINUTE)
    later(HOUR)
    assert (len(begun(soon)), len(begun(late))) == (1, 0)
    later(3 * HOUR)
    assert (len(begun(soon)), len(begun(late))) == (1, 1)


def test_who_has_not_ordered_for_some_days_begins_on_the_day_without_an_event():
    journey = away()
    does("Order Completed", ago=60 * DAY - HOUR, order_id="o1", total=10)
    does("Order Completed", ago=60 * DAY - HOUR, who="came back", order_id="o2", total=10)
    does("Order Completed", ago=3 * DAY, who="came back", order_id="o3", total=10)
    assert later(30 * MINUTE) == 0
    later(2 * HOUR)
    assert [(said["event"], said["days"]) for said in begun(journey)] == [("Order Completed", 60)]


def test_an_imported_order_counts_as_the_last_one():
    journey, person = away(), alice()
    Order.objects.create(
        external_id="old", contact=person, recorded_for=person, at=clock.now() - 60 * DAY, total=5, currency="GBP",
        source="import",
    )  # fmt: skip
    later(MINUTE)
    assert len(begun(journey)) == 1


def test_anything_else_can_be_what_somebody_has_not_done():
    journey = away(7, "Signed In")
    does("Signed In", ago=7 * DAY - HOUR)
    does("Signed In", ago=6 * DAY, who="u2")
    later(2 * HOUR)
    assert len(begun(journey)) == 1


def test_each_boundary_is_told_once_however_often_and_wherever_one_looks():
    journey = away(7, "Signed In")
    does("Signed In", ago=7 * DAY - HOUR)
    for _again in range(3):
        later(2 * HOUR)
    Moment.objects.update(told=clock.now() - DAY)
    later(2 * HOUR)
    assert len(begun(journey)) == 1
    assert Event.objects.filter(name="Stayed Away").count() == 1


def test_what_passed_before_the_journey_was_published_begins_nothing():
    does("Signed In", ago=7 * DAY + HOUR)
    journey = away(7, "Signed In")
    Moment.objects.update(told=clock.now())
    later(MINUTE)
    assert begun(journey) == []


def test_what_passed_while_nobody_looked_begins_late_for_a_day_and_then_not_at_all():
    journey = away(7, "Signed In")
    does("Signed In", ago=7 * DAY + 23 * HOUR, who="late")
    does("Signed In", ago=7 * DAY + 25 * HOUR, who="too late")
    later(MINUTE)
    assert len(begun(journey)) == 1


def test_a_clock_that_jumps_back_and_forth_changes_nothing():
    journey = away(7, "Signed In")
    does("Signed In", ago=7 * DAY - 90 * MINUTE)
    for hours in (1, 0, 2, 1, 2, 3):
        later(hours * HOUR)
    assert len(begun(journey)) == 1


def test_what_passes_while_the_journey_is_paused_does_not_begin_it_afterwards():
    journey = away(7, "Signed In")
    pause_journey(journey, by="Max", at=clock.now())
    does("Signed In", ago=7 * DAY - HOUR)
    later(2 * HOUR)
    resume_journey(journey, by="Max", at=clock.now())
    later(3 * HOUR)
    assert begun(journey) == []


def test_nobody_is_told_of_what_no_journey_asks_about():
    journey = away(7, "Signed In")
    stop_journey(journey, by="Max", at=clock.now())
    does("Signed In", ago=7 * DAY - HOUR)
    assert later(2 * HOUR) == 0
    assert not Moment.objects.exists()


def test_many_people_are_told_in_slices_and_a_worker_that_is_killed_loses_none(monkeypatch):
    for room in (found, telling.away):
        monkeypatch.setattr(room, "SLICE", 3)
    journey = away(7, "Signed In")
    for number in range(8):
        put("Signed In", at=clock.now() - 7 * DAY + HOUR, who=f"u{number}")
    listen.run()
    [moment] = Moment.objects.all()
    assert telling._slice(moment.pk, clock.now() + 2 * HOUR) == 3
    moment.refresh_from_db()
    assert moment.reached and moment.until
    later(2 * HOUR)
    assert len(begun(journey)) == 8
    assert Event.objects.filter(name="Stayed Away").count() == 8


def test_what_they_told_us_long_ago_begins_a_walk_when_it_is_to_be_asked_again():
    journey, person = starts_on("Preference Stale", says("key", "milk")), alice()
    said = {"contact": person.pk, "recorded_for": person.pk, "kind": "stated", "source_kind": "survey"}
    state(Statement(key="milk", value="oat milk", at=clock.now() - 30 * DAY + HOUR, **said), at=clock.now())
    state(Statement(key="roast", value="dark", at=clock.now() - 30 * DAY + HOUR, **said), at=clock.now())
    PreferenceKey.objects.update(fresh_days=30)
    assert later(MINUTE) == 0
    later(2 * HOUR)
    later(3 * HOUR)
    assert begun(journey) == [{"key": "milk", "value": "oat milk"}]


@pytest.mark.parametrize(
    ("event", "rules", "missing"),
    [
        ("Cart Left", [], 1),
        ("Cart Left", [says("hours", 0)], 1),
        ("Cart Left", [says("hours", "4")], 1),
        ("Cart Left", [{"any": [says("hours", 4), says("hours", 5)]}], 1),
        ("Stayed Away", [says("days", 60)], 1),
        ("Date Came", [], 3),
        ("Date Came", [says("key", "birthday"), says("yearly", True), says("shift", 400)], 1),
        ("Preference Stale", [says("key", "milk", "contains")], 1),
    ],
)
def test_a_boundary_that_is_not_said_is_refused_at_its_place(event, rules, missing):
    with pytest.raises(InvalidDefinition) as refused:
        parse(scenario(trigger={"event": event, "rule": {"all": rules}}))
    assert [problem.path for problem in refused.value.problems] == ["$.trigger.rule"] * missing


def test_an_exit_of_a_wait_may_ask_about_a_boundary_too():
    pause = {
        "kind": "wait",
        "for": {"days": 90},
        "exits": [{"event": "Stayed Away", "next": "thank",
                   "rule": {"all": [says("event", "Order Completed"), says("days", 30)]}}],
        "next": "lucky",
    }  # fmt: skip
    starts_on("Signed Up")
    journey = starts_on("Order Completed", steps={"pause": pause})
    assert [json.loads(row.details) for row in Moment.objects.all()] == [{"event": "Order Completed", "days": 30}]
    assert journey.current is not None


def test_events_that_concern_none_of_this_cost_no_query_more():
    def cost() -> int:
        put("Page Viewed", at=clock.now())
        with CaptureQueriesContext(connection) as captured:
            listen.run()
        return sum("crm_business_business" not in query["sql"] for query in captured)

    does("Page Viewed")
    starts_on("Table Booked")
    cost()
    before = cost()
    cart_left(), away(), starts_on("Price Dropped"), starts_on("Preference Stale", says("key", "milk"))
    cost()
    assert cost() == before


def test_the_same_person_twice_is_one_after_a_merge():
    journey = away(7, "Signed In")
    does("Signed In", ago=7 * DAY - HOUR)
    person = Contact.objects.get(identities__value="u1")
    other = contact("Other")
    Event.objects.filter(name="Signed In").update(contact=other)
    later(2 * HOUR)
    assert len(begun(journey)) == 1
    assert Event.objects.get(name="Stayed Away").contact_id == other.pk != person.pk
    assert not Inbox.objects.exists()
