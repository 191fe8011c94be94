"""The recipes on the real belts: an event comes in, a question goes out, the answer is cited, nobody is asked twice."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from campaigns.channels import contents
from campaigns.journeys import compiled
from campaigns.journeys.actions import check, create_journey, publish
from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.recipes import RECIPES, Filling, offered
from campaigns.surveys.queries import one_taps
from crm.business.queries import forget_cached
from crm.contacts.actions import pause, record_consent
from crm.contacts.models import Contact, Identity, Topic
from crm.dialogue.models import Message
from crm.events.actions import accept
from crm.preferences.actions import Statement, remember
from engage import listen, speak, walk
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import published

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class Clock:
    """The real time, and `ahead` of it: inbox and outbox run on the database's clock, waits on ours."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(autouse=True)
def watch(monkeypatch) -> Iterator[Clock]:
    forget_cached()
    compiled.forget()
    watch = Clock()
    monkeypatch.setattr(clock, "now", watch.now)
    yield watch
    forget_cached()


@pytest.fixture
def alice() -> Contact:
    topic = Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})[0]
    person = cast.alice()
    Identity.objects.create(contact=person, recorded_for=person, kind="external", value="a-1", proof="server")
    record_consent(contact=person, topic=topic, state="granted", how="double_opt_in", at=clock.now() - 9 * DAY)
    return person


def switched_on(slug: str, **fields) -> Journey:
    """The recipe as it is offered, but for `fields`."""
    published()
    recipe, question = RECIPES[slug], one_taps(["coffee"])["coffee"]
    filling = Filling(question="coffee", answer="milk")
    draft = recipe.build(offered(recipe, filling, topic="offers") | fields, question)
    check(draft)
    journey = create_journey(name=str(recipe.title), draft=draft, recipe=slug, by="Max", at=clock.now())
    publish(journey, by="Max", at=clock.now())
    return journey


def track(event: str, message_id: str, ago: timedelta = timedelta(0), **properties) -> None:
    """As the shop's server sends it, carried through all three belts."""
    body = {"userId": "a-1", "event": event, "messageId": message_id, "properties": properties}
    body["timestamp"] = (clock.now() - ago).isoformat()
    accept(source="write", call="track", body=json.dumps(body), events=1)
    run_belts()


def order(number: int, ago: timedelta = timedelta(0)) -> None:
    line = {"product_id": "b1", "name": "House blend", "price": 9.2, "quantity": 1}
    track("Order Completed", f"o{number}", ago, order_id=str(number), total=9.2, currency="GBP", products=[line])


def run_belts() -> None:
    for belt in (listen.run, walk.run, speak.run):
        belt()


def texts() -> list[str]:
    return [contents.shown(message).text for message in Message.objects.filter(state="kept").order_by("id")]


def answer(client, message: Message, no: int) -> None:
    """Tap an answer in the mail and confirm it on the page."""
    urls = re.findall(r"http\S*/s/coffee/\S*|/s/coffee/\S*", contents.shown(message).text)
    assert submit(client, unescape(urls[no - 1]), milk=no).status_code == 200
    run_belts()


def test_the_second_order_asks_and_the_answer_is_thanked_for_by_citing_it(client, alice):
    switched_on("two-orders")
    order(1)
    assert texts() == []
    order(2)
    [asked] = texts()
    assert "Which milk do you take?" in asked
    answer(client, Message.objects.get(), 2)
    assert "It is good to know: soy milk" in texts()[1]
    assert Enrolment.objects.get().reason == "Told us"


def test_who_does_not_answer_is_let_go_after_a_week(alice, watch):
    switched_on("two-orders")
    order(1)
    order(2)
    watch.ahead = 7 * DAY
    run_belts()
    assert len(texts()) == 1
    assert Enrolment.objects.get().reason == "Did not answer"


def test_who_told_us_already_is_not_asked_again(alice):
    switched_on("two-orders")
    told = {"key": "milk", "value": "oat milk", "kind": "stated", "source_kind": "counter", "at": clock.now() - DAY}
    remember([Statement(contact=alice.pk, recorded_for=alice.pk, **told)], at=clock.now())
    order(1)
    order(2)
    [thanked] = texts()
    assert "It is good to know: oat milk" in thanked and "Which milk" not in thanked


@pytest.mark.parametrize(("days_ago", "asked"), [(29, 1), (31, 0)])
def test_only_orders_within_the_days_count(alice, days_ago, asked):
    switched_on("two-orders", days=30)
    order(1, ago=days_ago * DAY)
    order(2)
    assert len(texts()) == asked


def test_an_order_of_the_past_counts_and_begins_nothing(alice):
    switched_on("two-orders")
    order(1)
    order(2, ago=2 * DAY)
    assert texts() == []
    order(3)
    assert len(texts()) == 1


@pytest.mark.parametrize(("start", "event"), [("permission", "Permission Given"), ("sign_up", "Signed Up")])
def test_somebody_new_is_welcomed_and_asked_once(alice, start, event):
    switched_on("welcome", start=start)
    track(event, "s1")
    track(event, "s2")
    [welcome] = texts()
    assert "Hello Alice" in welcome and "Which milk do you take?" in welcome


def test_a_welcome_can_wait_for_the_first_order_and_for_an_hour(alice, watch):
    switched_on("welcome", start="first_order", wait="1_hour")
    order(1)
    watch.ahead = timedelta(minutes=59)
    run_belts()
    assert not Message.objects.exists()
    watch.ahead = timedelta(hours=1)
    run_belts()
    assert Message.objects.get().origin.endswith(":welcome")


@pytest.mark.parametrize(("on_hold", "state"), [("wait", "waiting"), ("drop", "withheld")])
def test_a_message_that_is_held_waits_or_is_dropped_as_its_step_says(alice, on_hold, state):
    ask = {"kind": "send", "design": {"subject": "Hi", "body": "Hi"}, "topic": "offers", "on_hold": on_hold}
    steps = {"ask": ask | {"next": "end"}, "end": {"kind": "end", "reason": "Asked"}}
    draft = {"trigger": {"event": "Signed Up"}, "start": "ask", "steps": steps}
    journey = create_journey(name="Ask", draft=draft, by="Max", at=clock.now())
    publish(journey, by="Max", at=clock.now())
    pause(contact=alice, until=clock.now() + DAY, by="Alice", at=clock.now())
    track("Signed Up", "s1")
    message = Message.objects.get()
    assert (message.state, message.why) == (state, "paused")
