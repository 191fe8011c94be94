"""The room Surveys: writing without script, publishing, and reading what came."""

import pytest
from django.urls import reverse

from campaigns.surveys import queries
from campaigns.surveys.drafts import edit_draft
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Response, Survey, SurveyVersion
from campaigns.surveys.results.results import results
from engage.dashboard.surveys.starts import STARTS
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published, sent_to, tap
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


@pytest.fixture
def draft(client) -> Survey:
    client.post(reverse("new_survey"), {"start": "empty"})
    return Survey.objects.get()


def test_an_empty_room_says_what_to_do(client):
    assert "Ask one thing worth remembering." in client.get(reverse("surveys")).content.decode()


@pytest.mark.parametrize("start", [start.key for start in STARTS])
def test_each_start_gives_a_draft_that_nobody_sees_yet(client, start):
    response = client.post(reverse("new_survey"), {"start": start})
    survey = Survey.objects.get()
    assert response["Location"] == reverse("edit_survey", args=[survey.uid]) and survey.state == "draft"
    assert client.get(f"/s/{survey.key}/").status_code == 404
    assert client.get(response["Location"]).status_code == 200


def test_an_unknown_start_makes_nothing(client):
    assert client.post(reverse("new_survey"), {"start": "nonsense"}).status_code == 400
    assert not Survey.objects.exists()


@pytest.mark.parametrize("start", [start.key for start in STARTS if start.key != "empty"])
def test_what_one_begins_with_can_be_published_as_it_is(client, start):
    client.post(reverse("new_survey"), {"start": start})
    survey = Survey.objects.get()
    client.post(reverse("publish_survey", args=[survey.uid]))
    assert client.get(f"/s/{survey.key}/").status_code == 200


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
    edit_draft(draft, draft={"title": "T", "questions": [MILK]}, by="Max", at=clock.now())
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
    assert "1 answer<" in page and "1 more was tapped" in page
    assert "Shares are shown from 30 answers on" in page


def test_results_count_over_versions_by_question_and_number(client):
    survey = published(MILK, {**STARS, "type": "stars"}, WORDS)
    for number in range(6):
        submit(client, "/s/coffee/", milk=1 if number < 4 else 2, taste=number % 2 + 4, words="Hello")
    found = results(survey, queries.definition_of(survey.current))
    milk, taste, words = found.questions
    assert [(bar.count, bar.share) for bar in milk.tally.bars] == [(4, 67), (2, 33), (0, 0)]
    assert (found.answered, taste.measures[0].value, words.answered, words.tally.bars) == (6, 4.5, 6, ())


def test_several_answers_of_one_person_count_once_as_a_person(client):
    survey = published({**MILK, "type": "several_of"})
    submit(client, "/s/coffee/", milk=[1, 2])
    submit(client, "/s/coffee/", milk=[2])
    (milk,) = results(survey, queries.definition_of(survey.current)).questions
    assert (milk.answered, [bar.count for bar in milk.tally.bars]) == (2, [1, 2, 0])


def test_many_answers_come_page_by_page_at_the_same_cost(client, settings):
    survey = published(MILK)
    url = reverse("survey", args=[survey.uid])
    submit(client, "/s/coffee/", milk=1)
    few = queries_of(client, url)
    for _ in range(24):
        submit(client, "/s/coffee/", milk=1)
    page = client.get(url)
    assert queries_of(client, url) == few
    assert len(page.context["responses"]) == 5 and 'rel="next"' in page.content.decode()
    assert len(client.get(url, {"cursor": page.context["next"]}).context["responses"]) == 5
    assert client.get(url, {"cursor": "nonsense"}).status_code == 200


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


@pytest.mark.parametrize(
    ("limits", "state"),
    [
        ({"opens": "2030-05-01T08:00:00Z"}, "Not open yet"),
        ({"closes": "2020-05-01T08:00:00Z"}, "Closed"),
        ({"most": 1}, "Full"),
        ({"most": 2}, "Open"),
        ({"once": "device"}, "Open"),
    ],
)
def test_a_survey_is_called_open_only_while_it_takes_answers(client, limits, state):
    survey = published(MILK)
    submit(client, "/s/coffee/", milk="1")
    set_limits(survey=survey, limits=parse_limits(limits), by="Max", at=clock.now())
    for url in (reverse("surveys"), reverse("survey", args=[survey.uid])):
        assert f'<span class="state">{state}</span>' in client.get(url).content.decode()
    page = client.get(reverse("survey", args=[survey.uid]))
    assert page.context["limits"] and reverse("limit_survey", args=[survey.uid]) in page.content.decode()


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
