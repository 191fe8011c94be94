"""A link shows, a POST answers; each occasion once, and only what the page offered."""

import json

import pytest

from campaigns.surveys import actions
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Response
from crm.business.queries import forget_cached
from crm.contacts.queries import origins_of
from crm.events.models import Inbox
from engage import listen
from engage.lib import clock
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, definition, published, republished, sent_to, tap

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"


def facts() -> list[dict]:
    return [json.loads(body) for body in Inbox.objects.order_by("id").values_list("body", flat=True)]


def test_a_tapped_answer_is_shown_selected_and_counts_nowhere(client, survey, message):
    page = client.get(tap(message, no=2)).content.decode()
    assert 'value="2" checked' in page and page.count(" checked") == 1
    assert [response.state for response in Response.objects.all()] == ["provisional"]
    assert not Inbox.objects.exists()


def test_the_last_tap_is_the_provisional_answer(client, survey, message):
    for no in (1, 2):
        client.get(tap(message, no=no))
    assert Response.objects.get().answers["milk"]["value"] == "soy milk"


@pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Nothing": ""}])
def test_looking_ahead_leaves_no_trace(client, survey, message, header):
    look = client.head if "X-Nothing" in header else client.get
    assert look(tap(message), headers=header).status_code == 200
    assert not Response.objects.exists()


def test_a_confirmed_answer_is_final_and_told_to_the_belt_with_its_words(client, survey, message, alice):
    assert submit(client, tap(message), milk=1).status_code == 200
    response = Response.objects.get()
    assert (response.state, response.contact, response.occasion) == ("final", alice, f"message:{message.uid}")
    (fact,) = facts()
    assert fact["name"] == "Survey Answered" and fact["contact"] == alice.pk
    assert fact["properties"]["answers"] == {"milk": "oat milk"} and fact["properties"]["answer_milk"] == "oat milk"
    assert fact["remember"] == [
        {
            "key": "milk",
            "value": "oat milk",
            "kind": "stated",
            "words": "oat milk",
            "question": "Which milk do you take?",
            "source_kind": "survey",
            "source_id": str(response.uid),
            "source_label": "Your coffee",
            "by": "customer",
        }
    ]


def test_what_maps_to_nothing_is_counted_and_not_remembered(client, survey, message):
    submit(client, tap(message), taste=4, words="Lovely.\nThank you")
    assert Response.objects.get().answers["words"]["words"] == "Lovely.\nThank you"
    assert facts()[0]["remember"] == []


def test_a_second_answer_on_the_same_occasion_changes_nothing(client, survey, message):
    page = client.get(tap(message)).content.decode()
    for no in (1, 2):
        answer = client.post(PAGE, {"form": hidden(page), "q-milk": no})
    assert "answered before" in answer.content.decode()
    assert Response.objects.get().answers["milk"]["value"] == "oat milk" and len(facts()) == 1


def test_an_answered_link_shows_nothing_of_the_answer(client, survey, message):
    submit(client, tap(message), milk=2)
    page = client.get(tap(message, no=1)).content.decode()
    assert "answered before" in page and "soy" not in page and "milk" not in page.lower().replace("we remember", "")


def test_two_messages_are_two_occasions(client, survey, alice):
    for occurrence in ("1", "2"):
        submit(client, tap(sent_to(alice, occurrence=occurrence)), milk=1)
    assert Response.objects.filter(state="final").count() == 2


def test_a_stranger_on_the_open_page_becomes_a_visitor_of_their_own(client, survey, alice):
    assert submit(client, PAGE, milk=1).status_code == 200
    response = Response.objects.get()
    assert response.contact != alice and response.contact.origin == "survey"
    assert response.contact.identities.get().kind == "anonymous"


def test_an_address_that_is_typed_is_a_claim_and_merges_nobody(client, alice):
    published(MILK, {"id": "mail", "type": "email", "text": "Where can we write to you?"})
    submit(client, PAGE, milk=1, mail="ALICE@shop.example")
    response = Response.objects.get()
    assert response.contact != alice
    assert list(response.contact.identities.filter(kind="email").values_list("value", "proof")) == [
        ("alice@shop.example", "")
    ]


def test_several_answers_are_kept_together(client, message):
    several = {**MILK, "type": "several_of"}
    published(several)
    submit(client, tap(message), milk=[2, 1])
    assert Response.objects.get().answers["milk"] | {"question": ""} == {
        "value": "oat milk, soy milk",
        "words": "oat milk, soy milk",
        "chosen": ["2", "1"],
        "question": "",
    }


@pytest.mark.parametrize("language", ["en", "es"])
def test_yes_means_yes_in_every_language(client, alice, language):
    published({"id": "decaf", "type": "yes_no", "text": "Decaf?", "remember": {"key": "decaf"}})
    alice.language = language
    alice.save()
    submit(client, tap(sent_to(alice), question="decaf"), decaf=1)
    assert Response.objects.get().answers["decaf"]["value"] == "yes"


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ({}, "Nothing is filled in yet"),
        ({"words": "  \n "}, "Nothing is filled in yet"),
        ({"milk": 2, "words": "x" * 501}, "At most 500 characters"),
    ],
)
def test_what_cannot_be_used_comes_back_filled_in(client, survey, message, answers, text):
    answer = submit(client, tap(message), **answers)
    page = answer.content.decode()
    assert answer.status_code == 400 and text in page
    assert "milk" not in answers or 'value="2" checked' in page
    assert not Response.objects.filter(state="final").exists()


