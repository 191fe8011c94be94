"""A recorded event, as far as journeys look at it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import orjson

from campaigns.journeys.asking import shop_time
from campaigns.journeys.definition import Occurrence
from crm.catalog.ecommerce import contents
from crm.events import reading
from crm.rules import EVERYONE, Rule, settle_event


class Happened(Protocol):
    contact_id: int
    recorded_for_id: int
    message_id: str
    name: str
    at: datetime
    history: bool
    depth: int
    properties: dict


def as_json(event: Happened) -> str:
    """What an enrolment keeps of the event that began it."""
    kept = {
        "name": event.name,
        "at": event.at.isoformat(),
        "message_id": event.message_id,
        "depth": event.depth,
        "properties": event.properties,
    }
    try:
        return orjson.dumps(kept).decode()
    except TypeError:  # whole numbers over 64 bits
        return reading.dump(kept)


def is_heard(name: object, properties: Any) -> bool:
    """Whether it is an answer to a survey that a person answers, in a conversation."""
    named = name in ("Survey Answered", "Survey Answer Changed")
    return named and isinstance(properties, Mapping) and bool(properties.get("conversation"))


def left_to_ask(occurrence: Occurrence, event: Happened, *, at: datetime) -> Rule:
    """What the occurrence's rule still asks of the person, once the event has answered its part."""
    if occurrence.rule is None:
        return EVERYONE
    return settle_event(occurrence.rule, at_hand(event.properties), shop_time(at))


def at_hand(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An event as rules look at it: with what it says of the products in it as lists."""
    return {"properties": {**contents(properties), **properties}}
