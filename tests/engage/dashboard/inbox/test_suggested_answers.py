"""An answer of the shop's list lies before whoever answers, and is sent by nobody but them."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.business.models import User
from crm.dialogue.actions import keep_draft, keep_faq, nothing_to_answer, say
from crm.dialogue.models import Conversation, Message
from tests import cast

pytestmark = pytest.mark.django_db

ANSWER = "Tuesday to Saturday, 9 to 18."


@pytest.fixture
def ada() -> User:
    return cast.ada()


@pytest.fixture
def talk(client: Client, ada: User) -> Conversation:
    client.force_login(ada)
    said = {"language": "en", "question": "Opening hours", "answer": ANSWER}
    keep_faq(None, **said, by="Olga", at=cast.NOON)
    words = say(contact=cast.alice(), text="What are your opening hours?", channel="email", at=cast.NOON)
    assert words.conversation
    return words.conversation


def page(client: Client, talk: Conversation, **query: str):
    return client.get(reverse("conversation", args=[talk.uid]), query)


def test_it_is_shown_and_nothing_is_sent(client: Client, talk: Conversation) -> None:
    shown = page(client, talk).content.decode()
    assert "Opening hours" in shown and ANSWER in shown and "Begin with this answer" in shown
    assert not Message.objects.filter(direction="out").exists()


def test_chosen_it_stands_in_the_answer_below_what_was_begun(client: Client, talk: Conversation, ada: User) -> None:
    [match] = page(client, talk).context["suggestions"]
    begun = page(client, talk, use=str(match.entry.uid)).context["answer"]["text"].value()
    assert begun == ANSWER
    keep_draft(conversation=talk, text="Hello Alice,", by=ada, at=cast.NOON)
    begun = page(client, talk, use=str(match.entry.uid)).context["answer"]["text"].value()
    assert begun == f"Hello Alice,\n\n{ANSWER}"


@pytest.mark.parametrize("use", ["x", "é", "0" * 36, "01a2297a-f5b9-74e7-91f3-9094f0050e08", "\x00"])
def test_what_is_no_answer_of_the_list_begins_nothing(client: Client, talk: Conversation, use: str) -> None:
    response = page(client, talk, use=use)
    assert response.status_code == 200 and response.context["answer"]["text"].value() == ""


def test_where_nothing_is_owed_nothing_is_suggested(client: Client, talk: Conversation, ada: User) -> None:
    nothing_to_answer(conversation=talk, by=ada, at=cast.NOON)
    assert page(client, talk).context["suggestions"] == []


def test_other_words_suggest_nothing(client: Client, talk: Conversation) -> None:
    say(contact=talk.contact, text="It arrived stale.", channel="email", at=cast.NOON)
    assert page(client, talk).context["suggestions"] == []
