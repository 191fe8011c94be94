"""The board over REST."""

import pytest

from campaigns.board.models import Suggestion, Vote
from crm.dialogue.models import Message
from tests import cast
from tests.campaigns.board.suggesting import suggested, voted
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def test_a_suggestion_is_put_changed_answered_and_joined(api: Caller) -> None:
    alice, bob = cast.alice(), cast.bob()
    body = {"title": "A bench\u202e", "contact": str(alice.uid)}
    made = api.post("suggestions/", body, once="one")
    assert made.status_code == 201 and api.post("suggestions/", body, once="one").said == made.said
    assert (made.said["title"], made.said["votes"], made.said["standing"]) == ("A bench", 1, "shown")
    one = Suggestion.objects.get()
    voted(bob, one, tell=True)
    path = f"suggestions/{one.uid}/"
    said = api.patch(path, {"tags": ["seats"], "state": "planned", "answer": "In June.", "tell": True}).said
    assert (said["tags"], said["state"], said["answered_by"]) == (["seats"], "planned", "API: till")
    assert Message.objects.filter(origin=f"board:{one.uid}").count() == 1
    other = suggested(cast.carol(), "A seat outside")
    assert api.post(f"suggestions/{other.uid}/join/", {"into": str(one.uid)}).said["votes"] == 3
    assert api.post(f"suggestions/{other.uid}/join/", {"into": str(one.uid)}).status_code == 409
    listed = api.get("suggestions/", state="planned").said["results"]
    assert [row["id"] for row in listed] == [str(one.uid)]
    assert api.get("suggestions/", contact=str(bob.uid)).said["results"] == []
    assert {row["contact"] for row in api.get("votes/", suggestion=str(one.uid)).said["results"]} == {
        str(alice.uid),
        str(bob.uid),
    }
    assert Vote.objects.count() == 3


def test_what_makes_no_sense_is_refused_and_changes_nothing(api: Caller) -> None:
    assert "title" in errors(api.post("suggestions/", {"title": "\u200b"}))
    assert "contact" in errors(
        api.post("suggestions/", {"title": "x", "contact": "01936b1e-0000-7000-8000-000000000000"})
    )
    one = suggested(cast.alice(), "A bench")
    assert "state" in errors(api.patch(f"suggestions/{one.uid}/", {"state": "soon"}))
    assert "votes" in errors(api.patch(f"suggestions/{one.uid}/", {"votes": 99}))
    Suggestion.objects.update(title="", standing="waiting")
    assert api.patch(f"suggestions/{one.uid}/", {"standing": "shown"}).status_code == 409
    assert Suggestion.objects.get().standing == "waiting"
