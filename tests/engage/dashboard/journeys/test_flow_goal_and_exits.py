"""The panels of the goal and of the exits of a wait: added, filled in, named by their words, taken out, undone."""

from copy import deepcopy

import pytest

from tests import cast
from tests.campaigns.journeys.scenarios import scenario
from tests.engage.dashboard.journeys.test_flow_pages import card, fields, flow, made, press, type_in

pytestmark = pytest.mark.django_db

MILK = {"property": "answer", "op": "is", "value": "oat milk"}
ASKING = {
    "kind": "wait",
    "for": {"days": 3},
    "exits": [
        {"event": "Survey Answered", "rule": MILK, "next": "thank"},
        {"rule": {"did": "preference", "name": "milk"}, "next": "bye"},
    ],
    "next": "lucky",
}


@pytest.fixture(autouse=True)
def max_(client):
    client.force_login(cast.max_())


@pytest.fixture
def journey():
    return made(steps={"pause": deepcopy(ASKING)})


def test_a_goal_is_added_filled_in_taken_out_and_had_back(client):
    journey = made()
    assert press(client, journey, "goal").url == card(journey, "goal")
    assert "Who does this leaves with success" in client.get(card(journey, "goal")).content.decode()
    type_in(client, journey, "goal", event="Order Refunded")
    assert journey.draft["goal"] == {"event": "Order Refunded"}
    assert "An order is refunded. Who does this leaves" in client.get(flow(journey)).content.decode()
    type_in(client, journey, "goal", another="Brewed")
    assert journey.draft["goal"] == {"event": "Brewed"}
    press(client, journey, "nogoal")
    assert "goal" not in journey.draft
    press(client, journey, "undo")
    assert journey.draft["goal"] == {"event": "Brewed"}


def test_a_goal_without_an_event_is_kept_and_said_to_be_unfinished(client):
    journey = made(goal={"event": "Order Refunded"})
    type_in(client, journey, "goal", event="")
    page = client.get(card(journey, "goal"))
    assert page.context["panel"].form.errors
    assert page.context["flow"].problems["goal"]


def test_a_goal_asks_for_more_by_a_rule(client):
    rule = {"property": "total", "op": "more_than", "value": 50}
    journey = made(goal={"event": "Order Completed", "rule": rule})
    assert client.get(card(journey, "goal")).context["editor"].json == rule
    type_in(client, journey, "goal", event="Order Refunded")
    assert journey.draft["goal"] == {"event": "Order Refunded", "rule": rule}


def test_exits_are_shown_by_what_is_waited_for(client, journey):
    page = client.get(card(journey, "pause")).content.decode()
    assert "When a survey is answered, " in page
    assert "oat milk" in page
    assert "When they are one of the people " in page
    assert "Exit 1" not in page


def test_an_exit_is_added_filled_in_and_taken_out(client):
    journey = made()
    assert press(client, journey, "exit:pause").url == card(journey, "pause.exits.0")
    page = client.get(card(journey, "pause.exits.0")).content.decode()
    assert "Who does this leaves the wait at once" in page
    type_in(client, journey, "pause.exits.0", event="Survey Answered")
    [exit] = journey.draft["steps"]["pause"]["exits"]
    assert exit["event"] == "Survey Answered"
    assert exit["next"] in journey.draft["steps"]
    press(client, journey, "take:pause.exits.0")
    assert "exits" not in journey.draft["steps"]["pause"] or not journey.draft["steps"]["pause"]["exits"]
    press(client, journey, "undo")
    assert journey.draft["steps"]["pause"]["exits"] == [exit]


def test_what_is_changed_at_one_exit_leaves_the_others_and_their_ways(client, journey):
    type_in(client, journey, "pause.exits.0", event="Order Refunded")
    first, second = journey.draft["steps"]["pause"]["exits"]
    assert (first["event"], first["next"]) == ("Order Refunded", "thank")
    assert second == ASKING["exits"][1]


def test_an_exit_with_only_a_rule_keeps_it_and_offers_no_property_of_an_event(client, journey):
    page = client.get(card(journey, "pause.exits.1"))
    assert page.context["editor"].json == ASKING["exits"][1]["rule"]
    assert page.context["editor"].event_at_hand is False
    assert fields(client, journey, "pause.exits.1").get("event", "") == ""


def test_an_exit_without_event_and_rule_says_what_it_lacks_at_its_card(client, journey):
    journey.draft["steps"]["pause"]["exits"] = [{"next": "thank"}]
    journey.save()
    page = client.get(card(journey, "pause.exits.0"))
    assert page.context["flow"].problems["pause"]


@pytest.mark.parametrize("name", ["pause.exits.7", "pause.exits.x", "ask.exits.0", "pause.next", "nowhere.exits.0"])
def test_a_panel_of_what_is_not_there_is_not_found(client, name):
    journey = made()
    assert client.get(card(journey, name)).status_code == 404
    assert client.post(card(journey, name), {"event": "Order Completed", "fields": "1"}).status_code == 404
    journey.refresh_from_db()
    assert journey.draft == scenario()
