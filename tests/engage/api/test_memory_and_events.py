"""Preferences, events, envelopes and the catalog over REST."""

import json
from datetime import timedelta

import pytest

from crm.catalog.models import Order, Product
from crm.events.actions import accept
from crm.events.models import Event
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def put(*calls: object) -> None:
    accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=len(calls))


def track(name: str, number: int = 1, **rest: object) -> dict:
    return {"type": "track", "event": name, "userId": "u1", "messageId": f"{name} {number}", **rest}


def test_a_statement_is_remembered_with_where_it_is_from(api: Caller) -> None:
    alice = cast.alice()
    body = {"contact": str(alice.uid), "key": "milk", "value": "oat milk", "words": "Oat, please", "source": "the till"}
    told = api.post("preferences/", body)

    assert told.status_code == 201
    assert (told.said["kind"], told.said["state"], told.said["words"]) == ("stated", "active", "Oat, please")
    assert told.said["source"] == {"kind": "api", "id": "", "label": "the till"}
    assert told.said["by"] == "API: till"
    listen.run()
    assert Event.objects.get(name="Preference Stated").properties == {
        "key": "milk",
        "value": "oat milk",
        "before": "",
        "changed": False,
    }


def test_a_new_statement_supersedes_and_nothing_is_overwritten(api: Caller) -> None:
    alice = cast.alice()
    for value in ("oat", "soy"):
        api.post("preferences/", {"contact": str(alice.uid), "key": "milk", "value": value})

    found = api.get("preferences/", contact=str(alice.uid), key="milk").said["results"]
    assert [(row["value"], row["state"]) for row in found] == [("soy", "active"), ("oat", "superseded")]
    active = api.get(f"contacts/{alice.uid}/").said["attributes"]
    assert active == {"milk": "soy"}
    one = f"preferences/{found[0]['id']}/"
    assert api.get(one).said == found[0]
    for response in (api.put(one, {"value": "cow"}), api.patch(one, {"value": "cow"}), api.delete(one)):
        assert errors(response, 405)


def test_what_was_guessed_does_not_beat_what_was_told(api: Caller) -> None:
    alice = cast.alice()
    api.post("preferences/", {"contact": str(alice.uid), "key": "milk", "value": "oat"})
    guess = api.post("preferences/", {"contact": str(alice.uid), "key": "milk", "value": "soy", "kind": "inferred"})

    assert guess.said["state"] == "superseded"
    listen.run()
    assert Event.objects.filter(name="Preference Stated").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact": "0198c0de-0000-7000-8000-000000000000"}, "contact"),
        ({"contact": "alice"}, "contact"),
        ({"key": "Milk!"}, "key"),
        ({"value": ""}, "value"),
        ({"value": "x" * 501}, "value"),
        ({"kind": "sworn"}, "kind"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-05-04"}, "at"),
        ({"rank": 4}, "rank"),
    ],
)
def test_a_statement_that_makes_no_sense_is_refused(api: Caller, change: dict, field: str) -> None:
    body = {"contact": str(cast.alice().uid), "key": "milk", "value": "oat"} | change
    assert field in errors(api.post("preferences/", body))
    assert not Preference.objects.exists()


@pytest.mark.parametrize("events", [1, 30])
def test_events_are_found_by_what_they_are(api: Caller, events: int, django_assert_num_queries) -> None:
    put(*[track("Page Viewed", number, properties={"n": number}) for number in range(events)], track("Signed Up"))
    listen.run()
    contact = str(Event.objects.first().contact.uid)
    api.get("topics/")

    with django_assert_num_queries(1):
        found = api.get("events/", name="Page Viewed").said["results"]
    assert [row["properties"]["n"] for row in found] == [*reversed(range(events))]
    assert found[0]["contact"] == contact
    [one] = api.get("events/", message_id="Signed Up 1").said["results"]
    assert (one["name"], one["source"], one["history"]) == ("Signed Up", "write", False)
    assert len(api.get("events/", contact=contact, limit=200).said["results"]) == events + 1
    assert len({row["id"] for row in found}) == events


def test_envelopes_wait_and_what_could_not_be_read_is_tried_again(api: Caller) -> None:
    put({"type": "track", "userId": "u1"}, track("Good"))
    [waiting] = api.get("envelopes/").said["results"]
    assert (waiting["state"], waiting["events"], waiting["source"]) == ("waiting", 2, "write")
    assert api.get(f"envelopes/{waiting['id']}/").said == waiting
    listen.run()

    assert api.get("envelopes/", state="waiting").said["results"] == []
    [dead] = api.get("envelopes/", state="dead").said["results"]
    assert dead["reason"] == "A track call needs an event name."
    assert json.loads(dead["body"]) == {"type": "track", "userId": "u1"}
    assert api.post(f"envelopes/{dead['id']}/retry/").status_code == 204
    assert api.get("envelopes/", state="dead").said["results"] == []
    assert errors(api.post(f"envelopes/{dead['id']}/retry/"), 409)
    assert errors(api.post("envelopes/0198c0de-0000-7000-8000-000000000000/retry/"), 404)
    assert "state" in errors(api.get("envelopes/", state="lost"))


