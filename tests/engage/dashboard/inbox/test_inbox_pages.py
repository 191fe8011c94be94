"""The inbox: what waits, who it is, and an answer that never crosses new words."""

import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from campaigns.journeys.models import Journey
from crm.business.actions import update_business
from crm.business.queries import business, forget_cached
from crm.contacts.normal import email
from crm.dialogue import queries
from crm.dialogue.actions import close, say, say_as_stranger, snooze
from crm.dialogue.models import Conversation, Message, Outbox
from crm.events.models import Inbox
from crm.preferences.models import Preference
from engage.lib import clock
from tests import cast
from tests.crm.dialogue.messages import ours, waiting_for
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fresh_business():
    forget_cached()


@pytest.fixture
def conversation(alice) -> Conversation:
    return say(contact=alice, text="It arrived stale.", channel="site", at=cast.NOON).conversation


def page_of(client, conversation) -> str:
    return client.get(reverse("conversation", args=[conversation.uid])).content.decode()


def answer(client, conversation, text="A fresh bag comes.", seen=None, **more):
    seen = queries.lines(conversation).last().pk if seen is None else seen
    form = {"text": text, "seen": seen, "once": uuid4()} | more
    return client.post(reverse("answer_conversation", args=[conversation.uid]), form)


@pytest.mark.parametrize("who", [cast.ada, cast.max_, cast.olga])
def test_everybody_who_has_signed_in_may_answer(client, conversation, who):
    client.force_login(who())
    assert client.get(reverse("inbox")).status_code == 200
    assert answer(client, conversation).status_code == 302


def test_strangers_are_sent_to_sign_in(client, conversation):
    cast.olga()
    for name, args in [("inbox", []), ("conversation", [conversation.uid])]:
        response = client.get(reverse(name, args=args))
        assert response.status_code == 302 and "login" in response.url
    assert answer(client, conversation, seen=0).status_code == 302
    assert not Message.objects.filter(direction="out").exists()


def test_who_waits_longest_stands_first(client, ada, conversation):
    say(contact=cast.bob(), text="Are you open on Sunday?", channel="site", at=cast.NOON - HOUR)
    page = client.get(reverse("inbox")).content.decode()
    assert page.index("Are you open on Sunday?") < page.index("It arrived stale.")


@pytest.mark.parametrize("state", ["needs_answer", "waiting", "later", "done"])
def test_a_conversation_stands_in_one_list(client, ada, conversation, state):
    if state == "waiting":
        answer(client, conversation)
    elif state == "later":
        snooze(conversation=conversation, until=cast.NOON + HOUR, by=ada, at=cast.NOON)
    elif state == "done":
        close(conversation=conversation, by=ada, at=cast.NOON)
    for asked in ("needs_answer", "waiting", "later", "done", "nonsense"):
        page = client.get(reverse("inbox"), {"state": asked}).content.decode()
        found = reverse("conversation", args=[conversation.uid]) in page
        assert found is (asked == state or (asked == "nonsense" and state == "needs_answer"))


def test_an_empty_inbox_says_that_all_is_answered(client, ada):
    assert "All answered. New words appear here by themselves." in client.get(reverse("inbox")).content.decode()


def test_mine_are_those_in_my_hands(client, ada, conversation):
    assert "Alice Moreau" not in client.get(reverse("inbox"), {"mine": 1}).content.decode()
    client.post(reverse("assign_conversation", args=[conversation.uid]), {"to": ada.uid})
    assert "Alice Moreau" in client.get(reverse("inbox"), {"mine": 1}).content.decode()


def test_the_lists_take_as_many_queries_for_thirty_as_for_one(client, ada):
    def add(count: int) -> None:
        for number in range(count):
            person = cast.contact(f"Person {uuid4()}", f"{uuid4()}@shop.example")
            say(contact=person, text=f"Hello {number}", channel="site", at=cast.NOON)

    add(1)
    assert queries_of(client, reverse("inbox")) == 7
    add(30)
    assert queries_of(client, reverse("inbox")) == 7


def test_a_long_conversation_takes_as_many_queries_as_a_short_one(client, ada, alice, conversation):
    url = reverse("conversation", args=[conversation.uid])
    say(contact=alice, text="Again", channel="site", at=cast.NOON, about=ours(alice, occurrence="first"))
    waiting_for(alice, occurrence="held")
    assert queries_of(client, url) == 28
    for number in range(30):
        about = ours(alice, occurrence=str(number))
        say(contact=alice, text=f"And {number}", channel="site", at=cast.NOON, about=about)
        waiting_for(alice, occurrence=f"held {number}")
    assert queries_of(client, url) == 28


