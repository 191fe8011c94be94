"""What rules may ask of people, each room for what it owns; every way of asking gives the same answer."""

from datetime import timedelta

import pytest

from campaigns.broadcasts.models import Broadcast
from campaigns.journeys.models import Enrolment, Journey, JourneyVersion
from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Survey
from campaigns.surveys.taking import recording as surveys
from crm.contacts.actions import record_consent
from crm.contacts.models import Company, Contact, Topic
from crm.dialogue.actions import Draft, close, queue, say
from crm.dialogue.models import Message
from crm.events.models import Event
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from crm.rules import describe, parse
from tests import cast
from tests.campaigns.surveys.questions import published, sent_to
from tests.crm.matching import matching

pytestmark = pytest.mark.django_db

NOW = cast.NOON
WELCOME = "01990000-0000-7000-8000-000000000001"
DAY = timedelta(days=1)


def event(person: Contact, name: str, days_ago: int, **properties) -> None:
    at = NOW - days_ago * DAY
    Event.objects.create(
        contact=person,
        recorded_for=person,
        message_id=f"{name}{person.pk}{days_ago}",
        kind="track",
        name=name,
        at=at,
        received=at,
        source="write",
        properties=properties,
    )


def knows(person: Contact, key: str, value: str, kind: str, days_ago: int = 1) -> None:
    statement = Statement(
        contact=person.pk,
        recorded_for=person.pk,
        key=key,
        value=value,
        kind=kind,
        at=NOW - days_ago * DAY,
        source_kind="survey",
    )
    remember([statement], at=NOW)


def answer(person: Contact, topic: Topic, state: str, days_ago: int) -> None:
    record_consent(contact=person, topic=topic, state=state, how="form", at=NOW - days_ago * DAY)


def message(person: Contact, origin: str, **outcome) -> None:
    draft = Draft(
        contact=person.pk, recorded_for=person.pk, klass="marketing", origin=origin, occurrence="1", due=NOW - DAY
    )
    Message.objects.filter(pk__in=queue([draft], at=NOW)).update(**outcome)


def surveyed(person: Contact, **given: str) -> None:
    version = (Survey.objects.filter(key="coffee").first() or published()).current
    answers = {id: Answer(value, (value,), value) for id, value in given.items()}
    visitor = Visitor(f"message:{person.pk}", message=sent_to(person, origin="journey:x:ask", state="queued"))
    assert surveys.answer(version=version, visitor=visitor, answers=answers, at=NOW - 3 * DAY)


def walks(person: Contact, ended: str = "") -> None:
    journey, _made = Journey.objects.get_or_create(name="Welcome", uid=WELCOME)
    version, _made = JourneyVersion.objects.get_or_create(journey=journey, number=1, definition={})
    Journey.objects.update(current=version)
    told = {"state": "ended", "ended": NOW - DAY, "outcome": ended, "reason": "bought"} if ended else {}
    Enrolment.objects.create(
        journey=journey,
        version=version,
        contact=person,
        recorded_for=person,
        entry=f"m{person.pk}",
        step="pause",
        began=NOW - 5 * DAY,
        **told,
    )


@pytest.fixture(autouse=True)
def world() -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    visitor = Contact.objects.create(first_name="", created=NOW - 2 * DAY)
    event(visitor, "Page Viewed", 1)
    Contact.objects.filter(pk=alice.pk).update(company=Company.objects.create(name="Café Uno"), attributes={"shoe": 38})
    event(alice, "Order Completed", 3, total=30)
    event(alice, "Order Completed", 40, total=20)
    event(bob, "Order Completed", 40, total=99)

    knows(alice, "milk", "oat", "stated")
    knows(bob, "milk", "oat", "observed")
    knows(carol, "milk", "soy", "stated")
    knows(carol, "milk", "oat", "stated", days_ago=9)
    knows(carol, "roast", "dark", "inferred")
    PreferenceKey.objects.update(fresh_days=30)

    offers, news = Topic.objects.create(key="offers", label="Offers"), Topic.objects.create(key="news", label="News")
    answer(alice, offers, "granted", 5)
    answer(bob, offers, "granted", 9)
    answer(bob, offers, "withdrawn", 2)
    answer(carol, news, "granted", 5)

    message(alice, "journey:a", state="accepted", settled=NOW - DAY, clicked=NOW - DAY / 2)
    message(bob, "journey:a", state="withheld", why="no_consent", settled=NOW - DAY)
    message(carol, "journey:a", state="delivered", settled=NOW - 9 * DAY, replied=NOW - 8 * DAY)
    began = {"name": "Beans", "began": NOW - 3 * DAY, "state_at": NOW, "created_by": "Max", "state_by": "Max"}
    Broadcast.objects.get_or_create(uid=BEANS.removeprefix("broadcast:"), defaults=began)
    message(alice, BEANS, state="kept", settled=NOW - 20 * DAY)
    surveyed(alice, milk="oat milk", taste="5")
    surveyed(bob, taste="2")
    walks(alice), walks(bob, ended="finished"), walks(carol, ended="taken_off")
    say(contact=carol, text="Where is my order?", channel="chat", at=NOW - DAY)
    said = say(contact=bob, text="Thanks", channel="email", at=NOW - DAY)
    assert said.conversation
    close(conversation=said.conversation, by=cast.ada(), at=NOW - DAY)
    Contact.objects.filter(pk=bob.pk).update(created=NOW - 90 * DAY, last_seen=NOW - 80 * DAY)


