"""The chat without a browser: what visitors write stands in the inbox, what we answer before them, and nobody reads
anything of anybody else."""

from collections import Counter
from datetime import timedelta
from time import process_time
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.business.actions import update_business
from crm.contacts.actions import erase, merge
from crm.contacts.models import Contact, Identity
from crm.dialogue import presence
from crm.dialogue.actions import block, reply, say, take_answer_back
from crm.dialogue.models import ChatLine, ChatVisit, Conversation, Message
from engage import speak
from engage.chat import sessions
from engage.lib import clock, public, tokens
from tests import cast
from tests.engage.chat.visiting import SITE, attribute

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return cast.ada()


def answer(ada, text: str, conversation: Conversation | None = None) -> Message:
    found = conversation or Conversation.objects.get()
    seen = found.messages.order_by("-id").values_list("id", flat=True).first()
    return reply(conversation=found, text=text, by=ada, at=clock.now(), seen=seen)


# Before and after the first words


def test_opening_it_keeps_nothing_and_knows_nobody(visitor, django_assert_max_num_queries):
    someone = visitor()
    someone.client.get(someone.url())  # caches the key and the shop
    with django_assert_max_num_queries(1):
        frame = someone.client.get(someone.url())
    someone.reload()
    assert frame.status_code == 200 and not frame.cookies
    assert frame["Referrer-Policy"] == "no-referrer"
    assert not Contact.objects.exists() and not ChatVisit.objects.exists()


def test_only_the_owners_sites_may_show_it(visitor):
    someone = visitor()
    frame = someone.client.get(someone.url())
    assert f"frame-ancestors 'self' {SITE}" in frame["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame
    update_business(by="test", at=clock.now(), chat_on=False)
    off = someone.client.get(someone.url())
    assert "There is no chat at the moment" in off.content.decode()
    assert f"frame-ancestors 'self' {SITE}" in off["Content-Security-Policy"]


@pytest.mark.parametrize("what", ["", "begin", "say", "lines", "address", "tap", "writes", "gone"])
def test_a_key_that_is_none_opens_nothing(client, shop, what):
    method = client.post if what else client.get
    assert method(f"/w/chat/site_unknown/{what}").status_code == 404


@pytest.mark.parametrize("what", ["begin", "say", "lines", "address", "tap", "writes", "gone"])
def test_nothing_changes_by_looking_nor_from_another_sites_page(visitor, what):
    someone = visitor()
    assert someone.client.get(someone.url(what)).status_code == 405
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": SITE}
    assert someone.client.post(someone.url(what), {"text": "Hello"}, headers=headers).status_code == 403
    assert not Message.objects.exists()


def test_the_first_words_begin_a_conversation_of_somebody_whom_nobody_knows(visitor):
    shown = visitor().say("Which one for a moka pot?").content.decode()
    conversation = Conversation.objects.select_related("contact").get()
    assert (conversation.channel, conversation.state) == ("chat", "needs_answer")
    assert not conversation.contact.identities.exists()
    said = Message.objects.get()
    assert (said.text, said.detail["page"]) == ("Which one for a moka pot?", f"{SITE}/beans")
    assert "Which one for a moka pot?" in shown


def test_pressing_send_twice_keeps_the_words_once(visitor):
    someone = visitor()
    someone.reload()
    first = someone.once
    someone.say("Hello")
    someone.say("Hello", once=first)
    assert Message.objects.count() == 1


def test_when_the_answer_to_the_first_words_is_lost_sending_again_goes_on_there(visitor):
    someone = visitor()
    someone.reload()
    first = someone.once
    someone.say("Hello")
    assert "Hello" in visitor().say("Hello", once=first).content.decode()
    assert (Message.objects.count(), ChatVisit.objects.count()) == (1, 1)


def test_it_goes_on_after_a_reload_and_in_a_second_tab(visitor):
    someone = visitor()
    someone.say("Hello")
    tab = visitor(visit=someone.visit)
    tab.say("And one more thing")
    assert "And one more thing" in someone.reload() and "Hello" in tab.reload()
    assert (Conversation.objects.count(), ChatVisit.objects.count()) == (1, 1)


@pytest.mark.parametrize("page", ["", "javascript:alert(1)", "x" * 1000, f"{SITE}/\x00"])
def test_a_page_that_makes_no_sense_is_no_reason_to_lose_words(visitor, page):
    assert visitor().say("Hello", page=page).status_code == 200
    assert "page" not in Message.objects.get().detail


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001, "a\x00b"])
def test_words_that_cannot_be_taken_are_refused_beside_the_box(visitor, text):
    refused = visitor().say(text)
    assert refused.status_code == 400 and refused["HX-Retarget"] == "#trouble"
    assert not Contact.objects.exists()


