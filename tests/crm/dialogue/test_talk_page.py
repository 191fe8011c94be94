"""The public page for writing to a person: whoever comes, nothing they write is lost and nothing of ours is shown."""

import re

import pytest
from django.db import OperationalError
from django.urls import reverse

from crm.business.actions import update_business
from crm.contacts.models import Contact, Identity
from crm.dialogue import faq, queries, views
from crm.dialogue.actions import keep_faq
from crm.dialogue.models import Conversation, Message
from engage.lib import clock, tokens
from tests.crm.dialogue.messages import ours

pytestmark = pytest.mark.django_db

STRANGER = {"name": "Alice", "email": "alice@shop.example", "text": "Where is my order?"}


@pytest.fixture
def link(alice) -> str:
    return f"{reverse('talk')}?t={tokens.sign('t', str(ours(alice).uid))}"


def hidden(response) -> str:
    return re.search(r'name="once" value="([^"]+)"', response.content.decode())[1]


def test_the_link_of_a_message_opens_a_conversation_about_it(client, link, alice):
    assert client.post(link, {"text": "I only drink tea."}).status_code == 200
    conversation = Conversation.objects.get(contact=alice)
    assert conversation.about == Message.objects.get(direction="out")
    assert [line.text for line in queries.lines(conversation)] == ["I only drink tea."]


def test_the_page_names_the_message_but_not_the_person(client, link):
    page = client.get(link).content.decode()
    assert "What do you take in your coffee?" in page
    assert "Alice" not in page and "alice@" not in page


def test_what_was_said_before_is_not_shown_to_whoever_has_the_link(client, link):
    client.post(link, {"text": "My daughter is ill."})
    assert "daughter" not in client.get(link).content.decode()


def test_looking_at_the_page_changes_nothing(client, link):
    client.get(link), client.head(link)
    assert not Conversation.objects.exists()


def test_the_page_sets_no_cookie_and_tells_nobody_its_address(client, link):
    response = client.post(link, {"text": "Hello"})
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer" and response["Cache-Control"] == "no-store"


def test_pressing_send_twice_keeps_the_words_once(client, link):
    form = {"text": "Hello", "once": hidden(client.get(link))}
    assert [client.post(link, form).status_code for _ in range(2)] == [200, 200]
    assert Message.objects.filter(direction="in").count() == 1


@pytest.mark.parametrize("token", ["nonsense", "é", "a.b", "", "x" * 5000, tokens.sign])
def test_a_link_that_cannot_be_read_leads_to_the_page_for_everybody(client, alice, token):
    token = token("u", str(ours(alice).uid)) if callable(token) else token
    response = client.get(reverse("talk"), {"t": token})
    assert response.status_code == 200 and 'name="email"' in response.content.decode()


def test_a_stranger_with_the_address_of_a_customer_is_not_that_customer(client, alice):
    assert client.post(reverse("talk"), STRANGER).status_code == 200
    said = Message.objects.get()
    assert said.contact != alice and said.contact.name == "Alice"
    assert Identity.objects.get(contact=said.contact).proof == ""
    assert queries.talking([alice.pk], said.at) == {}


def test_the_answer_to_a_stranger_goes_to_the_address_they_gave(client, alice):
    client.post(reverse("talk"), STRANGER)
    assert queries.way_to_answer(Message.objects.get().contact_id, "site") == ("email", "alice@shop.example")


def test_a_stranger_who_writes_again_continues_there(client):
    for text in ("One", "Two"):
        client.post(reverse("talk"), STRANGER | {"text": text})
    assert (Contact.objects.count(), Conversation.objects.count(), Message.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", ""), ("text", " \n"), ("text", "x" * 10_001), ("text", "a\x00b"), ("email", "alice"), ("name", "")],
)
def test_what_cannot_be_used_comes_back_filled_in_with_the_reason_beside_it(client, field, value):
    response = client.post(reverse("talk"), STRANGER | {field: value})
    page = response.content.decode()
    assert response.status_code == 400 and "errorlist" in page
    assert field == "name" or 'value="Alice"' in page
    assert not Message.objects.exists()


def test_markup_in_words_stays_words(client, link):
    page = client.post(link, {"text": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_another_website_cannot_write_for_anybody(client, link):
    response = client.post(link, {"text": "Spam"}, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403 and not Message.objects.filter(direction="in").exists()


def test_what_they_ask_is_looked_up_once_and_answered(client, link, monkeypatch):
    update_business(by="test", at=clock.now(), answers_by_itself=True)
    entry = {"question": "How do I stop my subscription?", "answer": "Under My orders, with Stop."}
    keep_faq(None, language="en", automatic=True, by="Olga", at=clock.now(), **entry)
    asked = []
    monkeypatch.setattr(faq, "rank", lambda *given, rank=faq.rank: asked.append(given) or rank(*given))
    assert "Under My orders" in client.post(link, {"text": entry["question"]}).content.decode()
    assert len(asked) == 1


def test_a_flood_is_stopped_and_its_words_come_back(client, link):
    answers = [client.post(link, {"text": f"Hello {number}"}) for number in range(21)]
    assert [response.status_code for response in answers] == [200] * 20 + [429]
    assert "Hello 20" in answers[-1].content.decode()


def test_what_cannot_be_kept_is_not_thanked_for_and_comes_back(client, link, monkeypatch):
    def fail(**_):
        raise OperationalError("no database")

    monkeypatch.setattr(views, "say", fail)
    response = client.post(link, {"text": "I only drink tea."})
    assert response.status_code == 503
    assert "I only drink tea." in response.content.decode() and "try again" in response.content.decode()


def test_a_person_who_was_erased_is_a_stranger_again(client, link, alice):
    Contact.objects.filter(pk=alice.pk).update(erased=alice.created)
    assert 'name="email"' in client.get(link).content.decode()


def test_the_page_speaks_the_persons_language(client, alice, link):
    Contact.objects.filter(pk=alice.pk).update(language="es")
    assert '<html lang="es"' in client.get(link).content.decode()