def asks(key: str, op: str, *value) -> dict:
    return {"field": key, "op": op} | ({"value": value[0]} if value else {})


def column(name: str, op: str, *value) -> dict:
    return {"column": name, "op": op} | ({"value": value[0]} if value else {})


BEANS = "broadcast:0190a0a0-0000-7000-8000-00000000beaf"
ON_WELCOME = {"did": "on_journey", "name": WELCOME}
MAY_WRITE_OFFERS = {"did": "consent", "name": "offers", "last": column("state", "is", "granted")}
TOLD_OAT = {"did": "told", "name": "milk", "where": [column("value", "is", "oat")]}


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (asks("contact.name", "contains", "Stone"), {"Bob"}),
        (asks("contact.first_name", "is_one_of", ["Alice", "Bob"]), {"Alice", "Bob"}),
        (asks("contact.language", "is", "en"), {"Alice"}),
        (asks("contact.country", "is_known"), {"Alice"}),
        (asks("contact.timezone", "is_missing"), {"Alice", "Bob", "Carol", ""}),
        (asks("contact.created", "longer_ago", {"days": 60}), {"Bob"}),
        (asks("contact.last_seen", "longer_ago", {"days": 60}), {"Bob"}),
        (asks("contact.company", "is", "Café Uno"), {"Alice"}),
        (asks("contact.company", "is_missing"), {"Bob", "Carol", ""}),
        (asks("contact.known", "is", True), {"Alice", "Bob", "Carol"}),
        (asks("contact.known", "is", False), {""}),
        (asks("attribute.shoe", "at_least", 38), {"Alice"}),
        (MAY_WRITE_OFFERS, {"Alice"}),
        ({"did": "consent", "name": "offers", "last": column("state", "is", "withdrawn")}, {"Bob"}),
        ({"did": "consent", "where": [column("state", "is", "granted"), column("how", "is", "form")]}, {*"ABC"}),
        ({"did": "event", "name": "Order Completed", "within": {"days": 30}}, {"Alice"}),
        (
            {"did": "event", "name": "Order Completed", "sum": {"property": "total", "op": "more_than", "value": 49}},
            {"Alice", "Bob"},
        ),
        ({"did": "event", "where": [column("source", "is", "write"), column("kind", "is", "track")]}, {*"ABX"}),
        (TOLD_OAT, {"Alice"}),
        ({"did": "told", "name": "milk"}, {"Alice", "Carol"}),
        ({"did": "preference", "name": "milk", "where": [column("value", "is", "oat")]}, {"Alice", "Bob"}),
        ({"did": "preference", "where": [column("kind", "is", "inferred")]}, {"Carol"}),
        ({"did": "told", "where": [column("fresh_until", "in_next", {"days": 99})]}, {"Alice", "Carol"}),
        ({"did": "preference", "within": {"hours": 2}}, set()),
        (asks("dialogue.open", "is", True), {"Carol"}),
        ({"did": "conversation", "where": [column("state", "is", "done")]}, {"Bob"}),
        ({"did": "conversation", "where": [column("channel", "is", "chat")], "within": {"days": 2}}, {"Carol"}),
        ({"did": "message", "where": [column("origin", "is", "journey:a")]}, {"Alice", "Bob", "Carol"}),
        ({"did": "message", "where": [column("clicked", "is_known")]}, {"Alice"}),
        ({"did": "message", "where": [column("why", "is", "no_consent")]}, {"Bob"}),
        ({"did": "message", "where": [column("state", "is", "withheld")]}, {"Bob"}),
        ({"did": "message", "where": [column("replied", "is_known")]}, {"Carol"}),
        ({"did": "broadcast", "name": BEANS, "where": [column("state", "is", "kept")]}, {"Alice"}),
        ({"did": "broadcast", "within": {"days": 19}}, set()),
        ({"did": "broadcast", "where": [column("clicked", "is_known")]}, set()),
        ({"did": "sent", "within": {"days": 2}}, {"Alice"}),
        ({"did": "sent", "where": [column("origin", "is", "journey:a")]}, {"Alice", "Carol"}),
        ({"did": "clicked", "within": {"hours": 13}}, {"Alice"}),
        ({"did": "clicked", "within": {"hours": 11}}, set()),
        ({"did": "replied"}, {"Carol"}),
        ({"did": "not_sent", "where": [column("why", "is", "no_consent")]}, {"Bob"}),
        ({"did": "not_sent", "where": [column("why", "is", "stopped")]}, set()),
        ({"did": "response", "name": "coffee"}, {"Alice", "Bob"}),
        ({"all": [asks("contact.known", "is", True), {"none": [{"did": "response"}]}]}, {"Carol"}),
        ({"did": "response", "within": {"days": 2}}, set()),
        ({"did": "answer", "name": "coffee/milk"}, {"Alice"}),
        ({"did": "answer", "name": "coffee/milk", "where": [column("answer", "contains", "oat")]}, {"Alice"}),
        ({"did": "answer", "name": "coffee/taste", "where": [column("score", "at_most", 2)]}, {"Bob"}),
        ({"did": "answer", "name": "coffee/taste", "last": column("score", "at_least", 4)}, {"Alice"}),
        ({"did": "answer", "where": [column("survey", "is", "coffee")], "count": {"op": "is", "value": 2}}, {"Alice"}),
        (ON_WELCOME, {"Alice"}),
        ({"did": "on_journey", "where": [column("step", "is", "pause")]}, {"Alice"}),
        ({"did": "journey", "name": WELCOME, "within": {"days": 6}}, {"Alice", "Bob", "Carol"}),
        ({"did": "journey", "within": {"days": 4}}, set()),
        ({"did": "left_journey", "name": WELCOME}, {"Bob", "Carol"}),
        ({"did": "left_journey", "where": [column("outcome", "is", "finished")]}, {"Bob"}),
        ({"did": "left_journey", "where": [column("exit", "is", "bought")], "within": {"days": 2}}, {"Bob", "Carol"}),
    ],
)
def test_a_rule_finds_whom_it_means(rule: dict, names: set[str]) -> None:
    full = {"A": "Alice", "B": "Bob", "C": "Carol", "X": ""}
    assert matching(rule, at=NOW) == {full.get(name, name) for name in names}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (TOLD_OAT, "People who told us “milk” is “oat”"),
        (
            MAY_WRITE_OFFERS,
            "People who answered about permission for “offers”, the last answer is “Granted”",
        ),
        (asks("dialogue.open", "is", True), "People who have an open conversation"),
        (asks("contact.known", "is", False), "People who do not have a name or an address"),
        (
            {"all": [ON_WELCOME, {"none": [{"did": "replied", "within": {"days": 30}}]}]},
            "People who are on the journey “Welcome” but not those who replied to a message in the last 30 days",
        ),
        (
            {"did": "answer", "name": "coffee/milk", "where": [column("answer", "is", "oat milk")]},
            "People who answered the question “Your coffee: Which milk do you take?” is “oat milk”",
        ),
        (
            {"did": "not_sent", "where": [column("why", "is", "no_consent")]},
            "People who were not sent a message where reason is “no permission”",
        ),
        (
            {"did": "message", "where": [column("clicked", "is_known")]},
            "People who had a message from us where first click is known",
        ),
    ],
)
def test_it_reads_as_a_sentence(rule: dict, sentence: str) -> None:
    assert describe(parse(rule)) == sentence