def test_a_product_is_made_and_changed_by_its_number(api: Caller) -> None:
    made = api.post("products/", {"external_id": "beans", "name": "Beans", "price": "9.20", "currency": "GBP"})
    assert (made.status_code, made.said["price"], made.said["stock"]) == (201, "9.20", None)
    changed = api.post("products/", {"external_id": "beans", "name": "House beans", "stock": 4})

    assert (changed.status_code, changed.said["id"]) == (200, made.said["id"])
    assert (changed.said["name"], changed.said["price"], changed.said["stock"]) == ("House beans", "9.20", 4)
    assert api.get("products/", external_id="beans").said["results"] == [changed.said]
    assert api.get("products/", search="house").said["results"] == [changed.said]
    assert api.get(f"products/{made.said['id']}/").said == changed.said
    assert "price" in errors(api.post("products/", {"external_id": "x", "name": "X", "price": "1e40"}))
    assert "price" in errors(api.post("products/", {"external_id": "x", "name": "X", "price": "-1"}))
    assert "stock" in errors(api.post("products/", {"external_id": "x", "name": "X", "stock": 2**40}))
    assert "currency" in errors(api.post("products/", {"external_id": "x", "name": "X", "currency": "pounds"}))


def test_an_order_is_made_changed_and_given_back(api: Caller) -> None:
    alice = cast.alice()
    Product.objects.create(external_id="beans", name="Beans")
    body = {
        "external_id": "1001",
        "contact": str(alice.uid),
        "at": "2026-05-04T12:00:00+02:00",
        "total": "18.40",
        "lines": [{"product": "beans", "name": "Beans", "quantity": 2, "price": "9.20"}],
    }
    made = api.post("orders/", body)
    assert made.status_code == 201
    assert (made.said["total"], made.said["currency"], made.said["at"]) == ("18.40", "GBP", "2026-05-04T10:00:00Z")
    assert made.said["lines"] == [{"product": "beans", "name": "Beans", "quantity": 2, "price": "9.200"}]
    changed = api.post("orders/", body | {"total": "20.00"})
    assert (changed.status_code, changed.said["total"]) == (200, "20.00")

    back = api.post("orders/", body | {"refund": True, "at": "2026-05-05T12:00:00Z"})
    assert (back.said["refund"], back.said["refunded"]) == (False, "2026-05-05T12:00:00Z")
    assert api.get(f"contacts/{alice.uid}/orders/").said["results"] == [back.said]
    assert api.get("orders/", contact=str(alice.uid)).said["results"] == [back.said]
    assert api.get(f"orders/{made.said['id']}/").said == back.said
    assert api.get(f"contacts/{alice.uid}/").said["totals"] == []
    wrong = api.post("orders/", body | {"lines": [{"name": "Beans"}, {"name": "", "price": "-1"}]})
    assert set(errors(wrong)) == {"lines[1].name", "lines[1].price"}


@pytest.mark.parametrize("orders", [1, 20])
def test_a_page_of_orders_costs_the_same(api: Caller, orders: int, django_assert_num_queries) -> None:
    alice = cast.alice()
    for number in range(orders):
        order = Order.objects.create(
            external_id=str(number),
            contact=alice,
            recorded_for=alice,
            at=clock.now(),
            total=1,
            currency="GBP",
            source="write",
        )
        product = Product.objects.create(external_id=str(number), name="Beans")
        order.lines.create(position=1, product=product, name="Beans", quantity=1, price=1)
    api.get("topics/")
    with django_assert_num_queries(3):
        assert len(api.get("orders/").said["results"]) == orders


def test_a_timeline_goes_back_page_by_page(api: Caller) -> None:
    put(*[track("Signed Up", number) for number in range(60)])
    listen.run()
    alice = str(Event.objects.first().contact.uid)
    for number, event in enumerate(Event.objects.order_by("pk")):
        Event.objects.filter(pk=event.pk).update(at=cast.NOON + timedelta(minutes=number))
    seen, url = [], f"contacts/{alice}/timeline/?show=deeds"
    while url:
        page = api.get(url).said
        seen += [entry["at"] for entry in page["results"]]
        url = (page["next"] or "").removeprefix("http://testserver/api/v1/")

    assert len(seen) == len(set(seen)) == 60
    assert seen == sorted(seen, reverse=True)
    assert "show" in errors(api.get(f"contacts/{alice}/timeline/", show="secrets"))
