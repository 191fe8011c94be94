"""Who begins a journey, and who does not, on the pages of the room."""

import pytest
from django.urls import reverse

from campaigns.journeys.models import EntryDay
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    max_ = cast.max_()
    client.force_login(max_)
    return max_


def shown(client, name: str, *args, status: int = 200, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_the_page_of_a_journey_says_how_many_began_today_and_how_many_came_too_late(client):
    journey, now = live_journey(scenario(entry={"again": "never", "per_day": 1})), clock.now()
    assert "0 of 1" in shown(client, "journey", journey.uid)
    listen(ordered(cast.alice(), "m1", at=now), ordered(cast.bob(), "m2", at=now), at=now)
    page = shown(client, "journey", journey.uid)
    assert "1 of 1" in page
    assert "Today 1 did not begin" in page
    EntryDay.objects.all().delete()
    assert "did not begin" not in shown(client, "journey", journey.uid)
