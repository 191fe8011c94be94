"""Offers over REST: a till asks whether a code is good, and marks it as used."""

import pytest

from campaigns.offers import actions
from campaigns.offers.models import Given, Offer
from engage.lib import clock
from tests.campaigns.offers.offering import given, now, offered
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db
NOBODY = "01936b1e-0000-7000-8000-000000000000"


def test_an_offer_is_made_changed_and_stopped(api: Caller) -> None:
    body = {"name": "A bag of beans", "words": "One bag.", "lasts_days": 14, "most": 3}
    made = api.post("offers/", body, once="one")
    assert made.status_code == 201 and api.post("offers/", body, once="one").said == made.said
    assert (made.said["key"], made.said["coding"], made.said["left"], made.said["by"]) == (
        "a_bag_of_beans", "own", 3, "API: till",
    )  # fmt: skip
    path = f"offers/{made.said['id']}/"
    assert api.patch(path, {"most": None, "closes": "2999-01-01T00:00:00Z"}).said["left"] is None
    assert (api.get(path).said["words"], api.get(path).said["lasts_days"]) == ("One bag.", 14)
    assert api.post(f"{path}stop/").said["stopped"] is not None
    assert [row["key"] for row in api.get("offers/").said["results"]] == ["a_bag_of_beans"]


def test_codes_of_a_till_are_brought_and_more_of_them(api: Caller) -> None:
    made = api.post("offers/", {"name": "Tea", "coding": "listed", "codes": ["A", "B"]})
    path = f"offers/{made.said['id']}/"
    assert api.patch(path, {"codes": ["b", "C"]}).status_code == 200
    assert Offer.objects.get().codes.count() == 3
    assert "codes" in errors(api.patch(path, {"codes": ["schön"]}))
    assert "codes" in errors(api.patch(f"offers/{offered('Own').uid}/", {"codes": ["A"]}))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "taken"}, "name"),
        ({"coding": "listed"}, "codes"),
        ({"coding": "listed", "codes": ["x" * 41]}, "codes[0]"),
        ({"coding": "shared"}, "shared"),
        ({"shared": "X"}, "codes"),
        ({"most": 0}, "most"),
        ({"lasts_days": -1}, "lasts_days"),
        ({"closes": "2030-01-01"}, "closes"),
        ({"given_count": 5}, "given_count"),
    ],
)
def test_what_makes_no_sense_is_refused(api: Caller, wrong, field) -> None:
    offered("Taken")
    assert field in errors(api.post("offers/", {"name": "Tea", **wrong})) and Offer.objects.count() == 1


def test_something_is_given_once_for_its_cause_found_by_its_code_and_used_once(api: Caller, alice) -> None:
    offer = offered(most=1)
    body = {"offer": offer.key, "contact": str(alice.uid), "cause": "order 7", "reason": "A big order"}
    made, again = api.post("offers-given/", body), api.post("offers-given/", body)
    assert made.status_code == 201 and made.said == again.said and made.said["cause"] == "api:order 7"
    code = made.said["code"]
    typed = f"{code[:4].lower()} {code[4:].lower()}"
    [found] = api.get("offers-given/", code=typed, offer=offer.key).said["results"]
    assert found == made.said and found["url"].endswith("/") and found["used"] is None
    assert api.post("offers-given/", {**body, "cause": "order 8"}).status_code == 409
    used = api.post(f"offers-given/{found['id']}/use/")
    assert used.said["used_by"] == "API: till" and api.post(f"offers-given/{found['id']}/use/").status_code == 409
    assert now(offer).used_count == 1
    assert api.post(f"offers-given/{found['id']}/undo/").said["used"] is None
    assert api.post(f"offers-given/{found['id']}/undo/").status_code == 409 and now(offer).used_count == 0
    [entry] = api.get(f"contacts/{alice.uid}/timeline/").said["results"]
    assert (entry["kind"], entry["text"], entry["thing"]["offer"]) == ("given", offer.name, offer.key)
    for nothing in ({"code": "nothing"}, {"offer": "none"}, {"contact": NOBODY}):
        assert api.get("offers-given/", **nothing).said["results"] == []


def test_what_cannot_be_given_is_not(api: Caller, alice) -> None:
    offer = offered()
    body = {"offer": offer.key, "contact": str(alice.uid), "cause": "x"}
    for wrong, field in (
        ({"offer": "none"}, "offer"),
        ({"contact": NOBODY}, "contact"),
        ({"cause": ""}, "cause"),
        ({"cause": "x" * 101}, "cause"),
        ({"code": "MINE"}, "code"),
    ):
        assert field in errors(api.post("offers-given/", {**body, **wrong}))
    actions.stop(offer=offer, at=clock.now())
    assert api.post("offers-given/", body).status_code == 409 and not Given.objects.exists()


def test_a_caller_cannot_take_the_cause_of_a_prize(api: Caller, alice, bob) -> None:
    offer = offered()
    prize = given(offer, bob, "contest:1:1")
    made = api.post("offers-given/", {"offer": offer.key, "contact": str(alice.uid), "cause": "contest:1:1"})
    assert made.said["id"] != str(prize.uid)
