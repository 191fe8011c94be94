"""What starts a journey, chosen in words: each preset makes a trigger that is recognised as itself."""

import pytest

from campaigns.journeys.describe import starts_when
from campaigns.journeys.parse import parse
from campaigns.journeys.presets import EVENTS, PRESETS, parts_of, recognise
from crm.rules import to_json
from tests.campaigns.journeys.scenarios import scenario

pytestmark = pytest.mark.django_db
TYPED = {int: 3, str: "some-thing"}
MORE = {"field": "contact.country", "op": "is", "value": "GB"}


def typed(preset) -> dict:
    return {slot.name: TYPED[slot.kind] for slot in preset.slots}


def definition(preset, values, *more):
    rule = {"all": [*preset.fill(values), *more]}
    return parse(scenario(trigger={"event": preset.event, "rule": rule}))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_is_recognised_as_itself_with_what_was_typed(preset):
    values = typed(preset)
    rule = to_json(definition(preset, values, MORE).trigger.rule)
    found = recognise(preset.event, parts_of(rule))
    assert (found.preset.key, found.values) == (preset.key, values)
    assert [one for place, one in enumerate(parts_of(rule)) if place not in found.used] == [MORE]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_reads_well_with_what_was_typed_and_without(preset):
    words = recognise(preset.event, preset.fill(typed(preset))).words
    assert words and "{" not in words and not words[0].isupper()
    for slot in preset.slots:
        assert str(TYPED[slot.kind]) in words
    fewer = recognise(preset.event, preset.fill({}))
    assert fewer is None or ("{" not in fewer.words and fewer.words)


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        ("nth_order", {"n": 1}, "somebody orders for the first time"),
        ("nth_order", {"n": 5}, "somebody places order number 5"),
        ("cart_left", {"hours": 1}, "a cart is left for 1 hour"),
        ("away", {"days": 60}, "somebody has not ordered for 60 days"),
        ("birthday", {"shift": 0}, "it is their birthday"),
        ("birthday", {"shift": -7}, "it is 7 days before their birthday"),
        ("anniversary", {"key": "first_visit", "shift": 1}, "it is 1 day after their “first_visit”, each year"),
    ],
)
def test_the_sentence_of_a_trigger(key, values, said):
    preset = PRESETS[key]
    assert starts_when(definition(preset, values)).startswith(f"Starts when {said}.")
    assert starts_when(definition(preset, values, MORE)).startswith(
        f"Starts when {said}, for people whose country is “GB”."
    )


def test_every_event_that_we_know_can_be_chosen_in_words():
    assert {preset.event for preset in PRESETS.values()} == set(EVENTS)


def test_an_event_of_the_shops_own_is_no_preset():
    assert recognise("Table Booked", []) is None
    assert recognise(None, [None, 3, [], {"all": []}]) is None
    assert recognise("Cart Left", [None, 3, [], {"property": "hours", "op": "is", "value": True}]).values == {}


def test_what_was_written_by_hand_is_the_nearest_preset_and_the_rest_stays_a_rule():
    conditions = [
        {"property": "total", "op": "at_least", "value": 2.5},
        {"property": "event", "op": "is", "value": "x"},
    ]
    assert recognise("Order Completed", conditions).used == frozenset()
    assert recognise("Stayed Away", conditions).values == {"event": "x"}
    nested = [{"all": [{"property": "hours", "op": "is", "value": 3}]}]
    assert recognise("Cart Left", nested).used == frozenset()
