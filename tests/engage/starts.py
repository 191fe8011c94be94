"""From the deed to the enrolment: events put in at the door, time that passes, and the belts as they run."""

import json
from datetime import datetime, timedelta
from typing import Any

import time_machine

from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.moments import telling
from crm.events import actions
from engage import listen
from engage.lib import clock, sql
from tests.campaigns.journeys.happenings import live_journey
from tests.campaigns.journeys.scenarios import scenario

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHO = "u1"


def starts_on(event: str, *rules: dict[str, Any], **more: Any) -> Journey:
    trigger = {"event": event} | ({"rule": {"all": list(rules)}} if rules else {})
    journey = live_journey(scenario(trigger=trigger, **({"entry": {"again": "always"}} | more)))
    sql.run("UPDATE campaigns_journeys_moment SET told = %s", [clock.now() - 30 * DAY])
    return journey


def says(name: str, value: Any, op: str = "is") -> dict[str, Any]:
    """A condition on the event itself."""
    return {"property": name, "op": op, "value": value}


def does(event: str, *, ago: timedelta = timedelta(0), who: str = WHO, **properties: Any) -> None:
    """They do something, by the owner's server, and the belt hears of it."""
    put(event, at=clock.now() - ago, who=who, **properties)
    listen.run()


def put(event: str, *, at: datetime, who: str = WHO, source: str = "write", **properties: Any) -> None:
    call = {"type": "track", "event": event, "userId": who, "properties": properties, "timestamp": at.isoformat()}
    actions.accept(source=source, call="batch", body=json.dumps({"batch": [call]}), events=1)


def later(span: timedelta) -> int:
    """Time has passed: boundaries are told, and the belt hears of them. How many were told."""
    moment = clock.now() + span
    told = telling.tell(at=moment)
    with time_machine.travel(moment, tick=False):
        listen.run()
    return told


def begun(journey: Journey) -> list[dict[str, Any]]:
    """The properties of each event that began a walk."""
    return [walk.event["properties"] for walk in Enrolment.objects.filter(journey=journey).order_by("began", "id")]
