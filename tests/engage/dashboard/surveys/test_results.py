"""What came of a survey, as its owner sees it: charts, intervals, filters in the address, two questions together."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.segments.models import Segment
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.every_kind import question
from tests.campaigns.surveys.many import answer
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published, republished
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
DRAWN = ("one_of", "several_of", "ranking", "matrix", "slider", "number", "date", "nps", "csat", "ces", "stars", "text")


@pytest.fixture(autouse=True)
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


def every_kind(n: int) -> list[dict]:
    return [
        {
            "a_one_of": 1 + place % 3,
            "a_several_of": [1, 2],
            **{f"a_ranking-{no}": 1 + (no + place) % 3 for no in (1, 2, 3)},
            "a_matrix-1": 1 + place % 2,
            "a_matrix-2": 3,
            "a_slider": place % 11,
            "a_number": 1 + place % 100,
            "a_date": f"2026-{1 + place % 9:02}-05",
            "a_nps": place % 11,
            "a_csat": 1 + place % 5,
            "a_ces": 1 + place % 7,
            "a_stars": 1 + place % 5,
            "a_text": "The delivery was late and the grinder is loud",
        }
        for place in range(n)
    ]


def page_of(client, survey, **said) -> str:
    return client.get(reverse("survey", args=[survey.uid]), said).content.decode()


def test_each_kind_is_drawn_with_its_interval_at_a_constant_cost(client):
    survey = published(*(question(kind) for kind in DRAWN))
    url = reverse("survey", args=[survey.uid])
    answer(survey, *every_kind(29))
    few = queries_of(client, url)
    assert page_of(client, survey).count("cannot tell yet") == 7
    answer(survey, *every_kind(40), at=clock.now() - timedelta(days=45))
    page = page_of(client, survey)
    assert "between" in page and "place 2.0" in page and "delivery" in page and 'class="band"' in page
    assert queries_of(client, url) == few


def test_a_change_is_shown_only_where_it_is_one(client):
    survey = published(STARS)
    answer(survey, *40 * [{"taste": 3}, {"taste": 4}], at=clock.now() - timedelta(days=45))
    answer(survey, *40 * [{"taste": 3}, {"taste": 4}])
    assert "cannot tell yet" in page_of(client, survey)
    answer(survey, *200 * [{"taste": 5}])
    assert "up by" in page_of(client, survey)


def test_filters_stand_in_the_address_and_name_nobody(client):
    survey, alice = published(MILK), cast.alice()
    group = Segment.objects.create(name="Alice", rule={"field": "contact.name", "op": "is", "value": alice.name})
    answer(survey, {"milk": 1}, contact=alice, language="es", origin="mail")
    answer(survey, {"milk": 2}, {"milk": 2})
    url = reverse("survey", args=[survey.uid])
    for said, count in (
        ({"group": group.uid}, 1),
        ({"language": "es", "origin": "mail", "days": "7"}, 1),
        ({"origin": "link"}, 2),
        ({"from": "2020-01-01", "to": "2020-02-01"}, 0),
        ({"group": Segment.objects.create(name="Gone", rule={"field": "gone", "op": "is", "value": 1}).uid}, 3),
        ({"group": "nonsense", "days": "x", "language": "tlh", "from": "9999-99-99"}, 3),
    ):
        shown = client.get(url, {name: str(value) for name, value in said.items()})
        assert shown.context["results"].answered == count and len(shown.context["responses"]) == count, said
        assert alice.name not in shown.context["filters"].query and "alice@" not in shown.context["filters"].query


def test_two_questions_together_keep_the_filters_and_warn_of_few(client):
    survey = published(MILK, STARS, WORDS)
    answer(survey, *6 * [{"milk": 1, "taste": 5}], {"milk": 2, "taste": 1})
    url = reverse("cross_survey", args=[survey.uid])
    page = client.get(url, {"down": "milk", "across": "taste", "days": "7"}).content.decode()
    assert "7 people answered both" in page and "Fewer than 5" in page and "100 %" in page
    assert client.get(url, {"down": "words", "across": "nonsense"}).status_code == 200
    assert client.get(reverse("cross_survey", args=[published(WORDS, key="b").uid])).status_code == 200


def test_a_reworded_question_says_so(client):
    survey = republished(published(MILK), MILK | {"text": "Your milk?"})
    answer(survey, {"milk": 1})
    assert "It was asked in other words before." in page_of(client, survey)


def test_agents_see_no_results(client):
    survey = published(MILK)
    client.force_login(cast.ada())
    for name in ("survey", "cross_survey"):
        assert client.get(reverse(name, args=[survey.uid])).status_code == 403
