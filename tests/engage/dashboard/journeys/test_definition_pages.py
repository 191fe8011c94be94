"""A journey as JSON: taken away as a file, brought in again, checked, as one change that can be undone."""

import json

import pytest
from django.urls import reverse

from campaigns.journeys.actions import create_journey
from campaigns.journeys.drafts import edit_draft, mark
from campaigns.journeys.models import Journey
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.scenarios import letter, scenario

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    client.force_login(cast.max_())


@pytest.fixture
def journey() -> Journey:
    return create_journey(name="欢迎 & ask", draft=scenario(), by="Max", at=clock.now())


def bring_in(client, journey, draft, **more):
    text = draft if isinstance(draft, str) else json.dumps(draft)
    url = reverse("journey_definition", args=[journey.uid])
    return client.post(url, {"name": journey.name, "definition": text, "go": "draft", **more})


def test_what_is_taken_away_can_be_brought_in_by_another_journey(client, journey):
    answer = client.get(reverse("journey_definition_file", args=[journey.uid]))
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]
    assert "%E6%AC%A2" in answer["Content-Disposition"]
    other = create_journey(name="Other", draft={}, by="Max", at=clock.now())
    bring_in(client, other, answer.content.decode())
    other.refresh_from_db()
    assert other.draft == scenario()


def test_what_is_brought_in_is_one_change_and_can_be_undone(client, journey):
    changed = scenario(steps={"thank": letter("Many thanks", next="bye")})
    answer = bring_in(client, journey, changed, seen=mark(journey.draft))
    assert answer.url == reverse("journey_flow", args=[journey.uid])
    assert Journey.objects.get().draft == changed
    client.post(answer.url, {"do": "undo"})
    assert Journey.objects.get().draft == scenario()
    client.post(answer.url, {"do": "redo"})
    assert Journey.objects.get().draft == changed


def test_what_is_wrong_is_said_at_its_place_and_nothing_is_changed(client, journey):
    answer = bring_in(client, journey, scenario(start="nowhere"))
    assert answer.status_code == 400
    assert "$.start" in answer.content.decode()
    assert Journey.objects.get().draft == scenario()
    assert not journey.former.exists()


NUL = json.dumps(scenario(steps={"bye": {"kind": "end", "reason": "a\x00b"}}))
SURROGATE = json.dumps(scenario(steps={"bye": {"kind": "end", "reason": "\ud800"}}))
NOT_A_NUMBER = json.dumps(scenario(steps={"pause": {"kind": "wait", "for": {"days": float("nan")}, "next": "lucky"}}))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', "{}", "[" * 100_000, NUL, SURROGATE, NOT_A_NUMBER, '{"steps": 1e999}', "9" * 5000],
    ids=range(12),
)
def test_whatever_is_no_journey_is_refused_in_words(client, journey, text):
    answer = bring_in(client, journey, text)
    assert answer.status_code == 400, answer
    assert Journey.objects.get().draft == scenario()


def test_who_brings_in_over_a_change_of_a_colleague_is_told_and_changes_nothing(client, journey):
    seen = mark(journey.draft)
    theirs = scenario(steps={"thank": letter("Theirs", next="bye")})
    edit_draft(journey, draft=theirs, by="Olga", at=clock.now())
    answer = bring_in(client, journey, scenario(steps={"thank": letter("Mine", next="bye")}), seen=seen)
    assert answer.status_code == 409
    assert "Somebody else changed it meanwhile" in answer.content.decode()
    assert "Mine" in answer.content.decode()
    assert Journey.objects.get().draft == theirs


def test_agents_neither_take_it_away_nor_bring_it_in(client, journey):
    client.force_login(cast.ada())
    assert client.get(reverse("journey_definition_file", args=[journey.uid])).status_code == 403
    assert bring_in(client, journey, scenario()).status_code == 403
