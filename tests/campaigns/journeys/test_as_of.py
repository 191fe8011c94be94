"""What a rule finds as of a moment that is over: by each row's own time, and what of it is today's."""

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.journeys.models import Enrolment
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from crm.rules import evaluate, fetch_facts, parse
from tests import cast
from tests.campaigns.journeys.happenings import live_journey
from tests.campaigns.journeys.scenarios import scenario

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BEFORE, DURING, AFTER = cast.NOON - DAY, cast.NOON + DAY, cast.NOON + 3 * DAY


@pytest.fixture
def alice():
    return cast.alice()


def found(contact, **rule: object) -> list[bool]:
    """Whether the rule holds before, during and after, answered as a backtest does."""
    asked = parse(rule)
    with connection.cursor() as cursor:
        facts = fetch_facts(cursor, [asked], [contact.pk], AFTER, since=BEFORE)[contact.pk]
    return [evaluate(asked, facts, at) for at in (BEFORE, DURING, AFTER)]


def walked(contact, **fields: object) -> str:
    """A walk that began at noon."""
    journey = live_journey(scenario())
    told = {"journey": journey, "version": journey.current, "contact": contact, "recorded_for": contact}
    Enrolment.objects.create(**told, entry="m1", step="pause", began=cast.NOON, **fields)
    return str(journey.uid)


LEFT = {"state": "ended", "ended": cast.NOON + 2 * DAY, "outcome": "finished"}


def test_beginning_and_leaving_a_journey_are_as_of_then(alice) -> None:
    journey = walked(alice, **LEFT)
    assert found(alice, did="journey", name=journey) == [False, True, True]
    assert found(alice, did="left_journey", name=journey) == [False, False, True]
    still = {"all": [{"did": "journey", "name": journey}, {"none": [{"did": "left_journey", "name": journey}]}]}
    assert found(alice, **still) == [False, True, False]


def test_being_on_a_journey_finds_who_is_on_it_today_since_they_began(alice) -> None:
    assert found(alice, did="on_journey", name=walked(alice)) == [False, True, True]


def test_whoever_left_it_later_is_not_found_on_it_then(alice) -> None:
    assert found(alice, did="on_journey", name=walked(alice, **LEFT)) == [False, False, False]


def test_the_state_of_a_message_is_todays_and_its_sending_is_as_of_then(alice) -> None:
    queue([Draft(alice.pk, alice.pk, "marketing", "journey:1:ask", "1")], at=cast.NOON)
    Message.objects.update(state="delivered", settled=cast.NOON + 2 * DAY)
    arrived = {"column": "state", "op": "is", "value": "delivered"}
    assert found(alice, did="message", where=[arrived]) == [False, True, True]
    assert found(alice, did="sent") == [False, False, True]
