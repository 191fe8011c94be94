"""A low score, or words, begin a conversation: once, with what was asked and said, and where somebody can answer."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Response
from campaigns.surveys.results.ratings import low_ratings
from campaigns.surveys.taking.talking import what_to_say
from crm.dialogue.actions import block, close, keep_faq, say
from crm.dialogue.models import Callout, Conversation, Message
from crm.dialogue.queries import talking
from crm.events.models import Inbox
from crm.leaving.actions import tick
from crm.leaving.models import Case
from crm.preferences.models import PreferenceKey
from engage import listen
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, definition, published, sent_to, tap
from tests.campaigns.surveys.walking import says

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"
LOW = STARS | {"talk_at_most": 2}
MAIL = {"id": "mail", "type": "email", "text": "Where do we answer?"}


def facts(name: str) -> list[dict]:
    bodies = (json.loads(body) for body in Inbox.objects.order_by("id").values_list("body", flat=True))
    return [body["properties"] for body in bodies if body["name"] == name]


def answered(client, *questions: dict, contact=None, **answers: object) -> object:
    """One survey with these questions, answered by the receiver of a mail, or by a stranger."""
    survey = published(*questions)
    url = tap(sent_to(contact), question="", no="") if contact else PAGE
    assert survey.state == "published"
    return submit(client, url, **answers)


SAYINGS = [
    ("nps", {"talk_at_most": 6}, 6, "6, where 0 is “not at all likely” and 10 “very likely”"),
    ("nps", {"talk_at_most": 6}, 7, None),
    ("nps", {"talk_at_most": 0}, 0, "0, where 0 is “not at all likely” and 10 “very likely”"),
    ("stars", {"talk_at_most": 2}, 2, "2 of 5 stars"),
    ("smileys", {"talk_at_most": 2}, 1, "very bad, 1 of 5"),
    ("csat", {"talk_at_most": 2}, 3, None),
    ("ces", {"talk_at_most": 3, "low": "a fight"}, 3, "3, where 1 is “a fight” and 7 “very easy”"),
    ("scale", {"talk_at_most": 1, "most": 3}, 1, "1, from 1 to 3"),
    ("scale", {}, 1, None),
]


@pytest.mark.parametrize(("type", "fields", "no", "score"), SAYINGS)
def test_a_score_is_said_in_words_where_it_is_low(type, fields, no, score):
    asked = parse(definition({"id": "q", "type": type, "text": "How?", **fields}, WORDS))
    given = {"q": {"value": str(no), "words": str(no), "question": "How was it?"}}
    given["words"] = {"value": "Stale.", "words": "Stale.", "question": "Anything else?"}
    said = what_to_say(asked, given)
    assert (said and said.text) == (score and f"How was it?\n{score}\n\nAnything else?\nStale.")


@pytest.mark.parametrize(
    ("type", "fields", "low"),
    [
        ("stars", {}, 2),
        ("smileys", {}, 2),
        ("nps", {}, 6),
        ("csat", {}, 2),
        ("ces", {}, 3),
        ("scale", {}, 3),
        ("scale", {"most": 2}, 1),
        ("scale", {"most": 6}, 2),
    ],
)
def test_what_is_low_is_offered_by_type(type, fields, low):
    (question,) = parse(definition({"id": "q", "type": type, "text": "How?", **fields})).questions
    assert question.usually_low == low


def test_a_low_score_comes_to_the_inbox_and_the_page_says_so(client, alice):
    page = answered(client, LOW, WORDS, contact=alice, taste=2, words="It arrived stale.")
    talk, response, asked = Conversation.objects.get(), Response.objects.get(), Message.objects.get(direction="out")
    said = talk.messages.get()
    assert (talk.contact, talk.state, talk.subject, talk.channel) == (alice, "needs_answer", "Your coffee", "survey")
    assert said.text == "How was your last order?\n2 of 5 stars\n\nAnything else?\nIt arrived stale."
    assert (said.author, said.uid) == (None, response.uid)
    assert said.detail == {"response": str(response.uid), "survey": "Your coffee", "about": str(asked.uid)}
    assert asked.replied is None and not facts("Message Replied")
    assert says(page, "A person reads what you wrote and answers you.")
    assert [one["conversation"] for one in facts("Survey Answered")] == [str(talk.uid)]
    assert Callout.objects.get().conversation == talk.pk and alice.pk in talking([alice.pk], clock.now())
    assert not low_ratings(clock.now() - timedelta(days=1), size=5)


def test_it_goes_on_where_a_conversation_is_open(client, alice):
    talk = say(contact=alice, text="Hello?", channel="site", at=clock.now()).conversation
    answered(client, LOW, contact=alice, taste=1)
    assert Conversation.objects.get() == talk and talk.messages.count() == 2


@pytest.mark.parametrize(
    ("question", "answers"),
    [(LOW, {"taste": 3}), (STARS, {"taste": 1}), (WORDS, {"words": "Lovely"}), (WORDS | {"talk": True}, {"taste": 1})],
    ids=["good", "not asked for", "mere words", "none written"],
)
def test_other_answers_begin_nothing(client, alice, question, answers):
    page = answered(client, question, *([STARS] if question["id"] == "words" else []), contact=alice, **answers)
    assert not Conversation.objects.exists() and not says(page, "A person reads")
    assert ["conversation" in one for one in facts("Survey Answered")] == [False]


def test_words_come_to_the_inbox_where_the_question_says_so(client, alice):
    answered(client, WORDS | {"talk": True}, STARS, contact=alice, words="A jar, please.", taste=5)
    assert Message.objects.get(direction="in").text == "Anything else?\nA jar, please."


def test_a_stranger_opens_nothing_that_nobody_can_answer(client):
    page = answered(client, LOW, taste=1)
    assert Response.objects.get().state == "final" and not Conversation.objects.exists()
    assert not says(page, "A person reads")


def test_an_address_that_a_stranger_gives_is_a_claim_and_is_answered(client, alice):
    page = answered(client, LOW, MAIL, taste=1, mail="alice@shop.example")
    talk = Conversation.objects.get()
    assert talk.contact != alice and talk.contact == Response.objects.get().contact
    assert not talking([alice.pk], clock.now()) and says(page, "A person reads")
    assert talk.contact.identities.get(kind="email").proof == ""


def test_whom_we_do_not_answer_begins_nothing_and_reads_the_same(client, alice):
    block(contact=alice, by=cast.ada(), at=clock.now())
    page = answered(client, LOW, contact=alice, taste=1)
    assert (talk := Conversation.objects.get()).spam and talk.state == "done" and not Callout.objects.exists()
    assert not talking([alice.pk], clock.now()) and says(page, "A person reads")
    assert "conversation" not in facts("Survey Answered")[0]


def test_only_their_own_words_are_heard_and_nothing_is_answered_by_itself(client, alice):
    said = {"language": "en", "question": "How do I stop my subscription?", "answer": "Write to us."}
    keep_faq(None, **said, phrasings="Cancel my subscription", automatic=True, by="Olga", at=cast.NOON)
    ours = LOW | {"text": "Cancel my subscription: how was it? May a person call you?"}
    answered(client, ours, WORDS, contact=alice, taste=1, words="All stale.")
    assert not facts("Question Recognised") and not Conversation.objects.get().person_wanted
    survey = published(WORDS | {"talk": True}, key="more")
    submit(client, tap(sent_to(alice, occurrence="2"), survey.key, "", ""), words="Cancel my subscription")
    assert [one["words"] for one in facts("Question Recognised")] == ["Cancel my subscription"]
    assert Message.objects.filter(direction="out").count() == 2, "what asked, and nothing else"


def test_a_sign_of_leaving_is_the_same_conversation(client, alice):
    ada = cast.olga()
    tick(kind="answer", ref="coffee/taste/1", label="1 star", by="Olga", at=cast.NOON)
    answered(client, LOW, contact=alice, taste=1)
    listen.run()
    case, talk = Case.objects.get(), Conversation.objects.get()
    assert case.conversation == talk and case.task.kind == "write" and talk.assignee == case.assignee == ada


def test_the_inbox_shows_where_it_comes_from_and_leads_to_the_answer(client, alice):
    answered(client, LOW, WORDS, MILK, contact=alice, taste=2, words="<b>Stale</b>", milk=1)
    PreferenceKey.objects.filter(key="milk").update(seen_by="owners")
    client.force_login(cast.ada())
    page = client.get(reverse("conversation", args=[Conversation.objects.get().uid])).content.decode()
    url = reverse("survey_answer", args=[Response.objects.get().uid])
    assert "From the survey “Your coffee”" in page and url in page and "in a survey" in page
    shown = client.get(url)
    assert says(shown, "How was your last order?") and "&lt;b&gt;Stale" in shown.content.decode()
    assert "oat milk" not in shown.content.decode(), "this role may not see it"
    close(conversation=Conversation.objects.get(), by=cast.max_(), at=clock.now())
    assert client.get(reverse("survey_answer", args=[alice.uid])).status_code == 404
