"""From words to memory: what is known stands filled in, two presses keep it, one takes it back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.dialogue.actions import say
from crm.dialogue.models import Message
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.suggesting import suggest
from tests import cast
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(alice):
    return say(contact=alice, text="It arrived stale.", channel="site", at=cast.NOON).conversation


@pytest.fixture
def said(alice, conversation) -> Message:
    message = Message.objects.filter(conversation=conversation, direction="in").latest("id")
    Message.objects.filter(pk=message.pk).update(text="Could it be soy milk from now on? My doctor says so.")
    message.refresh_from_db()
    return message


def test_what_we_know_of_others_stands_filled_in(client, ada, said):
    told(cast.bob(), "soy milk")
    page = client.get(reverse("keep_words", args=[said.uid])).content.decode()
    assert 'value="Milk"' in page and 'value="soy milk"' in page


def test_undo_takes_it_back_and_what_held_before_holds_again(client, ada, alice, said):
    told(alice, "oat milk", at=cast.NOON - timedelta(days=1))
    client.post(reverse("keep_words", args=[said.uid]), {"key": "Milk", "value": "soy milk"})
    kept = Preference.objects.get(value="soy milk")
    assert kept.state == "active"
    client.post(reverse("take_back_words", args=[kept.uid]))
    assert [(p.value, p.state) for p in Preference.objects.all()] == [("oat milk", "active")]
    alice.refresh_from_db()
    assert alice.attributes == {"milk": "oat milk"}

    client.post(reverse("keep_words", args=[said.uid]), {"key": "Milk", "value": "soy milk"})
    assert Preference.objects.get(state="active").value == "soy milk"


def test_only_whoever_kept_it_takes_it_back(client, ada, alice, said):
    client.post(reverse("keep_words", args=[said.uid]), {"key": "Milk", "value": "soy milk"})
    kept = Preference.objects.get()
    client.force_login(cast.max_())
    assert client.post(reverse("take_back_words", args=[kept.uid])).status_code == 404
    assert Preference.objects.exists()


def test_what_is_kept_leads_back_to_the_words(client, ada, alice, said, conversation):
    client.post(reverse("keep_words", args=[said.uid]), {"key": "Milk", "value": "soy milk"})
    kept = Preference.objects.get()
    answer = client.get(reverse("kept_from", args=[kept.uid]))
    assert answer["Location"] == f"{reverse('conversation', args=[conversation.uid])}#said-{said.uid}"
    assert reverse("kept_from", args=[kept.uid]) in client.get(reverse("person", args=[alice.uid])).content.decode()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("SOY MILK, please", ("Milk", "soy milk")),
        ("soy milkshake", None),
        ("yes", None),
        ("About the milk you sent", ("Milk", "")),
        ("As dark as you have it", ("Roast", "dark")),
        ("", None),
        ("(?:[", None),
    ],
)
def test_a_suggestion_is_a_known_value_in_whole_words_or_a_key_by_name(alice, words, expected):
    told(alice, "soy milk")
    told(alice, "yes", key="decaf")
    PreferenceKey.objects.filter(key="decaf").update(seen_by="owners")
    PreferenceKey.objects.create(key="roast", label="Roast", type="choice", choices=["dark", "light"])
    assert suggest(words, "agent") == expected
