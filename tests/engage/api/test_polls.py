"""Polls over REST."""

import pytest

from campaigns.polls.models import Poll
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def test_a_poll_is_asked_looked_at_and_ended(api: Caller) -> None:
    body = {"question": "Which cake?", "choices": ["Plum", "Carrot"], "closes": "2999-01-01T00:00:00Z", "shows": "end"}
    made = api.post("polls/", body, once="one")
    assert made.status_code == 201 and api.post("polls/", body, once="one").said == made.said
    assert (made.said["once"], made.said["over"], made.said["question"]) == ("address", False, "Which cake?")
    assert made.said["results"] == [
        {"no": 1, "label": "Plum", "votes": 0, "share": 0},
        {"no": 2, "label": "Carrot", "votes": 0, "share": 0},
    ]
    assert api.post(f"polls/{made.said['id']}/end/").said["over"] is True
    assert [row["id"] for row in api.get("polls/").said["results"]] == [made.said["id"]]


def test_what_makes_no_sense_is_refused(api: Caller) -> None:
    assert "choices" in errors(api.post("polls/", {"question": "?", "choices": ["a"]}))
    assert "choices" in errors(api.post("polls/", {"question": "?", "choices": ["a", "A"]}))
    assert "once" in errors(api.post("polls/", {"question": "?", "choices": ["a", "b"], "once": "any"}))
    assert not Poll.objects.exists()


def test_what_it_asks_and_of_whom_is_not_changed_as_a_survey(api: Caller) -> None:
    api.post("polls/", {"question": "Which cake?", "choices": ["Plum", "Carrot"]})
    survey = Poll.objects.get().survey
    another = {"title": "Another", "questions": [{"id": "q", "type": "text", "text": "Why?"}]}
    for body in ({"definition": another}, {"limits": {"once": "any"}}):
        assert api.patch(f"surveys/{survey.uid}/", body).status_code == 409
    assert api.post(f"surveys/{survey.uid}/publish/").status_code == 409
    survey.refresh_from_db()
    assert survey.title == "Which cake?" and survey.limits["once"] == "address" and survey.versions.count() == 1
