"""Broadcasts over REST."""

from datetime import timedelta

import pytest

from campaigns.broadcasts import running
from campaigns.broadcasts.models import Broadcast
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.dialogue.models import Message
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors
from tests.engage.api.test_groups_and_journeys import LETTER

pytestmark = pytest.mark.django_db

BEANS = {"name": "Beans", "topic": "offers", "rule": {"all": []}, "variants": [LETTER]}


@pytest.fixture(autouse=True)
def offers() -> Topic:
    return Topic.objects.create(key="offers", label="Offers")


def begun(api: Caller) -> str:
    """Its address, once its messages are queued."""
    made = api.post("broadcasts/", BEANS).said
    api.post(f"broadcasts/{made['id']}/start/")
    Broadcast.objects.update(starts=clock.now() - timedelta(seconds=1))
    while running.step(clock.now()):
        pass
    return f"broadcasts/{made['id']}/"


def test_a_draft_is_made_changed_and_deleted(api: Caller) -> None:
    made = api.post("broadcasts/", BEANS | {"per_hour": 500}, once="one")
    assert (made.status_code, made.said["state"], made.said["per_hour"]) == (201, "draft", 500)
    assert api.post("broadcasts/", BEANS | {"per_hour": 500}, once="one").said["id"] == made.said["id"]
    one = f"broadcasts/{made.said['id']}/"
    changed = api.patch(one, {"name": "New beans", "variants": [LETTER, LETTER | {"subject": "Other"}]})
    assert changed.said["name"] == "New beans"
    assert [variant["letter"] for variant in changed.said["variants"]] == ["a", "b"]
    assert [row["id"] for row in api.get("broadcasts/").said["results"]] == [made.said["id"]]
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404


def test_started_paused_resumed_and_cancelled(api: Caller) -> None:
    made = api.post("broadcasts/", BEANS).said
    one = f"broadcasts/{made['id']}/"
    started = api.post(f"{one}start/", once="go")
    assert started.said["state"] == "starting"
    assert started.said["waits_for"][0]["code"] == "starting"
    assert api.post(f"{one}start/", once="go").said["state"] == "starting"
    assert errors(api.post(f"{one}start/"), 409)
    assert errors(api.delete(one), 409)
    assert api.post(f"{one}cancel/").said["state"] == "draft"

    cast.alice()
    one = begun(api)
    assert api.post(f"{one}pause/").said["state"] == "paused"
    assert api.put(f"{one}pace/", {"per_hour": 10}).said["per_hour"] == 10
    assert api.post(f"{one}resume/", {}).said["state"] == "running"
    assert api.post(f"{one}cancel/").said["state"] == "cancelled"


def test_the_ledger_gives_the_sums(api: Caller) -> None:
    alice = cast.alice()
    cast.bob()
    record_consent(contact=alice, topic=Topic.objects.get(), state="granted", how="form", at=clock.now())
    one = begun(api)
    found = api.get(f"{one}ledger/").said
    versions = found.pop("versions")
    assert found == {
        **dict.fromkeys(("sent", "kept", "withheld", "failed", "unknown"), 0),
        "due": 2,
        "waiting": 2,
        "adds_up": True,
    }
    assert [version["letter"] for version in versions] == ["a"]
    origin = api.get(one).said["origin"]
    assert len(api.get("messages/", origin=origin).said["results"]) == 2
    Message.objects.filter(contact=alice).update(origin="lost")
    assert api.get(f"{one}ledger/").said["adds_up"] is False


def test_what_stands_in_the_way_is_told_at_its_field(api: Caller) -> None:
    made = api.post("broadcasts/", {"name": "Empty"}).said
    found = errors(api.post(f"broadcasts/{made['id']}/start/"))
    assert {"topic", "rule", "variants"} <= found.keys()


def test_the_estimate_says_how_many_and_why_not(api: Caller) -> None:
    cast.alice()
    made = api.post("broadcasts/", BEANS).said
    found = api.get(f"broadcasts/{made['id']}/estimate/").said
    assert (found["people"], found["would_go"]) == (1, 0)
    assert [reason["code"] for reason in found["never"]] == ["no_consent"]
    empty = api.post("broadcasts/", {"name": "Empty"}).said
    assert "rule" in errors(api.get(f"broadcasts/{empty['id']}/estimate/"))


def test_what_is_not_understood_is_refused(api: Caller) -> None:
    assert errors(api.post("broadcasts/", BEANS | {"speed": 9}))
    assert errors(api.post("broadcasts/", BEANS | {"batch": 9}))
    assert errors(api.post("broadcasts/", BEANS | {"per_hour": 1, "batch": 9, "batch_minutes": 5}))
    assert errors(api.post("broadcasts/", BEANS | {"include": ["0190a0a0-0000-7000-8000-000000000000"]}))
    assert errors(api.post("broadcasts/", BEANS | {"variants": [LETTER] * 6}))


def test_a_reminder_and_a_follow_up_are_drafts(api: Caller) -> None:
    cast.alice()
    one = begun(api)
    reminder = api.post(f"{one}remind/", {"days": 5})
    assert (reminder.status_code, reminder.said["kind"], reminder.said["after_days"]) == (201, "reminder", 5)
    assert errors(api.post(f"{one}remind/", {}), 409)
    followed = api.post(f"{one}follow-up/", {"outcome": "clicked"})
    assert followed.said["follows"] == api.get(one).said["id"]