def test_hostile_words_stay_words_for_both(visitor, client, ada):
    someone = visitor()
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'{{ 7 }}"
    shown = someone.say(evil).content.decode()
    someone.post("address", email="who@shop.example", name=evil)
    client.force_login(ada)
    inbox = client.get(reverse("conversation", args=[Conversation.objects.get().uid])).content.decode()
    for page in (shown, inbox):
        assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page and "<img src=x" not in page


def test_when_the_database_is_away_the_words_stay_and_the_visitor_is_told(visitor, monkeypatch):
    def away(**_words):
        raise OperationalError

    monkeypatch.setattr("engage.chat.views.actions.say_in_chat", away)
    refused = visitor().say("Hello")
    assert refused.status_code == 503 and refused["HX-Retarget"] == "#trouble"


def test_the_language_of_the_page_is_kept_where_we_speak_it(visitor):
    someone = visitor()
    frame = someone.client.get(someone.url(), {"lang": "es-MX"}).content.decode()
    assert '<html lang="es"' in frame and "?lang=es" in frame
    someone.client.post(someone.url("say") + "?lang=es", {"text": "Hola"})
    assert Contact.objects.get().language == "es"
    assert someone.client.get(someone.url(), {"lang": '"><script>'}).status_code == 200


# Nobody is anybody else


def test_who_types_an_address_never_becomes_who_owns_it(visitor, ada):
    alice = cast.alice()
    private = say(contact=alice, text="My daughter is ill.", channel="email", at=clock.now())
    stranger = visitor()
    stranger.say("Hello")
    stranger.post("address", email="Alice@shop.example", name="Alice")
    shown = stranger.say("What do you know of me?").content.decode()

    assert "daughter" not in shown and "daughter" not in stranger.reload()
    assert alice.conversations.get() == private.conversation
    claim = Identity.objects.get(value="alice@shop.example", proof="")
    assert claim.contact != alice and Contact.objects.count() == 2
    answer(ada, "Who are you?", claim.contact.conversations.get())
    other = visitor()
    other.say("Hello")
    other.post("address", email="alice@shop.example")
    assert "Who are you?" not in other.reload() and Contact.objects.count() == 3


def test_what_is_said_elsewhere_with_the_same_person_is_not_in_their_chat(visitor, ada):
    """Also where a colleague makes a visitor a part of somebody: their frame shows what stood in it, and no more."""
    alice, someone = cast.alice(), visitor()
    private = say(contact=alice, text="My daughter is ill.", channel="email", at=clock.now())
    someone.say("It is me")
    visit = ChatVisit.objects.get()
    merge(survivor=alice, absorbed=visit.contact, by="Ada", at=clock.now())
    someone.say("Are you there?")
    assert "daughter" not in someone.reload() and "Are you there?" in someone.reload()
    mail = reply(conversation=private.conversation, text="Get well soon", by=ada, at=clock.now(), seen=10**9)
    assert mail.channel == "email"
    assert "Get well soon" not in someone.reload()


@pytest.mark.parametrize(
    "forged",
    [
        lambda visit: "",
        lambda visit: "nonsense",
        lambda visit: tokens.sign("t", visit.uid.hex, 10**12),
        lambda visit: tokens.sign("chat", visit.uid.hex, 1),
        lambda visit: tokens.sign("chat", visit.uid.hex),
        lambda visit: tokens.sign("chat", "x", 10**12),
        lambda visit: sessions.grant(visit, at=clock.now())[:-2] + "AA",
        lambda visit: str(visit.uid),
    ],
)
def test_a_token_that_was_not_made_for_it_begins_anew(visitor, forged):
    visitor().say("My secret")
    stranger = visitor(visit=forged(ChatVisit.objects.get()))
    assert "My secret" not in stranger.reads()
    assert "My secret" not in stranger.reload()
    assert "My secret" not in stranger.say("Hello").content.decode()
    assert ChatVisit.objects.count() == 2