def test_what_must_be_answered_says_so_beside_it(client, message):
    published({**MILK, "required": True}, WORDS)
    answer = submit(client, tap(message, no=""), words="Hello")
    assert answer.status_code == 400 and "Please answer this one" in answer.content.decode()


def test_an_answer_to_the_version_that_was_shown_is_taken_although_a_new_one_is_out(client, survey, message):
    page = client.get(tap(message)).content.decode()
    republished(survey, {**MILK, "text": "What milk, please?"}, STARS, WORDS)
    assert client.post(PAGE, {"form": hidden(page), "q-milk": 1}).status_code == 200
    response = Response.objects.get()
    assert response.version.number == 1 and response.answers["milk"]["question"] == "Which milk do you take?"


def test_a_link_of_an_older_version_shows_todays_wording(client, survey, message):
    republished(survey, {**MILK, "text": "What milk, please?"}, STARS, WORDS)
    page = client.get(tap(message)).content.decode()
    assert "What milk, please?" in page and 'value="1" checked' in page


def test_an_answer_that_is_no_longer_offered_is_not_selected(client, survey, message):
    republished(survey, {**MILK, "choices": MILK["choices"][1:]}, STARS, WORDS)
    assert " checked" not in client.get(tap(message, no=1)).content.decode()


BAD_ANSWERS = {
    "an answer of another question": {"q-milk": "99"},
    "no number": {"q-milk": "oat milk"},
    "a negative number": {"q-milk": "-1"},
    "digits of another script": {"q-milk": "١"},
    "two answers where one is meant": {"q-milk": ["1", "2"]},
    "a question of another version": {"q-tea": "1"},
    "six stars": {"q-taste": "6"},
    "two texts": {"q-words": ["a", "b"]},
}


@pytest.mark.parametrize("posted", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_what_the_page_never_offered_is_refused_as_a_whole(client, survey, message, posted):
    page = client.get(tap(message, no="")).content.decode()
    answer = client.post(PAGE, {"form": hidden(page), "q-milk": "1", **posted})
    assert answer.status_code == 404 and "Nothing was kept" in answer.content.decode()
    assert not Response.objects.exists() and not Inbox.objects.exists()


def test_a_machine_that_fills_in_everything_is_thanked_and_ignored(client, survey, message):
    page = client.get(tap(message, no="")).content.decode()
    answer = client.post(PAGE, {"form": hidden(page), "q-milk": 1, "website": "https://spam.example"})
    assert answer.status_code == 200 and not Response.objects.exists()


def test_a_flood_from_one_place_is_stopped_and_its_answers_come_back(client, survey):
    answers = [submit(client, PAGE, milk=1) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert 'value="1" checked' in answers[-1].content.decode()


def test_script_in_an_answer_stays_words(client, survey, message):
    page = submit(client, tap(message), words="<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_an_unknown_survey_and_a_closed_one_say_so(client, survey, message):
    page = client.get(tap(message)).content.decode()
    actions.close(survey=survey, by="Max", at=clock.now())
    assert client.get("/s/nothing/").status_code == 404
    assert client.get(PAGE).status_code == 410
    assert client.post(PAGE, {"form": hidden(page), "q-milk": 1}).status_code == 410
    assert not Response.objects.filter(state="final").exists()


def test_a_draft_has_no_public_page(client):
    actions.create(definition=parse(definition()), key="draft", by="Max", at=clock.now())
    assert client.get("/s/draft/").status_code == 404


def test_the_page_costs_the_same_few_queries_for_many_questions(client, message, django_assert_num_queries):
    many = [{**MILK, "id": f"milk_{n}", "remember": {"key": f"milk_{n}"}} for n in range(12)]
    published(*many)
    client.get(tap(message, question="milk_1"))
    forget_cached()
    with django_assert_num_queries(7):
        client.get(tap(message, question="milk_1"))


def test_the_answer_to_how_they_found_us_is_where_they_came_from(client, alice, message):
    published({"id": "found", "type": "text", "text": "How did you find us?", "found_us": True}, key="found")
    answered = submit(client, tap(message, survey="found", question="found", no=1), found="A friend at work")
    assert answered.status_code == 200
    listen.run()
    found = origins_of([alice.pk])[alice.pk].first.came
    assert (found.kind, found.source) == ("told", "A friend at work")


def test_how_they_found_us_is_not_remembered_a_second_time():
    question = {**MILK, "found_us": True}
    with pytest.raises(BadDefinition) as raised:
        parse(definition(question))
    assert [problem.path for problem in raised.value.problems] == ["questions.0.remember"]
    assert not parse(definition({**STARS, "found_us": True})).questions[0].found_us
