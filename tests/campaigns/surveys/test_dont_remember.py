"""Each answer that is remembered says so, and "Don't" works, before the belt came by and after."""

import pytest

from campaigns.surveys import queries
from campaigns.surveys.models import Response
from crm.events.models import DeadLetter, Inbox
from crm.preferences.actions import correct
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock, tokens
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import published, tap
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db

DONT = "/s/coffee/dont/"


def belt_comes_by() -> None:
    listen.run()
    assert not Inbox.objects.exists() and not DeadLetter.objects.exists()


def say_dont(client, page: str, question: str = "milk"):
    return client.post(DONT, {"answered": hidden(page, "answered"), "question": question})


def test_the_thanks_say_what_is_remembered_and_what_for(client, survey, message):
    page = submit(client, tap(message), milk=1, words="Hello").content.decode()
    assert "We’ll remember" in page and page.count("Don’t</button>") == 1


def test_dont_before_the_belt_came_by_keeps_it_from_being_remembered(client, survey, message, alice):
    page = submit(client, tap(message), milk=1).content.decode()
    assert "We do not remember this" in say_dont(client, page).content.decode()
    belt_comes_by()
    assert not Preference.objects.filter(contact=alice).exclude(state="forgotten").exists()
    assert not Preference.objects.exclude(value="").exists()


def test_dont_after_the_belt_came_by_forgets_it(client, survey, message, alice):
    page = submit(client, tap(message), milk=1).content.decode()
    belt_comes_by()
    assert Preference.objects.get(contact=alice).value == "oat milk"
    for _ in range(2):
        say_dont(client, page)
    assert set(Preference.objects.values_list("state", "value", "words")) == {("forgotten", "", "")}


def test_the_answer_still_counts(client, survey, message):
    say_dont(client, submit(client, tap(message), milk=1).content.decode())
    assert Response.objects.get(state="final").answers["milk"]["value"] == "oat milk"


def test_dont_works_for_somebody_we_do_not_know(client, survey):
    say_dont(client, submit(client, "/s/coffee/", milk=1).content.decode())
    belt_comes_by()
    assert not Preference.objects.exclude(state="forgotten").exists()


def test_her_later_answer_takes_the_place_of_her_earlier_correction(client, survey, message, alice):
    correct(told(alice), value="soy milk", by="customer", at=clock.now())
    page = submit(client, tap(message), milk=1).content.decode()
    assert "We’ll remember" in page and "You set this yourself" not in page
    belt_comes_by()
    assert Preference.objects.get(contact=alice, state="active").value == "oat milk"


def test_what_she_corrected_after_her_answer_stands(client, survey, message, alice):
    submit(client, tap(message), milk=1)
    belt_comes_by()
    correct(Preference.objects.get(contact=alice), value="soy milk", by="customer", at=clock.now())
    response = Response.objects.get()
    assert queries.memory_of(response, queries.definition_of(response.version)) == {"milk": "kept"}
    assert Preference.objects.get(contact=alice, state="active").value == "soy milk"


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"answered": "nonsense", "question": "milk"},
        {"answered": "é", "question": "milk"},
        {"question": "milk"},
        {"question": "taste"},
        {"question": "no such question"},
        {"question": ""},
    ],
    ids=str,
)
def test_what_was_not_answered_cannot_be_declined(client, survey, message, posted):
    page = submit(client, tap(message), words="Hello").content.decode()
    token = tokens.sign("answered", str(Response.objects.get().uid), int(clock.now().timestamp()))
    answer = client.post(DONT, {"answered": token, **posted})
    assert answer.status_code == 404 and not Preference.objects.exists()
    assert "Don’t</button>" not in page


def test_the_answers_of_one_survey_cannot_be_declined_through_another(client, survey, message):
    published(key="tea")
    page = submit(client, tap(message), milk=1).content.decode()
    answer = client.post("/s/tea/dont/", {"answered": hidden(page, "answered"), "question": "milk"})
    assert answer.status_code == 404 and not Preference.objects.exists()


def test_a_page_of_yesterday_leads_to_her_own_page(client, survey, message):
    submit(client, tap(message), milk=1)
    old = tokens.sign("answered", str(Response.objects.get().uid), int(clock.now().timestamp()) - 2 * 86400)
    assert client.post(DONT, {"answered": old, "question": "milk"}).status_code == 410


def test_declining_does_not_work_by_get(client, survey):
    assert client.get(DONT).status_code == 405
