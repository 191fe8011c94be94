"""She said …: ten seconds at the counter, and it is remembered or answered."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.contacts.models import Contact
from crm.dialogue.actions import note, reply, say
from crm.dialogue.models import Conversation, Message
from crm.dialogue.queries import talking
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock
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


def test_before_anything_is_typed_those_who_were_here_last_are_offered(client):
    now = clock.now()
    alice, bob = cast.alice(), cast.bob()
    Contact.objects.filter(pk=alice.pk).update(last_seen=now - timedelta(days=3))
    Contact.objects.filter(pk=bob.pk).update(last_seen=now)
    page = client.get(reverse("she_said")).content.decode()
    assert page.index("Bob Stone") < page.index("Alice Moreau")
    of_alice = client.get(reverse("she_said"), {"person": str(alice.uid)}).content.decode()
    assert of_alice.index("Alice Moreau") < of_alice.index("Bob Stone")
    assert f'value="{alice.uid}" checked' in of_alice
    said(client, person=str(alice.uid), **MILK)
    assert Preference.objects.get().contact == alice


@pytest.mark.parametrize("person", ["", "nonsense", "0f8fad5b-d9cb-469f-a165-70867728950e", "\x00"])
def test_nobody_is_nobody(client, person):
    cast.alice()
    response = said(client, person=person, **MILK)
    assert response.status_code == 400 and "errorlist" in response.content.decode()
    assert Contact.objects.count() == 1 and not Preference.objects.exists()


def test_where_it_was_heard_last_is_where_it_is_heard_next(client):
    cast.alice()
    said(client, who="alice", **STALE)
    assert '<option value="phone" selected>' in client.get(reverse("she_said")).content.decode()


def about(client, **form) -> str:
    return client.post(reverse("words_about"), form, headers={"HX-Request": "true"}).content.decode()


def test_what_the_words_are_about_is_proposed_from_what_others_said_and_never_overwrites(client):
    cast.alice()
    said(client, who="alice", **MILK | {"value": "oat milk"})
    page = about(client, words="Make it oat milk, as always")
    assert 'value="Milk"' in page and 'value="oat milk"' in page and "<html" not in page
    assert about(client, words="Make it oat milk", key="Roast") == ""
    assert about(client, words="Something else") == about(client, words="\x00") == ""


def test_what_is_not_for_a_role_is_neither_offered_nor_written(client):
    cast.alice()
    PreferenceKey.objects.create(key="income", label="Income", seen_by="owners")
    assert "Income" not in client.get(reverse("she_said")).content.decode()
    response = said(client, who="alice", **MILK | {"key": "income"})
    assert response.status_code == 400 and not Preference.objects.exists()


def test_a_complaint_written_by_mistake_was_never_said(client, ada):
    alice = cast.alice()
    said(client, who="alice", **STALE)
    message = Message.objects.get()
    client.post(reverse("unsay_words", args=[message.uid]))
    assert not Message.objects.exists() and not Conversation.objects.exists()
    assert talking([alice.pk], clock.now()) == {}


def test_taking_back_leaves_what_was_said_before(client, ada):
    alice = cast.alice()
    first = say(contact=alice, text="Do you have Assam?", channel="email", at=clock.now() - timedelta(days=1))
    reply(conversation=first.conversation, text="Yes.", by=ada, at=clock.now() - timedelta(hours=2), seen=first.pk)
    said(client, who="alice", **STALE)
    assert Conversation.objects.get().state == "needs_answer"
    client.post(reverse("unsay_words", args=[Message.objects.get(channel="phone").uid]))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.last_customer) == ("waiting", first.at)


def test_what_somebody_went_on_from_or_somebody_else_wrote_stays(client, ada):
    cast.alice()
    said(client, who="alice", **STALE)
    message = Message.objects.get()
    undo = reverse("unsay_words", args=[message.uid])
    assert client.get(undo).status_code == 405
    client.force_login(cast.max_())
    assert client.post(undo).status_code == 404
    client.force_login(ada)
    note(conversation=message.conversation, text="I will call.", by=ada, at=clock.now())
    assert "it stays" in client.post(undo, follow=True).content.decode()
    assert Message.objects.filter(pk=message.pk).exists()


@pytest.mark.parametrize("missing", ["key", "value", "words", "heard", "kind"])
def test_what_is_missing_is_asked_for_beside_its_field(client, missing):
    cast.alice()
    response = said(client, who="alice", **MILK | {missing: ""})
    assert response.status_code == 400 and "errorlist" in response.content.decode()
    assert not Message.objects.exists() and not Preference.objects.exists()


def test_in_the_dialog_errors_stay_and_afterwards_one_is_where_one_was(client):
    alice = cast.alice()
    wrong = said(client, htmx=True, who="alice", **MILK | {"words": ""})
    assert "<html" not in wrong.content.decode()
    right = said(client, htmx=True, who="alice", **MILK).content.decode()
    assert "<html" not in right and "We remember of Alice Moreau: Milk, oat." in right
    undo = reverse("take_back_memory", args=[Preference.objects.get().uid])
    assert f'action="{undo}"' in right
    url = reverse("person", args=[alice.uid])
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}?show=visits"}
    again = client.post(reverse("she_said"), {"who": "alice", **STALE}, headers=headers)
    assert again["HX-Redirect"] == url


def test_typing_offers_whom_it_may_be(client):
    cast.alice()
    page = client.post(reverse("people_meant"), {"who": "mor"}, headers={"HX-Request": "true"}).content.decode()
    assert "Alice Moreau" in page and "Somebody new: mor" in page and "<html" not in page
