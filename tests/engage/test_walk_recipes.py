"""The recipes on the real belts: an event comes in, a question goes out, the answer is cited, nobody is asked twice."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html import unescape

import pytest

from campaigns.channels import contents
from campaigns.channels.actions import set_account
from campaigns.journeys import compiled
from campaigns.journeys.actions import check, create_journey, publish
from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.moments import telling
from campaigns.journeys.recipes import RECIPES, Asks, Filling, offered
from campaigns.surveys.models import Survey
from campaigns.surveys.queries import one_taps
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.catalog import news
from crm.catalog.actions import StatedProduct, save_products
from crm.contacts.actions import pause, record_consent
from crm.contacts.models import Contact, Identity, Topic
from crm.dialogue.actions import choose_on_closing, close, mark_spam, nothing_to_answer, rate, reopen, say
from crm.dialogue.models import Conversation, Message, Outbox, Task
from crm.events.actions import accept
from crm.events.models import Inbox
from crm.leaving.actions import open_by_hand, settle
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from crm.preferences.stating import state
from engage import listen, speak, walk
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import STARS, published, republished, sent_to, tap

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
    """She may be written to at any hour."""
    update_business(by="Olga", at=clock.now(), quiet_from=time(0), quiet_until=time(0))
    topic = Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})[0]
    person = cast.alice()
    Identity.objects.create(contact=person, recorded_for=person, kind="external", value="a-1", proof="server")
    record_consent(contact=person, topic=topic, state="granted", how="double_opt_in", at=clock.now() - 9 * DAY)
    return person


def switched_on(slug: str, **fields) -> Journey:
    """The recipe as it is offered, but for `fields`."""
    recipe = RECIPES[slug]
    survey = "stars" if recipe.asks is Asks.STARS else "coffee"
    published(*([STARS] if survey == "stars" else []), key=survey)
    question = one_taps([survey])[survey]
    filling = Filling(question=survey, answer=question.preference, memory="milk", date="visit")
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


def later(watch: Clock, days: float) -> None:
    """So many days pass, and the belts run."""
    watch.ahead += days * DAY
    run_belts()


def order(number: int, ago: timedelta = timedelta(0)) -> None:
    line = {"product_id": "b1", "name": "House blend", "price": 9.2, "quantity": 1}
    track("Order Completed", f"o{number}", ago, order_id=str(number), total=9.2, currency="GBP", products=[line])


def run_belts() -> None:
    """The queues go by the database's clock: what lies in them came, or is due, on ours."""
    telling.tell(at=clock.now())
    Inbox.objects.update(received=clock.now())
    listen.run()
    walk.run()
    Outbox.objects.update(due=datetime.now(UTC))
    speak.run()


def texts() -> list[str]:
    return [contents.shown(message).text for message in Message.objects.filter(state="kept").order_by("id")]


def answer(client, message: Message, no: int, survey: str = "coffee", question: str = "milk") -> None:
    """Tap an answer in the mail and confirm it on the page."""
    urls = re.findall(rf"http\S*/s/{survey}/\S*|/s/{survey}/\S*", contents.shown(message).text)
    assert submit(client, unescape(urls[no - 1]), **{question: no}).status_code == 200
    run_belts()


def give(client, stars: int) -> None:
    """Give so many stars in the mail that asks for them."""
    answer(client, Message.objects.get(), stars, "stars", "taste")


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


@pytest.mark.parametrize(("chosen", "state"), [("", "withheld"), ("go", "waiting")])
def test_the_thank_you_for_a_low_answer_is_dropped_unless_the_colleague_who_answers_lets_it_go(
    client, alice, chosen, state
):
    low = {"id": "beans", "type": "stars", "text": "How were the beans?", "talk_at_most": 2}
    published(low | {"remember": {"key": "beans", "label": "Beans", "citable": True}}, key="beans")
    question = one_taps(["beans"])["beans"]
    filling = Filling(question="beans", answer="beans", memory="beans", date="visit")
    recipe = RECIPES["two-orders"]
    journey = create_journey(
        name="Beans", draft=recipe.build(offered(recipe, filling, topic="offers"), question), by="Max", at=clock.now()
    )
    publish(journey, by="Max", at=clock.now())
    order(1)
    order(2)
    answer(client, Message.objects.get(), 2, "beans", "beans")
    talk, thanks = Conversation.objects.get(), Message.objects.filter(direction="out").latest("id")
    assert (thanks.state, thanks.why) == ("waiting", "talking") and thanks.origin.endswith(":thank")
    if chosen:
        choose_on_closing(message=thanks, fate=chosen)
    close(conversation=talk, by=cast.ada(), at=clock.now())
    thanks.refresh_from_db()
    assert thanks.state == state


def test_what_comes_to_the_inbox_by_itself_is_no_task_besides(client, alice):
    journey = switched_on("low-score")
    survey = Survey.objects.get(key="stars")
    republished(survey, STARS | {"talk_at_most": 2}, title="Stars")
    submit(client, tap(sent_to(alice), "stars", "taste", 1), taste=1)
    run_belts()
    assert Conversation.objects.get().state == "needs_answer"
    assert not Task.objects.exists() and not Enrolment.objects.filter(journey=journey).exists()


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