def test_the_list_beside_a_conversation_has_nothing_to_choose_when_it_comes_anew_either(client, ada, conversation):
    assert "Choose Alice" in client.get(reverse("inbox")).content.decode()
    url = reverse("inbox") + f"?current={conversation.uid}"
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Alice Moreau" in page and "Choose Alice" not in page


def test_their_words_and_ours_are_two_voices(client, ada, conversation):
    answer(client, conversation)
    page = page_of(client, conversation)
    assert "bubble-theirs" in page and "bubble-ours" in page


def test_the_message_they_answer_is_shown_beside_their_words(client, ada, alice):
    about = ours(alice)
    said = say(contact=alice, text="Oat, please.", channel="site", at=cast.NOON, about=about)
    assert reverse("letter", args=[about.uid]) in page_of(client, said.conversation)


def test_an_answer_is_queued_and_the_page_says_so(client, ada, conversation):
    response = answer(client, conversation)
    assert Message.objects.get(direction="out").text == "A fresh bag comes."
    assert "On its way to Alice Moreau." in client.get(response.url).content.decode()


def test_an_answer_that_crosses_new_words_is_refused_and_nothing_written_is_lost(client, ada, alice, conversation):
    seen = queries.lines(conversation).last().pk
    newer = say(contact=alice, text="Never mind, it was the grinder.", channel="site", at=cast.NOON + HOUR)
    response = answer(client, conversation, text="I am sorry about the beans.", seen=seen)
    page = response.content.decode()
    assert response.status_code == 409
    assert "bubble-new" in page and "I am sorry about the beans." in page
    assert f'name="seen" value="{newer.pk}"' in page
    assert not Message.objects.filter(direction="out").exists()


def test_after_reading_the_new_words_the_same_answer_goes(client, ada, alice, conversation):
    seen = queries.lines(conversation).last().pk
    say(contact=alice, text="Never mind.", channel="site", at=cast.NOON + HOUR)
    page = answer(client, conversation, seen=seen).content.decode()
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("seen", "once")}
    assert answer(client, conversation, **form).status_code == 302
    assert Message.objects.filter(direction="out").count() == 1


def test_an_empty_answer_comes_back_with_the_reason(client, ada, conversation):
    response = answer(client, conversation, text=" ")
    assert response.status_code == 400 and "Write an answer first." in response.content.decode()


def test_send_and_done_closes_too(client, ada, conversation):
    answer(client, conversation, done="1")
    assert Conversation.objects.get().state == "done"


def test_done_can_be_undone(client, ada, conversation):
    response = client.post(reverse("done_conversation", args=[conversation.uid]), follow=True)
    back = reverse("reopen_conversation", args=[conversation.uid])
    assert back in response.content.decode()
    client.post(back)
    assert Conversation.objects.get().state == "needs_answer"


@pytest.mark.parametrize("choice", ["tomorrow", "three-days", "monday"])
def test_later_comes_back_on_a_morning(client, ada, conversation, choice):
    client.post(reverse("snooze_conversation", args=[conversation.uid]), {"until": choice})
    until = Conversation.objects.get().snoozed_until
    assert until > clock.now() and until.astimezone().minute == 0


def test_later_without_a_choice_changes_nothing(client, ada, conversation):
    response = client.post(reverse("snooze_conversation", args=[conversation.uid]), {"until": "never"})
    assert response.status_code == 400 and Conversation.objects.get().state == "needs_answer"


@pytest.mark.parametrize("policy", ["go", "drop"])
def test_what_is_held_is_listed_with_its_reason_its_owner_and_what_happens_on_closing(
    client, ada, alice, conversation, policy
):
    update_business(by="Olga", at=cast.NOON, held_policy=policy)
    journey = Journey.objects.create(name="Welcome", draft={})
    waiting_for(alice, origin=f"journey:{journey.uid}:ask")
    page = page_of(client, conversation)
    assert "One message is held because of this conversation" in page
    assert "<li>What do you take in your coffee?</li>" in page
    assert "Welcome · by e-mail" in page and "A conversation with us is open." in page
    assert re.findall(r'value="(\w+)" selected', page) == [policy]


