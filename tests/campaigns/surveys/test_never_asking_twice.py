"""What is known and fresh is not asked again; and a link alone shows nothing of it."""

from datetime import timedelta

import pytest
from django.http import HttpResponse

from campaigns.surveys.models import Response
from crm.preferences.models import PreferenceKey
from engage.lib import clock, device
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, published, tap
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db


def remember_device(client, contact) -> None:
    response = HttpResponse()
    device.remember(response, str(contact.uid), at=clock.now())
    client.cookies.update(response.cookies)


def test_a_question_whose_answer_is_known_is_left_out_without_saying_it(client, survey, message, alice):
    told(alice, "soy milk")
    page = client.get(tap(message, question="")).content.decode()
    assert "How was your last order?" in page and "Which milk" not in page and "soy" not in page
    assert "One more question is left out" in page


def test_what_must_be_answered_need_not_be_when_it_is_known(client, message, alice):
    published({**MILK, "required": True}, STARS)
    told(alice)
    assert submit(client, tap(message, question=""), taste=5).status_code == 200


def test_where_all_is_known_there_is_nothing_to_ask(client, message, alice):
    published(MILK)
    told(alice, "soy milk")
    page = client.get(tap(message, question="")).content.decode()
    assert "we do not ask twice" in page and "soy" not in page and "/m/" in page


def test_a_tap_in_a_mail_is_an_answer_even_if_we_know_one(client, survey, message, alice):
    told(alice, "soy milk")
    page = client.get(tap(message, no=1)).content.decode()
    assert "Which milk" in page and 'value="1" checked' in page and "told us" not in page


def test_on_a_device_she_asked_us_to_remember_it_is_only_confirmed(client, survey, message, alice):
    told(alice, "soy milk")
    remember_device(client, alice)
    page = client.get(tap(message, question="")).content.decode()
    assert "<strong>soy milk</strong>. Still right?" in page and 'value="2" checked' in page


def test_a_confirmation_is_a_new_statement(client, survey, message, alice):
    told(alice, "soy milk")
    remember_device(client, alice)
    submit(client, tap(message, question=""), milk=2)
    assert Response.objects.get().answers["milk"]["value"] == "soy milk"


def test_the_device_of_somebody_else_shows_nothing(client, survey, message, alice, bob):
    told(alice, "soy milk")
    remember_device(client, bob)
    assert "soy" not in client.get(tap(message, question="")).content.decode()


@pytest.mark.parametrize("stale", ["too old", "only noticed", "of somebody else"])
def test_what_is_not_known_from_herself_and_fresh_is_asked(client, survey, message, alice, bob, stale):
    told(
        bob if stale == "of somebody else" else alice,
        kind="observed" if stale == "only noticed" else "stated",
        at=clock.now() - timedelta(days=10),
    )
    if stale == "too old":
        PreferenceKey.objects.update(fresh_days=9)
    assert "Which milk" in client.get(tap(message, question="")).content.decode()


@pytest.mark.parametrize(
    ("question", "value", "selected"),
    [
        ({**MILK, "type": "several_of"}, "oat milk, none", ['value="1" checked', 'value="7" checked']),
        ({"type": "yes_no"}, "no", ['value="2" checked']),
        ({"type": "stars"}, "4", ['value="4" checked']),
        ({"type": "text"}, "none, thanks", ["none, thanks</textarea>"]),
        (MILK, "goat milk", []),
    ],
    ids=["several", "yes or no", "stars", "text", "no longer offered"],
)
def test_a_confirmation_selects_what_was_said(client, message, alice, question, value, selected):
    published({"text": "Milk?", **question, "id": "milk", "remember": {"key": "milk"}})
    told(alice, value)
    remember_device(client, alice)
    page = client.get(tap(message, question="")).content.decode()
    assert all(text in page for text in selected)
    assert page.count(" checked") == sum("checked" in text for text in selected)
