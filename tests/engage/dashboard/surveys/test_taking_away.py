"""Answers leave as a file, over REST and by webhook, as they are narrowed and without what may not be seen."""

import csv
import io
import json

import pytest
from django.urls import reverse
from standardwebhooks import Webhook

from campaigns.channels.webhook import secrets
from campaigns.channels.webhook.calling import Result
from campaigns.surveys import telling
from campaigns.surveys.models import AnswerHook, Survey
from crm.business.actions import create_key, update_business
from crm.contacts.actions.erase import erase
from crm.contacts.models import Exported
from engage.lib import clock, outward
from tests import cast
from tests.campaigns.surveys.many import answer
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


@pytest.fixture
def survey():
    survey = published(MILK, STARS, WORDS)
    answer(survey, {"milk": 1, "taste": 5, "words": "=HYPERLINK(1)"}, contact=cast.alice(), language="es")
    answer(survey, {"milk": 2}, contact=cast.bob())
    return survey


def taken(client, survey, **said) -> str:
    got = client.post(reverse("export_survey", args=[survey.uid]), said)
    return b"".join(got.streaming_content).decode("utf-8-sig")


def test_a_table_has_a_row_for_each_answer_and_no_formula(client, survey, max_):
    rows = list(csv.DictReader(io.StringIO(taken(client, survey, format="csv"))))
    assert [row["Which milk do you take?"] for row in rows] == ["oat milk", "soy milk"]
    assert rows[0]["Anything else?"] == "'=HYPERLINK(1)" and rows[0]["name"]
    record = Exported.objects.get()
    assert (record.rows, record.format, record.by, record.finished is not None) == (2, "csv", str(max_), True)


def test_lines_of_json_are_narrowed_as_the_page_is(client, survey):
    lines = [json.loads(line) for line in taken(client, survey, format="json", language="es").splitlines()]
    assert [one["answers"]["milk"]["value"] for one in lines] == ["oat milk"]
    assert lines[0]["person"] and "alice@" not in json.dumps(lines)
    assert client.post(reverse("export_survey", args=[survey.uid]), {"format": "exe"}).status_code == 400
    client.force_login(cast.ada())
    assert client.post(reverse("export_survey", args=[survey.uid]), {"format": "csv"}).status_code == 403


def test_results_and_answers_over_rest(client, survey):
    client.logout()
    headers = {"Authorization": f"Bearer {create_key(kind='api', name='test')[1]}"}
    url = f"/api/v1/surveys/{survey.uid}/results/"
    found = client.get(url, headers=headers).json()
    milk = found["questions"][0]
    assert (found["answered"], milk["bars"][0]["answer"], milk["bars"][0]["count"]) == (2, "oat milk", 1)
    assert client.get(url, {"language": "es"}, headers=headers).json()["answered"] == 1
    assert client.get(url, {"group": "018f0000-0000-7000-8000-000000000001"}, headers=headers).status_code == 400
    assert client.get(url, {"nonsense": 1}, headers=headers).status_code == 400
    assert client.get(url).status_code == 401
    listed = client.get("/api/v1/responses/", {"language": "es", "limit": 1}, headers=headers).json()
    assert len(listed["results"]) == 1 and listed["next"] is None


def test_another_system_is_told_of_each_final_answer_once_and_signed(client, monkeypatch, alice):
    told: list[tuple[str, bytes, dict]] = []
    monkeypatch.setattr(outward, "post", lambda url, body, headers, **_: told.append((url, body, headers)) or 200)
    update_business(by="Olga", at=clock.now(), live=True)
    secret = secrets.make_secret(by="Olga", at=clock.now())
    survey = published(MILK)
    answer(survey, {"milk": 2}, contact=alice)
    client.post(reverse("name_survey_webhook", args=[survey.uid]), {"url": "https://shop.example/hooks"})
    answer(survey, {"milk": 1}, contact=alice)
    assert telling.step() == 1 and telling.step() == 0
    ((url, body, headers),) = told
    said = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert url == "https://shop.example/hooks" and said["type"] == "survey.answered"
    assert said["data"]["answers"]["milk"]["value"] == "oat milk" and said["data"]["contact"] == str(alice.uid)
    assert AnswerHook.objects.get().state == "sent"


def test_what_is_not_taken_is_tried_again_and_what_may_not_be_reached_never_is(client, monkeypatch, alice):
    update_business(by="Olga", at=clock.now(), live=True)
    secrets.make_secret(by="Olga", at=clock.now())
    survey = published(MILK)
    naming = reverse("name_survey_webhook", args=[survey.uid])
    client.post(naming, {"url": "javascript:alert(1)"})
    assert Survey.objects.get().webhook == ""
    client.post(naming, {"url": "https://127.0.0.1/hooks"})
    answer(survey, {"milk": 1}, contact=alice)
    telling.step()
    hook = AnswerHook.objects.get()
    assert hook.state in ("failed", "waiting") and hook.reason
    monkeypatch.setattr(telling, "call", lambda *_args, **_said: Result("refused", 500))
    AnswerHook.objects.update(state="waiting", due=clock.now(), tries=0)
    assert telling.step() == 1 and telling.step() == 0
    hook.refresh_from_db()
    assert (hook.state, hook.status, hook.tries) == ("waiting", 500, 1) and hook.due > clock.now()
    AnswerHook.objects.update(state="failed", settled=clock.now())
    page = client.get(reverse("survey", args=[survey.uid])).content.decode()
    assert "Not told" in page
    client.post(reverse("tell_answer_again", args=[survey.uid, hook.uid]))
    assert AnswerHook.objects.get().state == "waiting"
    few = queries_of(client, reverse("survey", args=[survey.uid]))
    erase(contact=alice, by="Olga", at=clock.now())
    assert not AnswerHook.objects.exists() and few
