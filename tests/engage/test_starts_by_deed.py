"""What people do begins journeys: from the deed to the enrolment, through the belts as they run."""

import json
from datetime import timedelta

import pytest
import time_machine

from campaigns.journeys.models import Enrolment
from crm.contacts.models import Contact
from crm.dialogue.actions import close, rate, say
from crm.dialogue.models import Conversation, Message
from crm.events import actions
from crm.preferences.actions import correct
from crm.preferences.models import Preference
from crm.preferences.statement import Statement
from crm.preferences.stating import state
from engage import listen, returns, walk
from engage.lib import clock
from engage.memory import clicks
from tests.campaigns.journeys.happenings import live_journey
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, published, sent_to, tap
from tests.cast import ada, alice
from tests.engage.starts import DAY, WHO, begun, does, put, says, starts_on

pytestmark = pytest.mark.django_db


def nth(event: str, n: int, **more) -> dict:
    return {"did": "event", "name": event, "count": {"op": "is", "value": n}, **more}


TEA = {"product_id": "tea-1", "name": "Kenya Gold", "category": "Tea", "price": 12, "quantity": 1}
CUP = {"product_id": "cup-1", "name": "Cup", "category": "Pots", "price": 20, "quantity": 2}


def test_any_event_of_the_shop_with_a_rule_on_what_it_says():
    journey = starts_on("Table Booked", says("guests", 6, "at_least"))
    does("Table Booked", guests=4)
    does("Table Booked", guests=8)
    assert begun(journey) == [{"guests": 8}]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_first_and_the_nth_time(n):
    journey = starts_on("Table Booked", nth("Table Booked", n))
    for number in range(1, 5):
        does("Table Booked", ago=timedelta(minutes=10 - number), number=number)
    assert begun(journey) == [{"number": n}]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_nth_time_is_found_also_when_several_come_in_together(n):
    journey = starts_on("Table Booked", nth("Table Booked", n))
    now = clock.now()
    for number in (3, 1, 2):
        put("Table Booked", at=now - timedelta(minutes=10 - number), number=number)
    listen.run()
    assert begun(journey) == [{"number": n}]


def test_the_first_order_counts_what_was_imported_and_what_comes_in_together():
    first = starts_on("Order Completed", {"did": "order", "count": {"op": "is", "value": 1}})
    now = clock.now()
    for number in (1, 2):
        put("Order Completed", at=now - timedelta(minutes=10 - number), order_id=f"o{number}", total=5)
    put("Order Completed", at=now - 400 * DAY, who="known", source="import", order_id="old", total=5)
    put("Order Completed", at=now, who="known", order_id="o3", total=5)
    listen.run()
    assert [said["order_id"] for said in begun(first)] == ["o1"]


@pytest.mark.parametrize(
    ("rule", "begins"),
    [
        (says("total", 50, "at_least"), True),
        (says("total", 53, "at_least"), False),
        (says("product_ids", ["tea-1", "other"], "includes"), True),
        (says("product_ids", ["other"], "includes"), False),
        (says("product_names", ["Cup"], "includes"), True),
        (says("product_categories", ["Tea"], "includes"), True),
        (says("product_categories", ["Coffee"], "includes"), False),
        (says("currency", "GBP"), True),
    ],
)
@pytest.mark.parametrize("event", ["Order Completed", "Order Refunded"])
def test_an_order_placed_or_given_back_with_conditions_on_its_total_and_on_what_is_in_it(event, rule, begins):
    journey = starts_on(event, rule)
    does(event, order_id="o1", total=52, currency="GBP", products=[TEA, CUP])
    assert bool(begun(journey)) is begins


@pytest.mark.parametrize("products", [None, "tea", {}, [None, 7, "tea"], [{"name": []}], [[TEA]]])
def test_products_that_make_no_sense_fit_no_condition_and_break_nothing(products):
    journey = starts_on("Order Completed", says("product_ids", ["tea-1"], "includes"))
    does("Order Completed", order_id="o1", total=1, products=products)
    assert begun(journey) == []


def test_a_search_for_some_words():
    journey = starts_on("Products Searched", says("query", "decaf", "contains"))
    does("Products Searched", query="espresso")
    does("Products Searched", query="decaf beans")
    assert begun(journey) == [{"query": "decaf beans"}]


def test_a_product_looked_at_often_enough():
    seen = nth("Product Viewed", 3, within={"days": 7}, where=[says("product_id", "tea-1")])
    journey = starts_on("Product Viewed", says("product_id", "tea-1"), seen)
    does("Product Viewed", ago=8 * DAY, product_id="tea-1")
    for _time in range(2):
        does("Product Viewed", product_id="tea-1")
    does("Product Viewed", product_id="cup-1")
    assert begun(journey) == []
    does("Product Viewed", product_id="tea-1")
    assert len(begun(journey)) == 1


def test_a_click_on_a_link_in_a_message():
    journey = starts_on("Message Clicked", says("origin", "journey:x", "starts_with"))
    clicks.clicked(message=sent_to(alice()), number=0, url="https://shop.example/", sign="", at=clock.now())
    returns.run()
    listen.run()
    assert [said["url"] for said in begun(journey)] == ["https://shop.example/"]


def reply(message: Message, text: str = "Yes, please") -> None:
    say(contact=message.contact, text=text, channel="email", about=message, at=clock.now())
    listen.run()


def test_a_reply_to_a_message():
    journey = starts_on("Message Replied", says("origin", "journey:x:ask"))
    person = alice()
    message = sent_to(person)
    say(contact=person, text="About nothing of yours", channel="email", at=clock.now())
    listen.run()
    assert begun(journey) == []
    reply(message)
    [said] = begun(journey)
    assert (said["message"], said["channel"]) == (str(message.uid), "email")
    assert said["conversation"] == str(Conversation.objects.get().uid)


