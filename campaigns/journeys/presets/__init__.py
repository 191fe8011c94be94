"""What starts a journey, as owners choose it: presets of an event and conditions. `table` lists them."""

from collections.abc import Sequence
from typing import Any

from campaigns.journeys.presets.events import EVENTS
from campaigns.journeys.presets.pattern import Preset, Recognised, Slot, best, parts_of
from campaigns.journeys.presets.table import PRESETS, SHELVES

__all__ = ["EVENTS", "PRESETS", "SHELVES", "Preset", "Recognised", "Slot", "parts_of", "recognise"]


def recognise(event: Any, conditions: Sequence[Any]) -> Recognised | None:
    """The preset that fits an event and its conditions (as JSON) best; None for an event of the shop's own."""
    return best(PRESETS.values(), event, conditions)
