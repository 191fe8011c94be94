"""The trigger's form: what starts it is chosen in words, and opens again as it was chosen."""

import pytest

from campaigns.journeys.actions import create_journey
from campaigns.journeys.drafts import mark
from campaigns.journeys.models import Journey
from campaigns.journeys.presets import PRESETS
from crm.preferences.models import PreferenceKey
from crm.segments.actions import create_segment
from engage.dashboard.journeys.flow.starting import WITH
from tests import cast
from tests.campaigns.journeys.scenarios import scenario
from tests.campaigns.surveys.questions import published
from tests.engage.dashboard.journeys.test_flow_pages import card, fields, type_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]
IN_BRITAIN = {"field": "contact.country", "op": "is", "value": "GB"}


def made(**trigger) -> Journey:
    return create_journey(name="Mine", draft=scenario(trigger=trigger), by="Max", at=cast.NOON)


def typed(preset) -> dict[str, str]:
    segment = create_segment(name="Best", rule={"did": "order"}, by="Max", at=cast.NOON)
    PreferenceKey.objects.create(key="milk", label="Milk")
    published()
    of = {"segments": str(segment.uid), "surveys": "coffee", "questions": "taste", "keys": "milk"}
    return {WITH + slot.name: of.get(slot.of) or (str(slot.initial) or "abc") for slot in preset.slots}


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_each_preset_is_chosen_filled_in_and_opened_again_as_it_was(client, preset):
    journey = made(event="Table Booked", rule=IN_BRITAIN)
    values = typed(preset)
    assert type_in(client, journey, "start", preset=preset.key, **values).status_code == 302
    assert journey.draft["trigger"]["event"] == preset.event
    again = fields(client, journey, "start")
    assert {name: again[name] for name in values} == values
    assert again["preset"] == preset.key
    page = client.get(card(journey, "start"))
    assert not page.context["flow"].problems
    assert "country" in page.context["editor"].sentence
    before = journey.draft
    assert type_in(client, journey, "start").status_code == 302
    assert journey.draft == before


def test_another_preset_takes_the_place_of_the_conditions_of_the_one_before(client):
    journey = made(event="Cart Left", rule={"all": [{"property": "hours", "op": "is", "value": 9}, IN_BRITAIN]})
    assert fields(client, journey, "start")["with_hours"] == "9"
    type_in(client, journey, "start", preset="away")
    assert journey.draft["trigger"] == {
        "event": "Stayed Away",
        "rule": {
            "all": [
                {"property": "event", "op": "is", "value": "Order Completed"},
                {"property": "days", "op": "is", "value": 60},
                IN_BRITAIN,
            ]
        },
    }


@pytest.mark.parametrize(("preset", "again"), [("birthday", "always"), ("away", "always"), ("nth_order", "never")])
def test_what_comes_back_is_answered_each_time_unless_one_says_otherwise(client, preset, again):
    journey = made(event="Signed Up")
    type_in(client, journey, "start", preset=preset)
    assert journey.draft["entry"]["again"] == again
    type_in(client, journey, "start", again="never")
    assert journey.draft["entry"]["again"] == "never"


def test_without_conditions_there_is_no_rule(client):
    journey = made(event="Cart Left", rule={"property": "hours", "op": "is", "value": 9})
    type_in(client, journey, "start", preset="ordered")
    assert journey.draft["trigger"] == {"event": "Order Completed"}


def test_an_event_of_the_shops_own_has_its_name(client):
    journey = made(event="Order Completed")
    page = client.post(
        card(journey, "start"), fields(client, journey, "start") | {"preset": "own", "seen": mark(journey.draft)}
    )
    assert page.status_code == 400 and "Say which event." in page.content.decode()
    assert type_in(client, journey, "start", preset="own", another="Table Booked").status_code == 302
    assert journey.draft["trigger"] == {"event": "Table Booked"}
    assert fields(client, journey, "start")["another"] == "Table Booked"


def test_choosing_shows_the_fields_of_what_was_chosen_at_once(client):
    journey = made(event="Order Completed")
    posted = fields(client, journey, "start") | {"preset": "cart_left", "seen": mark(journey.draft), "refit": "1"}
    page = client.post(card(journey, "start"), posted, headers={"HX-Request": "true"})
    assert page.status_code == 200 and 'name="with_hours" value="4"' in page.content.decode()
    journey.refresh_from_db()
    assert journey.draft["trigger"]["event"] == "Cart Left"


@pytest.mark.parametrize("hours", ["", "0", "1000", "abc", "1" * 400])
def test_what_cannot_be_is_said_at_the_field_or_the_trigger(client, hours):
    journey = made(event="Cart Left", rule={"property": "hours", "op": "is", "value": 9})
    response = type_in(client, journey, "start", with_hours=hours)
    assert response.status_code in (302, 400)
    page = client.get(card(journey, "start")) if response.status_code == 302 else response
    assert page.context["panel"].form.errors


@pytest.mark.parametrize("preset", ["nothing", "", "x" * 9000])
def test_what_is_no_preset_changes_nothing(client, preset):
    journey = made(event="Order Completed")
    assert type_in(client, journey, "start", preset=preset).status_code == 400
    assert journey.draft["trigger"] == {"event": "Order Completed"}


def test_memory_that_others_only_may_see_is_not_offered(client):
    PreferenceKey.objects.create(key="secret", label="Secret", seen_by="owners")
    PreferenceKey.objects.create(key="milk", label="Milk")
    journey = made(event="Preference Stale", rule={"property": "key", "op": "is", "value": "milk"})
    form = client.get(card(journey, "start")).context["panel"].form
    assert [name for name, _label in form.fields["with_key"].choices] == ["", "milk"]


def test_agents_may_not(client):
    client.force_login(cast.ada())
    assert client.get(card(made(event="Order Completed"), "start")).status_code in (302, 403)