@pytest.mark.parametrize(("on_hold", "state"), [("wait", "waiting"), ("drop", "withheld"), ("merge", "waiting")])
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


def test_a_question_after_the_order_comes_when_it_has_arrived(client, alice, watch):
    switched_on("after-order")
    order(1)
    assert texts() == []
    later(watch, 3)
    [asked] = texts()
    assert "Which milk do you take?" in asked
    answer(client, Message.objects.get(), 1)
    assert "It is good to know: oat milk, you mentioned in" in texts()[1]
    order(2)
    later(watch, 3)
    assert len(texts()) == 2


def test_a_cart_left_is_reminded_of_once_unless_it_is_ordered(alice, watch):
    switched_on("cart-left")
    track("Checkout Started", "c1", cart_id="1")
    order(1)
    later(watch, 1)
    assert texts() == []
    assert not Enrolment.objects.exists()
    track("Product Added", "c2", cart_id="2")
    later(watch, 1.01 / 24)
    [reminded] = texts()
    assert "You began an order with us" in reminded or "you began an order with us" in reminded
    later(watch, 4)
    assert Enrolment.objects.order_by("-began")[0].reason == "Did not order"


def test_what_is_running_low_is_named_as_it_was_bought(alice, watch):
    switched_on("replenish", days=30)
    order(1)
    later(watch, 20)
    order(2)
    later(watch, 12)
    assert texts() == []
    later(watch, 20)
    [running_low] = texts()
    assert "some time ago you bought House blend" in running_low
    order(3)
    assert [walk.outcome for walk in Enrolment.objects.order_by("began")] == ["goal", "goal", ""]


def test_who_goes_quiet_is_asked_and_who_orders_again_is_not(alice, watch):
    switched_on("gone-quiet")
    order(1)
    later(watch, 59)
    assert texts() == []
    later(watch, 2)
    [asked] = texts()
    assert "you have not ordered from us for a while" in asked and "We have not forgotten" not in asked
    later(watch, 31)
    assert Enrolment.objects.get().reason == "Did not order"


@pytest.mark.parametrize(("stars", "letters", "reason"), [(5, 2, "Is glad"), (2, 1, "Told us what was wrong")])
def test_who_is_glad_is_asked_to_tell_others(client, alice, watch, stars, letters, reason):
    switched_on("review")
    order(1)
    later(watch, 7)
    give(client, stars)
    assert len(texts()) == letters
    assert Enrolment.objects.get().reason == reason


@pytest.mark.parametrize(("stars", "tasks"), [(1, 1), (2, 1), (3, 0)])
def test_a_low_score_becomes_a_task_and_the_person_hears_of_it(client, alice, watch, stars, tasks):
    switched_on("low-score")
    asked = sent_to(alice)
    assert submit(client, tap(asked, "stars", "taste", stars), taste=stars).status_code == 200
    run_belts()
    assert Task.objects.filter(kind="write", contact=alice).count() == tasks
    assert ["We are sorry." in text for text in texts()] == [True] * tasks


def test_who_keeps_coming_back_is_asked_once_to_pass_it_on(alice, watch):
    switched_on("referral")
    for number in range(1, 5):
        order(number)
    later(watch, 3)
    [asked] = texts()
    assert "May we ask a small favour, once?" in asked


def test_who_signed_up_gets_three_letters_unless_they_order(alice, watch):
    switched_on("nurture", start="sign_up")
    track("Signed Up", "s1")
    for days, letters in [(3, 1), (7, 2), (10, 3)]:
        later(watch, days)
        assert len(texts()) == letters
    order(1)
    assert Enrolment.objects.get().outcome == "goal"
    track("Signed Up", "s2")
    later(watch, 30)
    assert len(texts()) == 3


def says_date(person: Contact, days: int) -> date:
    """She gives us the date that is so many days from now."""
    PreferenceKey.objects.get_or_create(key="visit", label="Visit", type="date", citable=True)
    day = (clock.now() + days * DAY).date()
    told = {"key": "visit", "value": day.isoformat(), "kind": "stated", "source_kind": "counter", "at": clock.now()}
    state(Statement(contact=person.pk, recorded_for=person.pk, **told), at=clock.now())
    run_belts()
    return day


def at_hour(watch: Clock, day: date, hour: int) -> None:
    """It is that hour of that day, and the belts run."""
    watch.ahead = datetime.combine(day, time(hour), UTC) - datetime.now(UTC)
    run_belts()


def test_a_date_is_reminded_of_the_day_before(alice, watch):
    switched_on("reminder")
    day = says_date(alice, 10)
    at_hour(watch, day - 2 * DAY, 12)
    at_hour(watch, day - DAY, 2)
    assert texts() == []
    at_hour(watch, day - DAY, 11)
    [reminded] = texts()
    assert "a short reminder" in reminded and day.isoformat() in reminded
    says_date(alice, -3)
    at_hour(watch, day, 12)
    assert len(texts()) == 1


