"""Publishing a change shows what changes and asks what becomes of those who are under way."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import Move
from engage import walk
from tests import cast
from tests.campaigns.journeys.happenings import listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.engage.dashboard.counting import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]

HOUR = timedelta(hours=1)


@pytest.fixture
def journey():
    """Two people have waited two days for three; a draft makes it one, and says other words."""
    made = live_journey(scenario())
    with time_machine.travel(cast.NOON, tick=False):
        listen(ordered(cast.alice()), ordered(cast.bob(), "m2"))
        walk.run()
    shorter = {"kind": "wait", "for": {"days": 1}, "next": "lucky"}
    thanks = letter("Thank you", "Other words", next="late")
    late = {"kind": "end", "reason": "Late"}
    edit_draft(made, draft=scenario(steps={"pause": shorter, "thank": thanks, "late": late}), by="Max", at=cast.NOON)
    return made


def page(client, journey) -> str:
    with time_machine.travel(cast.NOON + 48 * HOUR, tick=False):
        return client.get(reverse("publish_journey", args=[journey.uid])).content.decode()


def choose(client, journey, **fields):
    return client.post(reverse("publish_journey", args=[journey.uid]), fields)


def field_of(journey) -> str:
    return f"move-{journey.current_id}-pause"


def test_the_steps_before_and_after_stand_side_by_side(client, journey):
    shown = page(client, journey)
    assert "<del>Wait 3 days.</del>" in shown and "<ins>Wait 1 day.</ins>" in shown
    assert "Its text is another." in shown and "<ins>End: Late.</ins>" in shown


def test_who_waits_where_is_counted_and_what_the_time_they_waited_does_is_said(client, journey):
    shown = page(client, journey)
    assert "2 people wait at: Wait 3 days." in shown
    assert "In the new version: Wait 1 day. 2 of them have waited that long already." in shown


def test_without_a_choice_everybody_stays(client, journey):
    assert choose(client, journey).status_code == 302
    assert not Move.objects.exists()


@pytest.mark.parametrize(("choice", "to"), [("step-pause", "pause"), ("step-late", "late"), ("leave", "")])
def test_what_is_chosen_is_kept_for_those_who_stand_there(client, journey, choice, to):
    first, field = journey.current_id, field_of(journey)
    assert choose(client, journey, **{field: choice}).status_code == 302
    [move] = Move.objects.all()
    assert (move.version_id, move.step, move.to_step, move.by) == (first, "pause", to, "Max")


@pytest.mark.parametrize("choice", ["step-nowhere", "step-", "nonsense", "\x00"])
def test_a_choice_that_does_not_exist_publishes_nothing(client, journey, choice):
    response = choose(client, journey, **{field_of(journey): choice})
    journey.refresh_from_db()
    assert response.url == reverse("publish_journey", args=[journey.uid])
    assert (journey.current.number, Move.objects.count()) == (1, 0)


def test_a_draft_that_is_wrong_says_so_at_its_place_and_publishes_nothing(client, journey):
    edit_draft(journey, draft={"steps": {}}, by="Max", at=cast.NOON)
    response = choose(client, journey)
    assert response.status_code == 400 and "A journey needs at least one step." in response.content.decode()


def test_an_agent_publishes_nothing(client, journey):
    client.force_login(cast.ada())
    assert choose(client, journey).status_code == 403


def test_the_page_costs_the_same_however_many_wait(client, journey):
    before = queries_of(client, reverse("publish_journey", args=[journey.uid]))
    with time_machine.travel(cast.NOON, tick=False):
        listen(*(ordered(cast.contact(f"Person {n}"), f"p{n}") for n in range(30)))
        walk.run()
    assert queries_of(client, reverse("publish_journey", args=[journey.uid])) == before
