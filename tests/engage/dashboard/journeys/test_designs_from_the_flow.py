"""From the card of a message step into the composer, and back."""

import pytest
from django.urls import reverse

from campaigns.designs.models import Design
from campaigns.journeys.actions import create_journey
from campaigns.journeys.models import Journey
from tests import cast
from tests.campaigns.journeys.scenarios import letter, scenario

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]


def asking(**design: object) -> Journey:
    said = letter("How was it?", next="bye")
    if design:
        said["design"] = design
    steps = {"ask": said, "bye": {"kind": "end"}}
    return create_journey(name="After tea", draft=scenario() | {"start": "ask", "steps": steps}, by="Max", at=cast.NOON)


def begin(client, journey: Journey, step: str = "ask"):
    return client.post(reverse("journey_flow_design", args=[journey.uid, step]))


def test_what_the_step_says_becomes_a_design_that_it_names(client) -> None:
    journey = asking(subject="How was it?", body="Tell us, {{ contact.first_name }}.", kind="letter", words="Tell us.")
    card = reverse("journey_flow_card", args=[journey.uid, "ask"])
    assert "Make a design of it" in client.get(card).content.decode()
    answer = begin(client, journey)
    design = Design.objects.get()
    assert answer.url.startswith(reverse("design", args=[design.uid])) and card.replace("/", "%2F") in answer.url
    content = design.contents["en"]
    assert (design.kind, design.name, content["subject"]) == ("designed", "After tea", "How was it?")
    assert [block["text"] for block in content["body"]["blocks"]] == ["Tell us, {{ contact.first_name }}."]
    journey.refresh_from_db()
    assert journey.draft["steps"]["ask"]["design"] == {"uid": str(design.uid), "words": "Tell us."}
    assert client.get(answer.url).status_code == 200
    page = client.get(card).content.decode()
    assert "Begin another design" in page and "Write on" in page


def test_words_that_cannot_stand_in_a_design_are_left_in_the_step_until_it_names_one(client) -> None:
    journey = asking(subject="x" * 5_000, body="y" * 40_000, kind="letter")
    begin(client, journey)
    assert Design.objects.get().contents["en"]["body"]["blocks"] == []
    client.post(reverse("journey_flow", args=[journey.uid]), {"do": "undo"})
    journey.refresh_from_db()
    assert journey.draft["steps"]["ask"]["design"]["body"] == "y" * 40_000


def test_only_message_steps_have_designs_and_only_who_may_write_begins_one(client) -> None:
    journey = asking()
    assert begin(client, journey, "bye").status_code == 404
    assert begin(client, journey, "nowhere").status_code == 404
    assert client.get(reverse("journey_flow_design", args=[journey.uid, "ask"])).status_code == 405
    client.force_login(cast.ada())
    assert begin(client, journey).status_code == 403
    assert not Design.objects.exists()