WAITS_FOR_A_REPLY = {
    "pause": {
        "kind": "wait",
        "for": {"days": 3},
        "exits": [{"event": "Message Replied", "next": "replied"}],
        "next": "silent",
    },
    "ask": letter("Shall we?", next="pause"),
    "replied": {"kind": "end", "reason": "Replied"},
    "silent": {"kind": "end", "reason": "Did not reply"},
}


@pytest.mark.parametrize(("replies", "reason"), [(True, "Replied"), (False, "Did not reply")])
def test_replied_and_not_replied_within_some_days(replies, reason):
    journey = live_journey(scenario(trigger={"event": "Signed Up"}) | {"steps": WAITS_FOR_A_REPLY})
    does("Signed Up")
    walk.run()
    if replies:
        reply(Message.objects.get())
        walk.run()
    else:
        with time_machine.travel(clock.now() + 3 * DAY + timedelta(minutes=1), tick=False):
            walk.run()
    assert Enrolment.objects.get(journey=journey).reason == reason


def told(person: Contact, value: str, key: str = "milk", **more) -> None:
    said = {"contact": person.pk, "recorded_for": person.pk, "kind": "stated", "source_kind": "reply"} | more
    state(Statement(key=key, value=value, at=clock.now(), **said), at=clock.now())
    listen.run()


def test_something_told_and_something_told_otherwise_than_before():
    any_, changed, person = (
        starts_on("Preference Stated"),
        starts_on("Preference Stated", says("changed", True)),
        alice(),
    )
    told(person, "oat milk")
    Enrolment.objects.update(state="ended")
    told(person, "oat milk")
    Enrolment.objects.update(state="ended")
    told(person, "soy milk")
    assert [(said["before"], said["changed"]) for said in begun(any_)] == [
        ("", False), ("oat milk", False), ("oat milk", True)]  # fmt: skip
    assert [(said["value"], said["before"]) for said in begun(changed)] == [("soy milk", "oat milk")]


def test_a_correction_by_the_customer_is_told_too():
    person = alice()
    told(person, "oat milk")
    journey = starts_on("Preference Stated", says("key", "milk"), says("changed", True))
    correct(Preference.objects.get(), value="none", by="customer", at=clock.now())
    listen.run()
    assert [(said["value"], said["before"]) for said in begun(journey)] == [("none", "oat milk")]


def test_what_is_told_but_does_not_hold_has_changed_nothing():
    person = alice()
    told(person, "oat milk")
    correct(Preference.objects.get(), value="none", by="customer", at=clock.now())
    listen.run()
    journey = starts_on("Preference Stated")
    told(person, "cream", source_kind="staff")
    assert [(said["value"], said["changed"]) for said in begun(journey)] == [("cream", False)]


def test_a_conversation_that_ends():
    journey, person = starts_on("Conversation Closed", says("outcome", "done")), alice()
    say(contact=person, text="Where is my order?", channel="email", at=clock.now())
    close(conversation=Conversation.objects.get(), by=ada(), at=clock.now())
    listen.run()
    assert [said["channel"] for said in begun(journey)] == ["email"]


@pytest.mark.parametrize(("stars", "begins"), [(2, True), (3, False)])
def test_a_conversation_that_is_rated_low(stars, begins):
    journey, person = starts_on("Conversation Rated", says("stars", 2, "at_most")), alice()
    say(contact=person, text="Where is my order?", channel="email", at=clock.now())
    conversation = Conversation.objects.get()
    close(conversation=conversation, by=ada(), at=clock.now())
    rate(conversation=conversation, stars=stars, at=clock.now())
    listen.run()
    assert [said["stars"] for said in begun(journey)] == ([stars] if begins else [])


def test_somebody_who_wants_a_person():
    journey, person = starts_on("Person Wanted"), alice()
    say(contact=person, text="A person, please.", channel="email", at=clock.now())
    listen.run()
    assert len(begun(journey)) == 1


@pytest.mark.parametrize(
    ("rule", "begins"),
    [
        ([says("survey", "coffee"), says("answer_taste", 2, "at_most")], True),
        ([says("survey", "coffee"), says("answer_taste", 3, "at_least")], False),
        ([says("survey", "coffee"), says("answer_milk", "oat milk")], True),
        ([says("survey", "other")], False),
    ],
)
def test_a_survey_answered_with_conditions_on_the_survey_an_answer_and_a_score(client, rule, begins):
    published(MILK, STARS)
    journey = starts_on("Survey Answered", *rule)
    submit(client, tap(sent_to(alice())), milk="1", taste="2")
    listen.run()
    assert bool(begun(journey)) is begins


@pytest.mark.parametrize("event", ["Table Booked", "Order Completed", "Products Searched"])
def test_history_begins_nothing(event):
    journey = starts_on(event)
    put(event, at=clock.now(), source="import", order_id="o1", total=1)
    put(event, at=clock.now() - timedelta(hours=25), order_id="o2", total=1)
    listen.run()
    assert begun(journey) == []
    does(event, ago=timedelta(hours=23), order_id="o3", total=1)
    assert len(begun(journey)) == 1


def test_who_is_meant_is_the_person_of_the_event():
    journey = starts_on("Signed In")
    body = json.dumps({"batch": [{"type": "track", "event": "Signed In", "userId": WHO}] * 2})
    actions.accept(source="write", call="batch", body=body, events=2)
    listen.run()
    assert Enrolment.objects.get(journey=journey).contact.identities.get().value == WHO
