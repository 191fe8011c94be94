"""The room Surveys: writing without script, publishing, and reading what came."""

import pytest
from django.urls import reverse

from campaigns.surveys import queries
from campaigns.surveys.models import Response, Survey, SurveyVersion
from crm.preferences.models import PreferenceKey
from tests import cast
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published, sent_to, tap
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client, clean_slate):
    person = cast.max_()
    client.force_login(person)
    return person


def posted(**changes: object) -> dict:
    """The form with one question, as a browser sends it."""
    ready = {
        "title": "Your coffee",
        "id": "new_1",
        "type-new_1": "one_of",
        "text-new_1": "Which milk do you take?",
        "choices-new_1": "oat milk\r\nsoy milk\r\n",
        "remember-new_1": "Milk",
        "citable-new_1": "1",
        "sentence-new_1": "You take {{ value }}.",
        "do": "save",
    }
    return ready | changes


@pytest.fixture
def draft(client) -> Survey:
    client.post(reverse("new_survey"), {"start": "empty"})
    return Survey.objects.get()


def edit(client, survey: Survey, **changes: object):
    return client.post(reverse("edit_survey", args=[survey.uid]), posted(**changes))


def test_an_empty_room_says_what_to_do(client):
    assert "Ask one thing worth remembering." in client.get(reverse("surveys")).content.decode()


@pytest.mark.parametrize("start", ["remember", "order", "empty"])
def test_each_start_gives_a_draft_that_nobody_sees_yet(client, start):
    response = client.post(reverse("new_survey"), {"start": start})
    survey = Survey.objects.get()
    assert response["Location"] == reverse("edit_survey", args=[survey.uid]) and survey.state == "draft"
    assert client.get(f"/s/{survey.key}/").status_code == 404
    assert client.get(response["Location"]).status_code == 200


def test_an_unknown_start_makes_nothing(client):
    assert client.post(reverse("new_survey"), {"start": "nonsense"}).status_code == 400
    assert not Survey.objects.exists()


def test_what_is_saved_is_the_draft_and_names_itself(client, draft):
    assert edit(client, draft).status_code == 302
    draft.refresh_from_db()
    (question,) = draft.draft["questions"]
    assert (question["id"], question["remember"]["key"], draft.changed_by) == ("milk", "milk", "Max")
    assert question["choices"] == [{"no": 1, "label": "oat milk"}, {"no": 2, "label": "soy milk"}]
    assert draft.state == "draft" and not SurveyVersion.objects.exists()


def test_publishing_opens_the_page_and_makes_the_key_that_may_be_mentioned(client, draft):
    edit(client, draft, do="publish")
    key = PreferenceKey.objects.get()
    assert (key.key, key.label, key.type, key.citable) == ("milk", "Milk", "choice", True)
    assert client.get(f"/s/{draft.key}/").status_code == 200


def test_a_known_name_is_the_same_key(client, draft):
    PreferenceKey.objects.create(key="favourite_milk", label="milk")
    edit(client, draft)
    draft.refresh_from_db()
    assert draft.draft["questions"][0]["remember"]["key"] == "favourite_milk"


