"""A message step says how long its words get by text message or notification: on the page, and as it saves itself."""

import pytest
from django.urls import reverse

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition
from tests import cast
from tests.campaigns.journeys.scenarios import letter, scenario

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]
FIELDS = {"fields": "1", "subject": "Tea", "body": "a" * 161, "klass": "transactional", "on_hold": "wait"}


def made(characters: int = 161, **more) -> Journey:
    ask = letter("Tea", "a" * characters, next="pause", **more)
    return create_journey(name="Mine", draft=scenario(steps={"ask": ask}), by="Max", at=cast.NOON)


def card(journey: Journey) -> str:
    return reverse("journey_flow_card", args=[journey.uid, "ask"])


def test_it_stands_on_the_page_without_a_script(client) -> None:
    assert "2 segments" in client.get(card(made(channel="sms"))).content.decode()
    assert "segment" not in client.get(card(made())).content.decode()


def test_it_comes_with_each_saving_as_one_types(client) -> None:
    there = card(made(channel="sms"))
    answer = client.post(there, FIELDS | {"first_by": "sms", "body": "a" * 400}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert '<div id="flow-lengths" role="status" hx-swap-oob="true">' in page and "3 segments" in page
    answer = client.post(there, FIELDS | {"first_by": "webpush"}, headers={"HX-Request": "true"})
    assert "161 characters" in answer.content.decode()


def test_what_is_too_long_cannot_be_switched_on(client) -> None:
    journey = made(1001, channel="webpush")
    with pytest.raises(InvalidDefinition) as refused:
        publish(journey, by="Max", at=cast.NOON)
    assert [problem.path for problem in refused.value.problems] == ["$.steps.ask.design.body"]
