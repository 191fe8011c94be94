"""What staff press in the inbox beside answering: taking back, sending later, drafts, tags, spam, many at once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from crm.dialogue import queries
from crm.dialogue.actions import note, replying, say, tag
from crm.dialogue.models import AnswerDraft, Block, Conversation, Mention, Message, Outbox, Tag
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(alice) -> Conversation:
    return say(
        contact=alice, text="It arrived stale, from the wholesale bag.", channel="site", at=cast.NOON
    ).conversation


def answer(client, conversation, text="A fresh bag comes.", **more):
    form = {"text": text, "seen": queries.lines(conversation).last().pk, "once": uuid4()} | more
    return client.post(reverse("answer_conversation", args=[conversation.uid]), form, follow=True)


def page_of(client, conversation) -> str:
    return client.get(reverse("conversation", args=[conversation.uid])).content.decode()


def test_an_answer_waits_ten_seconds_and_one_press_takes_it_back(client, ada, conversation):
    page = answer(client, conversation).content.decode()
    message = Message.objects.get(direction="out")
    assert timedelta(seconds=5) < Outbox.objects.get().due - clock.now() <= timedelta(seconds=10)
    back = reverse("take_answer_back", args=[message.uid])
    assert back in page
    client.post(back)
    page = page_of(client, conversation)
    assert "Taken back: nothing was sent." in page and "A fresh bag comes.</textarea>" in page
    assert not Outbox.objects.exists() and "bubble-ours" not in page
    client.post(back)
    assert "Too late: it has left." in page_of(client, conversation)


def test_an_answer_is_sent_later_and_can_be_sent_now(client, ada, conversation):
    page = answer(client, conversation, leaves="tomorrow").content.decode()
    assert "Goes out" in page and "Send it now" in page
    message = Message.objects.get(direction="out")
    assert Outbox.objects.get().due == message.at > clock.now() and message.variables == {"scheduled": True}
    client.post(reverse("send_answer_now", args=[message.uid]), {"seen": message.pk})
    assert Outbox.objects.get().due <= clock.now()


def test_a_moment_is_chosen_by_the_clock_of_the_shop(client, ada, conversation):
    wanted = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT09:30")
    assert answer(client, conversation, leaves="at", leaves_at=wanted).status_code == 200
    assert Message.objects.get(direction="out").at.minute == 30


@pytest.mark.parametrize("moment", ["", "2020-01-01T10:00", "2099-01-01T10:00", "soon"])
def test_a_moment_that_makes_no_sense_keeps_the_words(client, ada, conversation, moment):
    answered = answer(client, conversation, leaves="at", leaves_at=moment)
    assert answered.status_code == 400 and "A fresh bag comes." in answered.content.decode()
    assert not Outbox.objects.exists()


def test_a_held_answer_says_why_and_asks(client, ada, alice, conversation):
    answer(client, conversation, leaves="tomorrow")
    say(contact=alice, text="Never mind.", channel="site", at=clock.now())
    page = page_of(client, conversation)
    assert "They wrote before it left. It waits until you look." in page
    assert "Send it now" in page and "Take it back" in page


def test_what_was_begun_is_in_the_box_and_in_the_list_for_whoever_began_it(client, ada, conversation):
    url = reverse("keep_draft", args=[conversation.uid])
    assert client.post(url, {"text": "Dear Alice,", "once": uuid4()}).status_code == 204
    assert "Dear Alice,</textarea>" in page_of(client, conversation)
    assert "Your draft" in client.get(reverse("inbox")).content.decode()
    client.force_login(cast.max_())
    assert "Dear Alice," not in page_of(client, conversation) + client.get(reverse("inbox")).content.decode()


def test_a_draft_that_comes_after_its_answer_was_sent_is_no_draft(client, ada, conversation):
    once = uuid4()
    answer(client, conversation, once=once)
    client.post(reverse("keep_draft", args=[conversation.uid]), {"text": "A fresh", "once": once})
    assert not AnswerDraft.objects.exists()
    assert client.post(reverse("keep_draft", args=[conversation.uid]), {"once": "x"}).status_code == 400


def test_colleagues_hear_who_looks_and_who_writes_and_nothing_of_it_is_kept(client, ada, conversation, monkeypatch):
    note(conversation=conversation, text="@Ada look", by=ada, at=cast.NOON)
    heard = []
    monkeypatch.setattr(replying.live, "publish", lambda *what: heard.append(what))
    client.post(reverse("look_at_conversation", args=[conversation.uid]), {"writes": "1"})
    assert heard == [("inbox", {"conversation": conversation.uid, "here": ada.uid, "writes": True})]
    assert Mention.objects.get().read


def test_tags_are_put_on_suggested_and_taken_off(client, ada, conversation):
    url = reverse("tag_conversation", args=[conversation.uid])
    Tag.objects.create(name="wholesale")
    assert "Add the tag wholesale" in page_of(client, conversation)
    client.post(url, {"name": "Wholesale"})
    page = page_of(client, conversation)
    assert "Remove the tag wholesale" in page and "Add the tag wholesale" not in page
    client.post(reverse("untag_conversation", args=[conversation.uid, Tag.objects.get().uid]))
    assert "Remove the tag" not in page_of(client, conversation)
    client.post(url, {"name": "a, b"})
    assert "without a comma" in page_of(client, conversation)


def test_urgent_spam_and_block_are_one_press_each_and_can_be_undone(client, ada, alice, conversation):
    def press(name: str, of, **form) -> str:
        return client.post(reverse(name, args=[of.uid]), form, follow=True).content.decode()

    press("mark_urgent", conversation, urgent="1")
    assert Conversation.objects.get().urgent
    press("mark_urgent", conversation, urgent="")
    assert not Conversation.objects.get().urgent
    assert reverse("not_spam", args=[conversation.uid]) in press("mark_spam", conversation)
    assert "Alice Moreau" in client.get(reverse("inbox"), {"spam": 1}).content.decode()
    assert "Alice Moreau" not in client.get(reverse("inbox"), {"state": "done"}).content.decode()
    press("not_spam", conversation)
    assert Conversation.objects.get().state == "needs_answer"
    assert reverse("unblock_person", args=[alice.uid]) in press("block_person", alice)
    assert "Answer them again" in page_of(client, conversation)
    press("unblock_person", alice)
    assert not Block.objects.filter(lifted=None).exists()


@pytest.mark.parametrize("act", ["done", "later:tomorrow", "spam", "nothing"])
def test_many_are_closed_or_put_off_at_once_and_undone_at_once(client, ada, conversation, act):
    other = say(contact=cast.bob(), text="Open?", channel="site", at=cast.NOON).conversation
    chosen = {"who": [conversation.uid, other.uid, "x"], "act": act}
    page = client.post(reverse("sort_many"), chosen, follow=True).content.decode()
    assert "2 conversations." in page
    assert not Conversation.objects.filter(state="needs_answer").exists()
    if act != "nothing":
        undo = re.search(r"/inbox/many/[^/]+/undo/", page)[0]
        client.post(undo)
        assert Conversation.objects.filter(state="needs_answer", spam=None).count() == 2


def test_many_are_given_tagged_and_made_urgent(client, ada, conversation):
    known = tag(conversation=conversation, name="one", by=ada, at=cast.NOON)
    for act in (f"hands:{ada.uid}", f"tag:{known.uid}", "urgent:1"):
        client.post(reverse("sort_many"), {"who": [conversation.uid], "act": act})
    found = Conversation.objects.get()
    assert (found.assignee, found.urgent) == (ada, True)
    client.post(reverse("sort_many"), {"who": [conversation.uid], "act": "hands:"})
    assert Conversation.objects.get().assignee is None


@pytest.mark.parametrize("form", [{}, {"act": "done"}, {"who": "x", "act": "done"}, {"act": "eat"}, {"act": "hands:x"}])
def test_nothing_chosen_changes_nothing(client, ada, conversation, form):
    page = client.post(reverse("sort_many"), {"who": [conversation.uid]} | form if "act" in form else form, follow=True)
    assert page.status_code == 200
    if form.get("act") != "done":
        assert Conversation.objects.get().state == "needs_answer"


ONES = ["keep_draft", "look_at_conversation", "mark_urgent", "tag_conversation", "mark_spam", "not_spam"]


def test_everybody_who_has_signed_in_may_and_nobody_else(client, alice, conversation):
    cast.olga()
    asked = [reverse(name, args=[conversation.uid]) for name in ONES]
    asked += [reverse("block_person", args=[alice.uid]), reverse("sort_many")]
    for url in asked:
        assert client.get(url).status_code == 405
        assert "login" in client.post(url).url
    assert not Block.objects.exists() and Conversation.objects.get().state == "needs_answer"
    for who in (cast.ada, cast.max_):
        client.force_login(who())
        assert all(client.post(url).status_code < 500 for url in asked)