@pytest.mark.parametrize(
    ("deed", "order"),
    [
        ("add:stars", ["a", "b", "new_1"]),
        ("up:b", ["b", "a"]),
        ("down:a", ["b", "a"]),
        ("up:a", ["a", "b"]),
        ("remove:a", ["b"]),
        ("remove:nothing", ["a", "b"]),
        ("add:nonsense", ["a", "b"]),
        ("", ["a", "b"]),
    ],
)
def test_adding_moving_and_removing_give_the_form_back_and_write_nothing(client, draft, deed, order):
    before = draft.draft
    form = {"title": "T", "id": ["a", "b"], "type-a": "text", "text-a": "A?", "type-b": "stars", "text-b": "B?"}
    page = client.post(reverse("edit_survey", args=[draft.uid]), form | {"do": deed})
    assert [question.id for question in page.context["draft"].questions] == order
    draft.refresh_from_db()
    assert draft.draft == before and "Not saved yet" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"text-new_1": ""}, "This must not be empty."),
        ({"title": ""}, "This must not be empty."),
        ({"choices-new_1": "oat\noat"}, "Two answers read the same."),
        ({"sentence-new_1": "You take milk."}, "where the answer stands"),
        ({"sentence-new_1": "{% if x %}{{ value }}"}, "may only contain"),
        ({"embed_on": "shop.example/path"}, "Give a site such as"),
        ({"id": "BAD ID", "text-BAD ID": "?"}, "Use small letters"),
        ({"do": "publish", "choices-new_1": "only one"}, "at least two answers"),
        ({"text-new_1": "x" * 301}, "At most 300 characters"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_the_reason_beside_it(client, draft, changes, text):
    response = edit(client, draft, **changes)
    assert response.status_code == 400 and text in response.content.decode()
    assert not SurveyVersion.objects.exists()


def test_a_reworded_answer_keeps_its_number_and_a_new_one_gets_a_fresh_one(client):
    survey = published(MILK)
    form = {"id": "milk", "type-milk": "one_of", "text-milk": "Milk?", "remember-milk": "Milk"}
    edit(client, survey, **form, **{"choices-milk": "oat drink\nsoy milk\nnone"})
    edit(client, survey, **form, **{"choices-milk": "none\nsoy milk\nrice milk\noat drink"})
    survey.refresh_from_db()
    numbers = {choice["label"]: choice["no"] for choice in survey.draft["questions"][0]["choices"]}
    assert numbers == {"oat drink": 1, "soy milk": 2, "none": 7, "rice milk": 8}


def test_the_number_of_an_answer_that_was_removed_is_never_given_again(client):
    survey = published(MILK)
    form = {"id": "milk", "type-milk": "one_of", "text-milk": "Milk?"}
    edit(client, survey, **form, **{"choices-milk": "oat milk\nsoy milk"}, do="publish")
    edit(client, survey, **form, **{"choices-milk": "oat milk\nsoy milk\nrice milk"})
    survey.refresh_from_db()
    assert [choice["no"] for choice in survey.draft["questions"][0]["choices"]] == [1, 2, 8]


def test_a_question_that_was_answered_cannot_become_another_kind(client):
    survey = published(MILK)
    response = edit(client, survey, **{"id": "milk", "type-milk": "text", "text-milk": "Milk?", "do": "publish"})
    assert response.status_code == 400 and "ask a new one" in response.content.decode()
    assert SurveyVersion.objects.count() == 1


def test_publishing_what_did_not_change_makes_no_version(client):
    survey = published(MILK)
    client.post(reverse("publish_survey", args=[survey.uid]))
    assert SurveyVersion.objects.count() == 1


def test_a_closed_survey_takes_nothing_and_can_be_opened_again(client):
    survey = published(MILK)
    client.post(reverse("close_survey", args=[survey.uid]))
    assert client.get("/s/coffee/").status_code == 410
    client.post(reverse("publish_survey", args=[survey.uid]))
    assert client.get("/s/coffee/").status_code == 200


def test_the_preview_shows_the_draft_keeps_nothing_and_may_stand_in_our_frame(client, draft):
    edit(client, draft)
    page = client.get(reverse("edit_survey", args=[draft.uid])).context["preview"]
    shown = client.get(page)
    assert "Which milk do you take?" in shown.content.decode()
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"] and "X-Frame-Options" not in shown
    assert "Nothing was kept" in client.post(page, {"q-milk": 1}).content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize("token", ["nonsense", "é"])
def test_a_preview_without_its_token_shows_nothing(client, draft, token):
    assert client.get(f"/s/{draft.key}/preview/{token}/").status_code == 410


def test_the_answers_are_counted_and_read_beside_the_person(client):
    survey, alice = published(MILK, STARS, WORDS), cast.alice()
    message = sent_to(alice)
    client.get(tap(sent_to(cast.bob()), no=2))
    submit(client, tap(message), milk=1, taste=4, words="Ground for a *moka* pot")
    page = client.get(reverse("survey", args=[survey.uid])).content.decode()
    assert "Ground for a *moka* pot" in page and reverse("person", args=[alice.uid]) in page
    assert "1 answer " in page.replace("\n", " ") and "1 more was tapped" in page
    assert "Shares are shown from 30 answers on" in page


def test_results_count_over_versions_by_question_and_number(client):
    survey = published(MILK, {**STARS, "type": "stars"}, WORDS)
    for number in range(6):
        submit(client, "/s/coffee/", milk=1 if number < 4 else 2, taste=number % 2 + 4, words="Hello")
    results = queries.results(survey, queries.definition_of(survey.current))
    milk, taste, words = results.questions
    assert [(bar.count, bar.share) for bar in milk.bars] == [(4, 67), (2, 33), (0, 0)]
    assert (results.answered, taste.mean, words.answered, words.bars) == (6, 4.5, 6, [])


def test_several_answers_of_one_person_count_once_as_a_person(client):
    survey = published({**MILK, "type": "several_of"})
    submit(client, "/s/coffee/", milk=[1, 2])
    submit(client, "/s/coffee/", milk=[2])
    (milk,) = queries.results(survey, queries.definition_of(survey.current)).questions
    assert (milk.answered, [bar.count for bar in milk.bars]) == (2, [1, 2, 0])


def test_many_answers_come_page_by_page_at_the_same_cost(client, settings):
    survey = published(MILK)
    url = reverse("survey", args=[survey.uid])
    submit(client, "/s/coffee/", milk=1)
    few = queries_of(client, url)
    for _ in range(24):
        submit(client, "/s/coffee/", milk=1)
    page = client.get(url)
    assert queries_of(client, url) == few
    assert len(page.context["responses"]) == 20 and f"?before={page.context['next']}" in page.content.decode()
    assert len(client.get(url, {"before": page.context["next"]}).context["responses"]) == 5
    assert client.get(url, {"before": "nonsense"}).status_code == 200


def test_answers_that_arrive_show_up_without_the_rest_of_the_page(client):
    survey = published(MILK)
    url = reverse("survey", args=[survey.uid])
    assert 'data-live="surveys"' in client.get(url).content.decode()
    submit(client, "/s/coffee/", milk=1)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "oat milk" in part and "<html" not in part


def test_the_list_costs_the_same_for_many(client):
    published(MILK)
    one = queries_of(client, reverse("surveys"))
    for number in range(5):
        published(MILK, key=f"survey_{number}")
    assert queries_of(client, reverse("surveys")) == one


def test_script_in_questions_and_answers_stays_words(client):
    survey = published({**WORDS, "text": "<script>alert(1)</script>"})
    submit(client, "/s/coffee/", words="<script>alert(2)</script>")
    for url in (reverse("survey", args=[survey.uid]), reverse("edit_survey", args=[survey.uid]), "/s/coffee/"):
        assert "<script>alert" not in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["surveys", "new_survey", "survey", "edit_survey"])
def test_agents_and_strangers_stay_outside(client, name):
    survey = published(MILK)
    url = reverse(name, args=[survey.uid] if name in {"survey", "edit_survey"} else [])
    client.force_login(cast.ada())
    assert client.get(url).status_code == 403
    client.logout()
    assert client.get(url).status_code == 302
