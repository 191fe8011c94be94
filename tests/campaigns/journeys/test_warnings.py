"""What will not stop a journey but leave people out is said at its step."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.journeys.actions import create_journey
from campaigns.journeys.parse import parse
from campaigns.journeys.warnings import warnings
from crm.business.models import Business
from crm.business.queries import forget_cached
from crm.contacts.actions import hold, record_consent
from crm.contacts.models import Topic
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from tests.campaigns.journeys.happenings import listen, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, ada, alice, bob, max_

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OFFER = {"class": "marketing", "topic": "offers"}
QUOTES = "You said {% recall milk %}{{ value }}{% endrecall %}."


@pytest.fixture(autouse=True)
def shop():
    Business.objects.update_or_create(pk=1, defaults={"sender_name": "Quay", "sender_email": "hello@quay.example"})
    forget_cached()
    yield
    forget_cached()


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})[0]


def said(**changes) -> dict[str, str]:
    """The warnings of a scenario, by path."""
    return {one.path: one.message for one in warnings(parse(scenario(**changes)), at=NOON + DAY)}


def task(**more) -> dict:
    return {"kind": "task", "task": "call", "text": "Call", "within": {"hours": 2}, "next": "bye", **more}


def permit(person, topic: Topic, state: str = "granted", at=NOON - DAY) -> None:
    record_consent(contact=person, topic=topic, channel="email", state=state, how="counter", by="Ada", at=at)


def tell(person, value: str) -> None:
    PreferenceKey.objects.get_or_create(key="milk", defaults={"label": "Milk", "citable": True})
    hold(contacts=[person.pk])
    remember([Statement(person.pk, person.pk, "milk", value, "stated", NOON - DAY, "survey", source_id=value)], at=NOON)


def test_a_journey_that_reaches_everybody_says_nothing(topic):
    person = alice()
    permit(person, topic)
    tell(person, "oat milk")
    listen(ordered(person))
    ada()
    steps = {"thank": letter("Hi", QUOTES, next="call", **OFFER), "call": task(assignee="ada@team.example")}
    assert said(steps=steps) == {}


def test_without_a_sender_each_message_says_that_it_cannot_leave():
    Business.objects.update(sender_email="")
    forget_cached()
    assert said().keys() == {"$.steps.ask.channels", "$.steps.thank.channels"}


def test_nobody_in_the_audience_gave_permission(topic):
    mine, other = alice(), bob()
    permit(other, topic)
    listen(ordered(mine))
    warned = said(steps={"thank": letter("Hi", next="bye", **OFFER)})
    assert warned.keys() == {"$.steps.thank.topic"}
    assert "of 1 person for whom it would have begun, none gave permission for Offers" in warned["$.steps.thank.topic"]
    permit(mine, topic)
    assert said(steps={"thank": letter("Hi", next="bye", **OFFER)}) == {}
    permit(mine, topic, "withdrawn", NOON)
    assert said(steps={"thank": letter("Hi", next="bye", **OFFER)}).keys() == {"$.steps.thank.topic"}


def test_where_it_would_have_begun_for_nobody_nothing_is_said(topic):
    alice()
    assert said(steps={"thank": letter("Hi", QUOTES, next="bye", **OFFER)}) == {}


def test_a_quotation_that_nobody_in_the_audience_told_us():
    mine, other = alice(), bob()
    tell(other, "soy milk")
    listen(ordered(mine), ordered(other, "m2", NOON - 400 * DAY))
    warned = said(steps={"thank": letter("Hi", QUOTES, next="bye")})
    assert warned.keys() == {"$.steps.thank.design"} and "“Milk”" in warned["$.steps.thank.design"]
    tell(mine, "oat milk")
    assert said(steps={"thank": letter("Hi", QUOTES, next="bye")}) == {}


def test_a_quotation_that_is_not_to_be_quoted_counts_as_none():
    person = alice()
    tell(person, "oat milk")
    PreferenceKey.objects.update(citable=False)
    listen(ordered(person))
    assert said(steps={"thank": letter("Hi", QUOTES, next="bye")}).keys() == {"$.steps.thank.design"}


def test_a_task_for_somebody_who_is_not_in_the_team_any_more():
    gone = ada()
    gone.is_active = False
    gone.save()
    escalate = {"after": {"hours": 1}, "to": "nobody@team.example"}
    warned = said(steps={"thank": task(assignee=gone.email, escalate=escalate)})
    assert warned == {
        "$.steps.thank.assignee": "ada@team.example is not in the team: whoever comes first gets the task.",
        "$.steps.thank.escalate.to": "nobody@team.example is not in the team: an owner gets the task then.",
    }


def test_many_people_are_not_counted_to_the_end(monkeypatch, topic):
    monkeypatch.setattr("campaigns.journeys.warnings.MOST_LOOKED_AT", 1)
    listen(ordered(alice()), ordered(bob(), "m2"))
    assert "1 and more" in said(steps={"thank": letter("Hi", next="bye", **OFFER)})["$.steps.thank.topic"]


def test_a_design_that_does_not_compile_is_no_matter_of_warnings():
    listen(ordered(alice()))
    assert said(steps={"thank": letter("Hi", "{% recall %}", next="bye")}) == {}


def test_the_card_and_the_publish_page_say_it_and_publishing_goes_on(client):
    client.force_login(max_())
    draft = scenario(steps={"thank": task(assignee="gone@team.example")})
    journey = create_journey(name="Mine", draft=draft, by="Max", at=NOON)
    words = "gone@team.example is not in the team"
    assert words in client.get(reverse("journey_flow", args=[journey.uid])).content.decode()
    page = client.get(reverse("publish_journey", args=[journey.uid])).content.decode()
    assert words in page and "Before it goes live" in page
    client.post(reverse("publish_journey", args=[journey.uid]))
    journey.refresh_from_db()
    assert journey.state == "live"