def test_a_birthday_is_kept_each_year(alice, watch):
    switched_on("birthday")
    day = says_date(alice, 10)
    for year in range(2):
        day = day.replace(year=day.year + year)
        for hour in (2, 11):
            at_hour(watch, day, hour)
        assert len(texts()) == year + 1
    assert "all the best on your birthday" in texts()[0]


def test_who_wanted_what_was_sold_out_hears_of_it_once_and_orders(alice, watch):
    switched_on("back-in-stock")
    track("Product Added", "wanted", product_id="b1")
    for stock in (0, 5, 0, 5):
        blend = StatedProduct("b1", "House blend", "Coffee", Decimal("9.20"), "GBP", stock)
        save_products([blend], by="shop", at=clock.now())
        news.run()
        run_belts()
    [told] = texts()
    assert "House blend was sold out for a while." in told
    order(1)
    assert Enrolment.objects.get().outcome == "goal"


def test_who_may_be_leaving_hears_that_a_person_calls_and_the_walk_says_what_came_of_it(alice):
    switched_on("leaving")
    colleague = cast.ada()
    case = open_by_hand(contact=alice, words="Thinks of stopping", by=colleague, at=clock.now())
    run_belts()
    [told] = texts()
    assert "A person will call you about it" in told
    assert Task.objects.get() == case.task
    settle(case=case, outcome="stayed", why="A smaller bag", by="Ada", at=clock.now())
    run_belts()
    assert Enrolment.objects.get().reason == "Stayed"


def test_after_a_conversation_its_stars_are_asked_once_with_one_tap(client, alice, watch):
    switched_on("did-we-help")
    colleague = cast.ada()
    say(contact=alice, text="Where is my order?", channel="email", at=clock.now())
    talk = Conversation.objects.get()
    for _twice in range(2):
        close(conversation=talk, by=colleague, at=clock.now())
        run_belts()
        later(watch, 1)
        reopen(conversation=talk, by=colleague, at=clock.now())
    close(conversation=talk, by=colleague, at=clock.now())
    [asked] = texts()
    [three] = re.findall(r"\s★★★: (http\S+)", asked)
    assert "stars=3" in unescape(three)
    path = unescape(three).partition("/talk/")[2]
    assert client.post(f"/talk/{path}", {"stars": "3"}).status_code == 200
    run_belts()
    assert Enrolment.objects.get().reason == "Gave stars"
    talk.refresh_from_db()
    assert (talk.rating, talk.state) == (3, "done")


@pytest.mark.parametrize(
    ("wait", "channel", "asked"), [("1_hour", "email", 0), ("now", "chat", 0), ("now", "email", 1)]
)
def test_who_has_given_stars_meanwhile_is_not_asked_for_them(alice, watch, wait, channel, asked):
    switched_on("did-we-help", wait=wait)
    say(contact=alice, text="Where is my order?", channel=channel, at=clock.now())
    talk = Conversation.objects.get()
    close(conversation=talk, by=cast.ada(), at=clock.now())
    run_belts()
    rate(conversation=talk, stars=5, at=clock.now())
    run_belts()
    later(watch, 1)
    assert len(texts()) == asked and Enrolment.objects.get().reason == "Gave stars"


def test_where_nothing_is_waited_for_the_chat_asks_first_for_ten_minutes(alice, watch):
    switched_on("did-we-help", wait="now")
    say(contact=alice, text="Where is my order?", channel="chat", at=clock.now())
    close(conversation=Conversation.objects.get(), by=cast.ada(), at=clock.now())
    run_belts()
    assert texts() == []
    later(watch, 1)
    assert len(texts()) == 1


def test_for_a_mere_thank_you_no_stars_are_asked(alice, watch):
    switched_on("did-we-help")
    say(contact=alice, text="Thank you.", channel="email", at=clock.now())
    nothing_to_answer(conversation=Conversation.objects.get(), by=cast.ada(), at=clock.now())
    later(watch, 1)
    assert texts() == []


def test_for_what_turned_out_to_be_spam_no_stars_are_asked(alice, watch):
    switched_on("did-we-help")
    say(contact=alice, text="Buy followers", channel="email", at=clock.now())
    talk, ada = Conversation.objects.get(), cast.ada()
    close(conversation=talk, by=ada, at=clock.now())
    run_belts()
    mark_spam(conversation=talk, by=ada, at=clock.now())
    later(watch, 1)
    assert texts() == [] and Enrolment.objects.get().reason == "What they wrote was spam"


def test_who_has_no_address_is_asked_for_stars_by_text_message(watch):
    set_account(channel="sms", provider="gateway", options={}, secrets={"hook": "s3cret"}, by="Olga", at=clock.now())
    switched_on("did-we-help")
    person = cast.contact("Dora Field")
    Identity.objects.create(contact=person, recorded_for=person, kind="phone", value="+447700900123", proof="code")
    say(contact=person, text="Where is my order?", channel="sms", at=clock.now())
    close(conversation=Conversation.objects.get(), by=cast.ada(), at=clock.now())
    run_belts()
    later(watch, 1)
    asked = Message.objects.get(origin__startswith="journey:")
    assert (asked.channel, asked.address) == ("sms", "+447700900123")
