"""She said …: ten seconds at the counter, and it is remembered or answered."""

import pytest
from django.urls import reverse

from crm.contacts.models import Contact
from crm.dialogue.models import Conversation, Message
from crm.preferences.models import Preference
from tests import cast

pytestmark = pytest.mark.django_db

MILK = {"words": "Oat for me, always.", "kind": "memory", "key": "Milk", "value": "oat", "heard": "counter"}
STALE = {"words": "The last bag was stale.", "kind": "complaint", "heard": "phone"}


@pytest.fixture(autouse=True)
def ada(client):
    ada = cast.ada()
    client.force_login(ada)
    return ada


def said(client, htmx=False, **form):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("she_said"), form, headers=headers)


def test_words_worth_remembering_become_memory_with_their_source(client):
    alice = cast.alice()
    said(client, who="alice@shop", **MILK)
    kept = Preference.objects.get()
    assert (kept.contact, kept.key.key, kept.value, kept.words) == (alice, "milk", "oat", "Oat for me, always.")
    assert (kept.source_kind, kept.source_label, kept.by) == ("counter", "Heard at the counter", "Ada")


@pytest.mark.parametrize("kind", ["question", "complaint"])
def test_a_question_or_complaint_needs_an_answer(client, ada, kind):
    alice = cast.alice()
    said(client, who="alice", **STALE | {"kind": kind})
    conversation = Conversation.objects.get(contact=alice)
    message = conversation.messages.get()
    assert (conversation.state, conversation.channel) == ("needs_answer", "phone")
    assert (message.direction, message.text, message.author) == ("in", "The last bag was stale.", ada)


@pytest.mark.parametrize(
    ("who", "name", "address"),
    [
        ("New Person", "New Person", None),
        ("new@shop.example", "", "new@shop.example"),
        ("07700 900555", "", "+447700900555"),
    ],
)
def test_somebody_new_is_added_by_name_address_or_phone(client, who, name, address):
    said(client, who=who, **STALE)
    person = Contact.objects.get()
    assert person.name == name
    assert person.identities.values_list("value", flat=True).first() == address


def test_where_several_are_meant_one_must_be_chosen_and_the_words_stay(client):
    cast.alice(), cast.bob()
    response = said(client, who="shop.example", **MILK)
    page = response.content.decode()
    assert response.status_code == 400 and "Choose who it was." in page
    assert "Alice Moreau" in page and "Bob Stone" in page and "Oat for me, always." in page
    assert not Preference.objects.exists()


def test_whoever_is_chosen_is_meant(client):
    cast.alice()
    bob = cast.bob()
    said(client, who="shop.example", person=str(bob.uid), **MILK)
    assert Preference.objects.get().contact == bob


def test_somebody_new_may_have_a_name_we_know(client):
    alice = cast.alice()
    said(client, who="Alice Moreau", person="new", **MILK)
    assert Preference.objects.get().contact != alice


def test_a_choice_that_was_not_offered_is_refused(client):
    cast.alice()
    bob = cast.bob()
    for person in (str(bob.uid), "nonsense"):
        assert said(client, who="alice", person=person, **MILK).status_code == 400
    assert not Preference.objects.exists()


@pytest.mark.parametrize("missing", ["key", "value", "words", "heard", "kind"])
def test_what_is_missing_is_asked_for_beside_its_field(client, missing):
    cast.alice()
    response = said(client, who="alice", **MILK | {missing: ""})
    assert response.status_code == 400 and "errorlist" in response.content.decode()
    assert not Message.objects.exists() and not Preference.objects.exists()


def test_in_the_dialog_errors_stay_and_success_leads_to_the_person(client):
    alice = cast.alice()
    wrong = said(client, htmx=True, who="alice", **MILK | {"words": ""})
    assert "<html" not in wrong.content.decode()
    right = said(client, htmx=True, who="alice", **MILK)
    assert right["HX-Redirect"] == reverse("person", args=[alice.uid])


def test_typing_offers_whom_it_may_be(client):
    cast.alice()
    page = client.get(reverse("people_meant"), {"who": "mor"}, headers={"HX-Request": "true"}).content.decode()
    assert "Alice Moreau" in page and "Somebody new: mor" in page and "<html" not in page