def test_the_address_of_the_stream_opens_nothing_but_the_stream(visitor, client):
    someone = visitor()
    live = attribute(someone.say("My secret").content.decode(), "data-live")
    assert "My secret" not in visitor(visit=live.split("/")[-2]).reload()
    assert client.get("/live/chat/" + "A" * 32 + "/").status_code == 404
    assert client.get("/live/chat/x/").status_code == 404


# We answer


def test_an_answer_stands_before_whoever_is_there_at_once_and_is_delivered(visitor, ada, client):
    someone = visitor()
    someone.say("Which one?")
    presence.note_here(ChatVisit.objects.get().uid)
    client.force_login(ada)
    url = reverse("conversation", args=[Conversation.objects.get().uid])
    page = client.get(url)
    assert "In the chat: they have it before them." in page.content.decode()
    seen = page.context["thread"].last
    client.post(url + "answer/", {"text": "The Harbour.", "seen": seen, "once": str(uuid4())})

    shown = someone.reads()
    assert "The Harbour." in shown and "Ada" in shown
    message = Message.objects.get(direction="out")
    assert (message.state, message.channel) == ("delivered", "chat")
    assert speak.run() == 0
    message.refresh_from_db()
    assert message.state == "delivered"


def test_what_is_not_before_their_eyes_is_not_delivered(visitor, ada):
    someone = visitor()
    someone.say("Which one?")
    answer(ada, "The Harbour.")
    hidden = someone.reads(seen="0")
    assert attribute(hidden, "data-unread") == "1"
    assert Message.objects.get(direction="out").state == "queued"
    assert attribute(someone.reads(), "data-unread") == "0"
    assert Message.objects.get(direction="out").state == "delivered"


def test_whoever_has_left_gets_it_by_mail_once(visitor, ada, post):
    someone = visitor()
    someone.say("Which one?")
    someone.post("address", email="who@visitors.test")
    presence.note_gone(ChatVisit.objects.get().uid)
    answer(ada, "The Harbour.")
    speak.run()
    message = Message.objects.get(direction="out")
    assert (message.channel, message.address, message.state) == ("email", "who@visitors.test", "accepted")
    assert "The Harbour." in someone.reload()
    message.refresh_from_db()
    assert message.state == "accepted" and post.addresses == ["who@visitors.test"]


def test_who_is_there_has_a_minute_to_see_it_before_it_goes_by_mail(visitor, ada, post):
    someone = visitor()
    someone.say("Which one?")
    someone.post("address", email="who@visitors.test")
    presence.note_here(ChatVisit.objects.get().uid)
    answer(ada, "The Harbour.")
    speak.run()
    message = Message.objects.get(direction="out")
    assert (message.state, message.why) == ("waiting", "next_visit") and not post.addresses
    assert "The Harbour." in someone.reads()
    message.refresh_from_db()
    assert message.state == "delivered"
    assert speak.run() == 0 and not post.addresses


def test_without_an_address_it_waits_until_they_come_back(visitor, ada):
    someone = visitor()
    someone.say("Which one?")
    answer(ada, "The Harbour.")
    speak.run()
    message = Message.objects.get(direction="out")
    assert (message.state, message.channel) == ("waiting", "chat")
    assert "The Harbour." in someone.reload()
    message.refresh_from_db()
    assert message.state == "delivered"


def test_in_test_an_answer_is_kept_and_still_stands_in_the_chat(visitor, ada):
    update_business(by="test", at=clock.now(), live=False)
    someone = visitor()
    someone.say("Which one?")
    answer(ada, "The Harbour.")
    speak.run()
    assert Message.objects.get(direction="out").state == "kept"
    assert "The Harbour." in someone.reload()
    assert Message.objects.get(direction="out").state == "delivered"


def test_what_was_taken_back_or_leaves_later_is_not_there(visitor, ada):
    someone = visitor()
    someone.say("Which one?")
    taken = answer(ada, "The wrong one.")
    assert take_answer_back(message=taken, by=ada, at=clock.now())
    found = Conversation.objects.get()
    later = clock.now() + timedelta(hours=1)
    reply(conversation=found, text="Tomorrow.", by=ada, at=clock.now(), seen=10**9, leaves=later, scheduled=True)
    shown = someone.reload()
    assert "The wrong one." not in shown and "Tomorrow." not in shown


