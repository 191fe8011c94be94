"""Going on with a paused journey: the numbers are shown, and what is chosen happens."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from campaigns.journeys.actions import pause_journey
from campaigns.journeys.models import DueWait
from engage import walk
from tests import cast
from tests.campaigns.journeys.happenings import enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOON + 6 * DAY


@pytest.fixture
def journey(client):
    """Alice waits for three days, of which the pause took two, and three days more."""
    client.force_login(cast.max_())
    made = live_journey(scenario())
    listen(ordered(cast.alice()))
    with time_machine.travel(NOON, tick=False):
        walk.run()
    pause_journey(made, by="Max", at=NOON + DAY)
    return made


def resume(client, journey, **said):
    with time_machine.travel(LATER, tick=False):
        answer = client.post(reverse("resume_journey", args=[journey.uid]), said)
        walk.run()
    return answer


def test_the_numbers_are_shown_before(client, journey):
    with time_machine.travel(LATER, tick=False):
        page = client.get(reverse("resume_journey", args=[journey.uid])).content.decode()
    for said in [
        "1 person is on it.",
        "It was paused for 5 days.",
        "The wait of 1 is over by now.",
        "1 person moves at once.",
        "1 person waits longer.",
        "longer than 1 day: 1 person leaves",
        "longer than 7 days: 0 people leave",
    ]:
        assert said in page


def test_waits_are_shifted(client, journey):
    assert resume(client, journey, waits="shift").status_code == 302
    assert DueWait.objects.get().until == NOON + 8 * DAY


def test_who_stood_too_long_is_let_out_and_their_walk_says_by_whom(client, journey):
    resume(client, journey, waits="let_out", hours="24")
    [walker] = enrolled(journey)
    page = client.get(reverse("journey_walk", args=[journey.uid, walker.uid])).content.decode()
    assert "Stood too long while the journey was paused: let out by Max." in page


@pytest.mark.parametrize("said", [{}, {"waits": "hurry"}, {"waits": "let_out"}, {"waits": "let_out", "hours": "5"}])
def test_what_is_not_understood_changes_nothing(client, journey, said):
    assert resume(client, journey, **said).status_code == 400
    journey.refresh_from_db()
    assert journey.state == "paused"


def test_a_journey_that_runs_says_that_it_is_not_paused(client, journey):
    resume(client, journey, waits="go_on")
    page = client.get(reverse("resume_journey", args=[journey.uid])).content.decode()
    assert "It is not paused any more." in page
    assert client.post(reverse("resume_journey", args=[journey.uid]), {"waits": "go_on"}).status_code == 302


def test_agents_do_not_resume(client, journey):
    client.force_login(cast.ada())
    assert client.get(reverse("resume_journey", args=[journey.uid])).status_code == 403
    assert resume(client, journey, waits="go_on").status_code == 403
