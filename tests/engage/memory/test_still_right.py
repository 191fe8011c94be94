""" "Still right?" in a message: one tap confirms or changes, and a machine's GET says nothing."""

from datetime import timedelta

import pytest

from crm.dialogue.links import still_right_url
from crm.preferences import recall
from crm.preferences.actions import forget
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db


def url(message, preference: Preference) -> str:
    return still_right_url(message.uid, preference.pk).removeprefix("http://localhost:8000")


def active() -> Preference:
    return Preference.objects.select_related("key").get(state="active")


def test_opening_it_changes_nothing(client, message, alice):
    milk = told(alice)
    page = client.get(url(message, milk))
    client.head(url(message, milk))
    assert "oat milk" in page.content.decode() and "Yes, still right" in page.content.decode()
    assert not page.cookies and Preference.objects.count() == 1


def test_one_tap_makes_it_fresh_again(client, message, alice):
    milk = told(alice, at=clock.now() - timedelta(days=300))
    PreferenceKey.objects.update(fresh_days=200)
    assert recall.known([alice.pk], ["milk"], at=clock.now()) == {}
    assert "oat milk" in client.post(url(message, milk)).content.decode()
    assert recall.known([alice.pk], ["milk"], at=clock.now())[alice.pk]["milk"].value == "oat milk"
    assert (active().words, active().source_label) == ("oat milk, please", "Still right?")


def test_one_tap_changes_it_in_her_own_words(client, message, alice):
    milk = told(alice)
    client.post(url(message, milk), {"change": "1", "value": " soy milk "})
    assert (active().value, active().words, active().kind) == ("soy milk", "soy milk", "stated")
    again = client.post(url(message, milk), {"change": "1", "value": "rice"})
    assert "something newer" in again.content.decode() and active().value == "soy milk"


def test_what_does_not_fit_is_asked_again(client, message, alice):
    PreferenceKey.objects.create(key="milk", label="Milk", type="choice", choices=["oat milk", "soy milk"])
    milk = told(alice)
    for value in ("", "mud", "x" * 900):
        page = client.post(url(message, milk), {"change": "1", "value": value})
        assert page.status_code == 400 and "Choose one of these" in page.content.decode()
    assert Preference.objects.count() == 1


def test_what_was_forgotten_or_is_somebody_elses_shows_nothing(client, message, alice, bob):
    hers, his = told(alice), told(bob, "soy milk")
    assert "soy" not in client.get(url(message, his)).content.decode()
    forget(hers, by="customer", at=clock.now())
    page = client.get(url(message, hers)).content.decode()
    assert "oat" not in page and "no longer asked" in page


@pytest.mark.parametrize("token", ["nonsense", "é", "a.b", ""])
def test_a_token_not_made_here_opens_nothing(client, token):
    assert client.get(f"/k/{token}").status_code == 404


def test_another_site_cannot_say_it_for_her(client, message, alice):
    milk = told(alice)
    assert client.post(url(message, milk), headers={"Origin": "https://evil.example"}).status_code == 403
    assert Preference.objects.count() == 1