def test_who_went_on_by_mail_is_answered_by_mail(visitor, ada):
    someone = visitor()
    someone.say("Which one?")
    someone.post("address", email="who@visitors.test")
    contact = ChatVisit.objects.get().contact
    say(contact=contact, text="I go on here.", channel="email", at=clock.now())
    message = answer(ada, "The Harbour.")
    assert (message.channel, message.address) == ("email", "who@visitors.test")
    assert not ChatLine.objects.filter(message=message).exists()


def test_who_is_blocked_or_spam_hears_nothing_and_loses_nothing(visitor, ada):
    someone = visitor()
    someone.say("Buy my pills")
    block(contact=ChatVisit.objects.get().contact, by=ada, at=clock.now())
    assert "More pills" in someone.say("More pills").content.decode()
    assert Conversation.objects.exclude(state="done").count() == 0


def test_erased_means_gone_from_their_frame_too(visitor):
    someone = visitor()
    someone.say("My secret")
    erase(contact=ChatVisit.objects.get().contact, by="Olga", at=clock.now())
    assert not ChatVisit.objects.exists() and not ChatLine.objects.exists()
    assert "My secret" not in someone.reload()
    assert someone.say("Hello again").status_code == 200


# Too much


def test_ten_thousand_messages_of_one_visitor_within_a_minute_trouble_nobody_else(visitor, client, monkeypatch):
    monkeypatch.setattr(public, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    flood, other = visitor(), visitor()
    other.say("Hello")
    talk = reverse("conversation", args=[Conversation.objects.get().uid])
    client.force_login(cast.ada())

    def cost() -> tuple[float, int]:
        """Of a line of somebody else's and of our page of it: the least processor time of five, and the queries."""
        taken = []
        for number in range(5):
            with CaptureQueriesContext(connection) as made:
                began = process_time()
                assert (other.say(f"Again {number}").status_code, client.get(talk).status_code) == (200, 200)
                taken.append(process_time() - began)
        return min(taken), len(made)

    before, queries = cost()
    flood.say("0")
    assert Counter(flood.say(str(number)).status_code for number in range(1, 9000)) == {200: 30, 429: 8969}
    refused = flood.say("lost?")
    assert refused.status_code == 429 and "Your words are still here" in refused.content.decode()
    stranger = {"name": "Flood", "email": "flood@visitors.test"}
    posts = (flood.client.post("/talk", stranger | {"text": f"Hello {number}"}) for number in range(1000))
    assert Counter(answer.status_code for answer in posts) == {200: 20, 429: 980}
    after, queries_after = cost()
    assert Message.objects.count() == 1 + 5 + 31 + 20 + 5, "what was taken is there, what was not was refused"
    assert queries_after <= queries + 4 and after < 2 * before


def test_refusing_costs_the_database_nothing(visitor, django_assert_num_queries):
    flood = visitor()
    for number in range(65):
        flood.say(str(number))
    with django_assert_num_queries(0):
        assert flood.say("more").status_code == 429


def test_one_address_cannot_begin_chats_without_end(visitor):
    someone = visitor()
    states = [someone.post("say", text="Hello", visit="", once="").status_code for _ in range(31)]
    assert 429 in states and ChatVisit.objects.count() <= 40


def test_a_line_costs_the_same_however_long_the_chat_is(visitor, django_assert_max_num_queries):
    someone = visitor()
    for number in range(20):
        someone.say(str(number))
    cache.clear()
    with django_assert_max_num_queries(45):
        someone.say("one more")
    with django_assert_max_num_queries(5):
        someone.reads()


def test_only_an_address_is_an_address(visitor):
    someone = visitor()
    assert someone.post("address", email="who@visitors.test").status_code == 400  # nothing was said yet
    someone.say("Hello")
    for wrong in ("", "who", "who@visitors", "a" * 300 + "@visitors.test", "who@visitors.test\nBcc: x@y.test"):
        assert someone.post("address", email=wrong).status_code == 400
    assert "who@visitors.test" in someone.post("address", email=" Who@Visitors.test ").content.decode()
    assert Client().get(someone.url("address")).status_code == 405
