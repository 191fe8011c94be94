"""The tab of sign-up forms: one is made in a short form, looked at, published, and counts who asked and confirmed."""

import re

import pytest
from django.urls import reverse

from campaigns.surveys.models import Survey
from crm.contacts.models import Topic
from crm.preferences.models import PreferenceKey
from tests import cast
from tests.campaigns.surveys.questions import MILK, published
from tests.campaigns.surveys.sign_ups import PERMISSION, WORDS, ask, link, sign_up_form
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    person = cast.max_()
    client.force_login(person)
    for place, key in enumerate(("offers", "news")):
        Topic.objects.create(key=key, label=key.title(), position=place)
    return person


def make(client, **changes: object):
    ready = {"title": "Letters", "words": WORDS, "topics": ["offers"]}
    return client.post(reverse("new_sign_up_form"), ready | changes)


def test_an_empty_tab_says_what_to_do(client):
    published(MILK)
    page = client.get(reverse("sign_up_forms")).content.decode()
    assert "Let people ask for your letters" in page and "Your coffee" not in page


def current(page) -> list[str]:
    tabs = page.content.decode().partition('<ul class="tabs">')[2].partition("</ul>")[0]
    return re.findall(r'aria-current="page">([^<]+)<', tabs)


@pytest.mark.parametrize("name", ["survey", "share_survey", "survey_places", "survey_answers"])
def test_the_pages_of_a_form_stand_under_forms_and_those_of_a_survey_under_surveys(client, name):
    form, survey = sign_up_form(), published(MILK)
    assert current(client.get(reverse(name, args=[form.uid]))) == ["Sign-up forms"]
    assert current(client.get(reverse(name, args=[survey.uid]))) == ["Surveys"]


def test_the_page_of_a_new_one_stands_under_its_tab_too(client):
    assert current(client.get(reverse("new_sign_up_form"))) == ["Sign-up forms"]
    assert current(client.get(reverse("new_survey"))) == ["Surveys"]
    assert current(client.get(reverse("polls"))) == ["Polls"]


def test_the_short_form_makes_a_draft_that_is_published_on_its_page(client):
    made = make(client)
    form = Survey.objects.get()
    assert made["Location"] == reverse("survey", args=[form.uid]) and form.state == "draft"
    (permission,) = form.draft["questions"]
    assert (permission["text"], permission["topics"], permission["required"]) == (WORDS, ["offers"], True)
    assert client.get(f"/s/{form.key}/").status_code == 404
    client.post(reverse("publish_survey", args=[form.uid]))
    assert WORDS in client.get(f"/s/{form.key}/").content.decode()


def test_it_may_ask_for_the_name_and_one_thing_that_is_remembered(client):
    PreferenceKey.objects.create(key="favourite_milk", label="Milk")
    make(client, first_name="on", question="Which milk?", answers="oat\nsoy\n\noat\n", remember="Milk")
    name, milk, permission = Survey.objects.get().draft["questions"]
    assert (name["type"], permission["type"]) == ("first_name", "permission")
    assert (milk["type"], milk["remember"]["key"]) == ("one_of", "favourite_milk")
    assert [choice["label"] for choice in milk["choices"]] == ["oat", "soy"]


def test_without_answers_people_write_their_own(client):
    make(client, question="How do you brew?", remember="Brewing")
    assert Survey.objects.get().draft["questions"][0]["type"] == "text"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"title": ""}, "required"),
        ({"words": " "}, "required"),
        ({"topics": []}, "required"),
        ({"topics": ["no such topic"]}, "not one of the available choices"),
        ({"question": "Milk?"}, "Say in a word what it is."),
        ({"question": "Milk?", "remember": "Milk", "answers": "oat"}, "at least two answers"),
        ({"words": "x" * 301}, "at most 300 characters"),
        ({"title": "NUL\x00"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_made_comes_back_with_the_reason(client, changes, text):
    answer = make(client, **changes)
    assert answer.status_code == 400 and text in answer.content.decode()
    assert not Survey.objects.exists()


def test_its_page_counts_who_asked_and_who_confirmed(client):
    form = sign_up_form(PERMISSION)
    url = reverse("survey", args=[form.uid])
    assert "Nobody has signed up yet" in client.get(url).content.decode()
    for number in range(3):
        ask(client, f"someone{number}@shop.example")
    client.post(link())
    page = client.get(url)
    assert (page.context["asked"].asked, page.context["asked"].confirmed) == (3, 1)
    assert "33 %" in page.content.decode() and "33 %" in client.get(reverse("sign_up_forms")).content.decode()


def test_its_page_hands_out_the_link_and_where_it_can_appear(client):
    form = sign_up_form(PERMISSION)
    page = client.get(reverse("survey", args=[form.uid]))
    assert page.context["page_url"].endswith("/s/letters/")
    text = page.content.decode()
    assert all(reverse(name, args=[form.uid]) in text for name in ("survey_places", "share_survey"))


def test_its_topics_are_changed_in_the_builder(client):
    form = sign_up_form(PERMISSION)
    url, publish = reverse("edit_survey", args=[form.uid]), reverse("publish_survey", args=[form.uid])
    opened = client.get(url, {"question": "permission"}).context["question_form"]
    assert "news" in opened.data["topics"]
    said = {"question": "permission", "type": "permission", "text": "Yes."}
    client.post(url, said)
    assert "Say what you would write about" in client.post(publish, follow=True).content.decode()
    client.post(url, said | {"topics": ["news"]})
    client.post(publish)
    form.refresh_from_db()
    assert form.current.definition["questions"][0]["topics"] == ["news"]


def test_the_list_costs_the_same_for_many(client):
    sign_up_form(PERMISSION)
    one = queries_of(client, reverse("sign_up_forms"))
    for number in range(4):
        sign_up_form(PERMISSION, key=f"form_{number}")
    assert queries_of(client, reverse("sign_up_forms")) == one


@pytest.mark.parametrize("name", ["sign_up_forms", "new_sign_up_form"])
def test_agents_and_strangers_stay_outside(client, name):
    client.force_login(cast.ada())
    assert client.get(reverse(name)).status_code == 403
    client.logout()
    assert client.get(reverse(name)).status_code == 302
