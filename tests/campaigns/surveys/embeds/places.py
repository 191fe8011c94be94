"""Places of a survey on a shop's site, and a device that visits it."""

import json
from typing import Any

from django.test import Client

from campaigns.surveys.embeds import actions
from campaigns.surveys.models import Placement, Survey
from crm.contacts.models import Contact, Identity
from engage.lib import clock

SITE = "https://shop.example"
DEVICE = "0b0e7c5e-2f5f-4c39-9f0e-1d7f6a3b2c11"


def placed(survey: Survey, shape: str = "popup", *, on: bool = True, **fields: Any) -> Placement:
    fields.setdefault("sites", [SITE])
    made = actions.place(survey=survey, by="Max", at=clock.now(), shape=shape, **fields)
    actions.switch(placement=made, on=on, by="Max", at=clock.now())
    return Placement.objects.select_related("survey__current").get(pk=made.pk)


def device_of(person: Contact, value: str = DEVICE) -> str:
    Identity.objects.create(contact=person, recorded_for=person, kind="anonymous", value=value, proof="device")
    return value


def may(client: Client, key: str, *places: Placement, device: str = DEVICE):
    said = {"writeKey": key, "anonymousId": device, "places": [str(one.uid) for one in places]}
    return client.post("/w/surveys/may", json.dumps(said), content_type="text/plain")


def met(client: Client, key: str, place: Placement, what: str, device: str = DEVICE) -> int:
    said = {"writeKey": key, "anonymousId": device, "place": str(place.uid), "what": what}
    return client.post("/w/surveys/met", json.dumps(said), content_type="text/plain").status_code


def frame(place: Placement) -> str:
    return f"/s/{place.survey.key}/in/{place.uid}/"