def test_for_each_held_message_a_colleague_chooses_what_happens_on_closing(client, ada, alice, conversation):
    held = {fate: waiting_for(alice, occurrence=fate) for fate in ("go", "drop", "tomorrow")}
    for fate, message in held.items():
        client.post(reverse("choose_fate", args=[conversation.uid, message.uid]), {"fate": fate})
    page = page_of(client, conversation)
    assert re.findall(r'value="(\w*)" selected', page) == ["go", "drop", ""]
    client.post(reverse("done_conversation", args=[conversation.uid]))
    states = dict(Message.objects.filter(direction="out").values_list("occurrence", "state"))
    assert states == {"go": "waiting", "drop": "withheld", "tomorrow": "waiting"}
    due = dict(Outbox.objects.values_list("message__occurrence", "due"))
    assert due["tomorrow"].astimezone(ZoneInfo(business().timezone)).hour == 9 and due["tomorrow"] > due["go"]


@pytest.mark.parametrize("fate", ["", "never", "2026-01-01T00:00:00Z", "replan"])
def test_what_nobody_offered_is_not_chosen(client, ada, alice, conversation, fate):
    held = waiting_for(alice)
    assert client.post(reverse("choose_fate", args=[conversation.uid, held.uid]), {"fate": fate}).status_code == 302
    held.refresh_from_db()
    assert held.variables == {}


def test_of_somebody_elses_messages_nothing_is_chosen_from_here(client, ada, alice, bob, conversation):
    his = waiting_for(bob)
    assert client.post(reverse("choose_fate", args=[conversation.uid, his.uid]), {"fate": "drop"}).status_code == 404


def test_what_has_gone_meanwhile_is_said_to_be_gone(client, ada, alice, conversation):
    sent = ours(alice)
    url = reverse("choose_fate", args=[conversation.uid, sent.uid])
    assert "It is not held any more." in client.post(url, {"fate": "drop"}, follow=True).content.decode()


def test_whoever_only_claims_an_address_is_shown_beside_its_owner(client, ada, alice):
    said = say_as_stranger(
        name="Alice", address=email("alice@shop.example"), text="Hello", channel="site", at=cast.NOON, uid=uuid4()
    )
    page = page_of(client, said.conversation)
    assert "The address belongs to Alice Moreau." in page and "not proved" in page


def test_without_an_address_there_is_no_box_to_answer_in(client, ada):
    person = cast.contact("Somebody at the counter")
    said = say(contact=person, text="Do you grind for moka?", channel="counter", at=cast.NOON, written_by=ada)
    page = page_of(client, said.conversation)
    assert "We have no e-mail address" in page and 'name="seen"' not in page
    assert "written down by Ada" in page


def test_a_note_is_for_colleagues_and_sends_nothing(client, ada, conversation):
    client.post(reverse("note_conversation", args=[conversation.uid]), {"text": "A regular."})
    assert "A note by Ada" in page_of(client, conversation)
    assert not Message.objects.filter(direction="out").exists()


def test_words_are_kept_as_memory_with_their_source(client, ada, alice, conversation):
    said = queries.lines(conversation).last()
    url = reverse("keep_words", args=[said.uid])
    assert "It arrived stale." in client.get(url).content.decode()
    client.post(url, {"key": "Freshness", "value": "sensitive"})
    kept = Preference.objects.get()
    assert (kept.contact, kept.key.key, kept.value, kept.kind) == (alice, "freshness", "sensitive", "stated")
    assert (kept.words, kept.source_kind, kept.by) == ("It arrived stale.", "reply", "Ada")
    assert '"Preference Stated"' in Inbox.objects.latest("id").body


def test_our_own_words_cannot_be_kept_as_theirs(client, ada, conversation):
    answer(client, conversation)
    said = Message.objects.get(direction="out")
    assert client.get(reverse("keep_words", args=[said.uid])).status_code == 404


def test_live_parts_are_fetched_alone(client, ada, conversation):
    htmx = {"HX-Request": "true"}
    lists = client.get(reverse("inbox"), headers=htmx).content.decode()
    lines = client.get(reverse("conversation", args=[conversation.uid]), headers=htmx).content.decode()
    assert 'data-live="inbox"' in lists and "<html" not in lists
    assert 'id="thread"' in lines and "It arrived stale." in lines and "<html" not in lines


def test_markup_in_their_words_stays_words(client, ada, alice):
    said = say(contact=alice, text="<img src=x onerror=alert(1)>", channel="site", at=cast.NOON)
    page = page_of(client, said.conversation) + client.get(reverse("inbox")).content.decode()
    assert "<img src=x" not in page


def test_nothing_changes_by_looking(client, ada, conversation):
    for name in ("answer", "note", "done", "nothing", "later", "open", "hands"):
        assert client.get(f"/inbox/{conversation.uid}/{name}/").status_code == 405
