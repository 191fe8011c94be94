"""People over REST."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from crm.contacts.actions import merge, pause, suppress
from crm.contacts.models import Contact, Identity, Topic
from crm.events.actions import accept
from crm.events.models import Event
from crm.preferences.actions import Statement, remember
from engage import listen
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def created(api: Caller, **body: str) -> dict:
    response = api.post("contacts/", body)
    assert response.status_code == 201, response.content
    return response.said


def test_somebody_new_is_made_and_found_by_every_identity(api: Caller) -> None:
    alice = created(
        api,
        name="Alice Moreau",
        email="Alice@Shop.example",
        phone="07700 900123",
        external_id="u1",
        country="GB",
        timezone="Europe/London",
        language="en",
    )

    assert UUID(alice["id"])
    assert {(row["kind"], row["value"], row["proved"]) for row in alice["identities"]} == {
        ("email", "alice@shop.example", True),
        ("phone", "+447700900123", True),
        ("external", "u1", True),
    }
    assert alice["first_origin"]["kind"] == alice["last_origin"]["kind"] == "api"
    assert (alice["country"], alice["timezone"], alice["language"]) == ("GB", "Europe/London", "en")
    for query in ({"email": "ALICE@shop.example"}, {"phone": "+44 7700 900123"}, {"external_id": "u1"}):
        assert [row["id"] for row in api.get("contacts/", **query).said["results"]] == [alice["id"]]
    for search in ("more", "ice@sh", "07700900123"):
        assert [row["id"] for row in api.get("contacts/", search=search).said["results"]] == [alice["id"]]
    assert api.get("contacts/", email="alice@shop.example", external_id="u2").said["results"] == []


def test_visits_are_a_filter_of_the_timeline(api: Caller) -> None:
    alice = cast.alice()
    for number, name in enumerate(("Page Viewed", "Product Viewed", "Signed Up")):
        Event.objects.create(
            contact=alice,
            recorded_for=alice,
            message_id=f"m{number}",
            kind="track",
            name=name,
            at=clock.now(),
            received=clock.now(),
            source="write",
        )
    shown = api.get(f"contacts/{alice.uid}/timeline/", show="visits").said["results"]
    assert {entry["text"] for entry in shown} == {"Page Viewed", "Product Viewed"}


def test_whom_we_know_is_not_made_again(api: Caller) -> None:
    alice = created(api, name="Alice", email="alice@shop.example")
    again = api.post("contacts/", {"name": "Somebody", "email": "alice@shop.example"})

    assert (again.status_code, again.said["id"], again.said["name"]) == (200, alice["id"], "Alice")
    assert Contact.objects.count() == 1


def test_a_claim_finds_nobody(api: Caller) -> None:
    visitor = Contact.objects.create()
    Identity.objects.create(contact=visitor, recorded_for=visitor, kind="email", value="alice@shop.example", proof="")

    assert api.get("contacts/", email="alice@shop.example").said["results"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"name": ""}, ""),
        ({"email": "nonsense"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"name": "A" * 201}, "name"),
        ({"name": "Alice", "country": "Britain"}, "country"),
        ({"name": "Alice", "timezone": "Europe/Nowhere"}, "timezone"),
        ({"name": "Alice", "timezone": "../../etc/passwd"}, "timezone"),
        ({"name": "Alice", "language": "english please"}, "language"),
        ({"name": "Alice", "shoe_size": 38}, "shoe_size"),
        ({"name": ["Alice"]}, "name"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(api: Caller, body: dict, field: str) -> None:
    assert field in errors(api.post("contacts/", body))
    assert not Contact.objects.exists()


def test_a_contact_is_changed_and_a_word_taken_away(api: Caller) -> None:
    alice = created(api, name="Alice", email="alice@shop.example", country="GB")
    changed = api.patch(f"contacts/{alice['id']}/", {"first_name": "Ali", "country": ""})

    assert (changed.said["name"], changed.said["first_name"], changed.said["country"]) == ("Alice", "Ali", "")
    assert "email" in errors(api.patch(f"contacts/{alice['id']}/", {"email": "x@shop.example"}))


def test_attributes_and_totals_come_from_the_one_memory_and_the_orders(api: Caller) -> None:
    identify = '{"type":"identify","userId":"u1","messageId":"1","traits":{"plan":"pro","email":"a@shop.example"}}'
    order = (
        '{"type":"track","event":"Order Completed","userId":"u1","messageId":"2",'
        '"properties":{"order_id":"1001","total":12.5,"currency":"GBP"}}'
    )
    accept(source="write", call="batch", body=f'{{"batch":[{identify},{order}]}}', events=2)
    listen.run()
    [row] = api.get("contacts/", external_id="u1").said["results"]

    assert row["attributes"] == {"plan": "pro"}
    assert row["totals"] == [{"currency": "GBP", "orders": 1, "total": "12.50"}]


def test_pages_follow_each_other_and_lose_nobody(api: Caller) -> None:
    for number in range(7):
        Contact.objects.create(name=f"P{number}")
    seen, url = [], "contacts/?limit=3"
    while url:
        page = api.get(url).said
        assert len(page["results"]) <= 3
        seen += [row["name"] for row in page["results"]]
        url = (page["next"] or "").removeprefix("http://testserver/api/v1/")
    assert seen == [f"P{number}" for number in reversed(range(7))]


@pytest.mark.parametrize("people", [1, 30])
def test_a_page_costs_the_same_however_many_are_on_it(api: Caller, people: int, django_assert_num_queries) -> None:
    for number in range(people):
        person = cast.contact(f"P{number} Q", f"p{number}@shop.example")
        statement = Statement(person.pk, person.pk, "milk", "oat", "stated", cast.NOON, "survey")
        remember([statement], at=cast.NOON)
        pause(contact=person, until=None, by="Olga", at=cast.NOON)
    api.get("topics/")  # the key is looked up once in a while

    with django_assert_num_queries(5):
        page = api.get("contacts/")
    assert len(page.said["results"]) == people
    assert page.said["results"][0]["attributes"] == {"milk": "oat"}
    assert page.said["results"][0]["pause"]["by"] == "Olga"


def test_times_have_their_zone(api: Caller) -> None:
    cast.alice()
    assert api.get("contacts/").said["results"][0]["created"] == "2026-05-04T12:00:00Z"


def test_two_become_one_and_two_again(api: Caller) -> None:
    alice, carol = cast.alice(), cast.carol()
    merged = api.post("contacts/merge/", {"survivor": str(alice.uid), "absorbed": str(carol.uid)})
    assert merged.status_code == 201
    assert (merged.said["survivor"], merged.said["absorbed"]) == (str(alice.uid), str(carol.uid))
    assert merged.said["by"] == "API: till"

    assert api.get(f"contacts/{carol.uid}/").said["merged_into"] == str(alice.uid)
    assert len(api.get("contacts/").said["results"]) == 1
    assert errors(api.post("contacts/merge/", {"survivor": str(alice.uid), "absorbed": str(carol.uid)}), 409)
    assert errors(api.post("contacts/merge/", {"survivor": str(alice.uid), "absorbed": str(alice.uid)}), 409)
    assert "absorbed" in errors(
        api.post("contacts/merge/", {"survivor": str(alice.uid), "absorbed": "0198c0de-0000-7000-8000-000000000000"})
    )

    assert api.delete(f"merges/{merged.said['id']}/").status_code == 204
    assert api.get(f"contacts/{carol.uid}/").said["merged_into"] is None
    assert api.get(f"merges/{merged.said['id']}/").said["undone_by"] == "API: till"


def test_what_is_asked_of_the_absorbed_is_answered_for_whom_they_are_today(api: Caller) -> None:
    alice, carol = cast.alice(), cast.carol()
    statement = Statement(alice.pk, alice.pk, "milk", "oat", "stated", cast.NOON, "survey")
    remember([statement], at=cast.NOON)
    merge(survivor=alice, absorbed=carol, by="Olga", at=cast.NOON)

    [row] = api.get(f"contacts/{carol.uid}/preferences/").said["results"]
    assert row["contact"] == str(alice.uid)
    api.put(f"contacts/{carol.uid}/pause/", {})
    assert api.get(f"contacts/{alice.uid}/").said["pause"]["until"] is None


def test_a_pause_has_an_end_or_is_lifted(api: Caller) -> None:
    alice = cast.alice()
    until = (clock.now() + timedelta(days=3)).isoformat()
    paused = api.put(f"contacts/{alice.uid}/pause/", {"until": until})
    assert paused.said["pause"]["by"] == "API: till"
    assert "until" in errors(api.put(f"contacts/{alice.uid}/pause/", {"until": "2020-01-01T00:00:00Z"}))
    assert "until" in errors(api.put(f"contacts/{alice.uid}/pause/", {"until": "2030-01-01T00:00:00"}))
    assert "until" in errors(api.put(f"contacts/{alice.uid}/pause/", {"until": "0001-01-01T00:00:00+14:00"}))

    assert api.delete(f"contacts/{alice.uid}/pause/").status_code == 204
    assert api.get(f"contacts/{alice.uid}/").said["pause"] is None


def test_permission_is_only_added_to(api: Caller) -> None:
    alice = cast.alice()
    Topic.objects.create(key="offers", label="Offers")
    given = {"topic": "offers", "state": "granted", "words": "Yes please", "source": "the till"}
    assert api.post(f"contacts/{alice.uid}/consents/", given).status_code == 201
    api.post(f"contacts/{alice.uid}/consents/", {"topic": "offers", "state": "withdrawn"})

    found = api.get(f"contacts/{alice.uid}/consents/").said["results"]
    assert [(row["state"], row["how"], row["words"], row["by"]) for row in found] == [
        ("withdrawn", "api", "", "API: till"),
        ("granted", "api", "Yes please", "API: till"),
    ]
    assert api.get("topics/").said["results"] == [{"key": "offers", "label": "Offers"}]
    assert "topic" in errors(api.post(f"contacts/{alice.uid}/consents/", {"topic": "news", "state": "granted"}))


def test_erased_means_gone(api: Caller) -> None:
    alice = cast.alice()
    assert api.post(f"contacts/{alice.uid}/erase/", once="e1").status_code == 204

    assert errors(api.get(f"contacts/{alice.uid}/"), 404)
    assert api.get("contacts/").said["results"] == []
    [row] = api.get("suppressions/", address="alice@shop.example").said["results"]
    assert (row["reason"], row["address"]) == ("erased", "")
    assert api.post(f"contacts/{alice.uid}/erase/", once="e1").status_code == 204
    assert errors(api.post(f"contacts/{alice.uid}/erase/"), 404)


def test_the_do_not_write_list_is_read_and_written(api: Caller) -> None:
    suppress(address="old@shop.example", reason="bounce", by="the mail server", at=cast.NOON)
    assert api.post("suppressions/", {"address": "Bob@shop.example", "reason": "asked"}).status_code == 201

    [row] = api.get("suppressions/", address="bob@SHOP.example").said["results"]
    assert (row["address"], row["reason"], row["by"]) == ("bob@shop.example", "asked", "API: till")
    assert len(api.get("suppressions/").said["results"]) == 2
    assert api.delete("suppressions/?address=bob@shop.example").status_code == 204
    assert api.get("suppressions/", address="bob@shop.example").said["results"] == []
    assert "address" in errors(api.delete("suppressions/"))
    assert "address" in errors(api.post("suppressions/", {"address": "nobody"}))


def test_everything_held_about_one_person_can_be_taken_along(api: Caller) -> None:
    alice = cast.alice()
    statement = Statement(alice.pk, alice.pk, "milk", "oat", "stated", cast.NOON, "survey", words="oat, please")
    remember([statement], at=cast.NOON)
    export = api.get(f"contacts/{alice.uid}/export/").said

    assert export["person"]["name"] == "Alice Moreau"
    assert export["remembered"][0]["words"] == "oat, please"
    assert api.get(f"contacts/{alice.uid}/timeline/").said["results"][0] == {
        "kind": "remembered",
        "at": "2026-05-04T12:00:00Z",
        "text": "oat",
        "thing": {"preference": str(alice.preferences.get().uid), "key": "milk", "kind": "stated"},
    }


@pytest.mark.django_db(transaction=True)
def test_somebody_in_other_hands_is_503_and_changes_nothing(api: Caller) -> None:
    alice = cast.alice()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        from django.db import transaction

        try:
            with transaction.atomic():
                Contact.objects.select_for_update().get(pk=alice.pk)
                held.set()
                done.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        response = api.patch(f"contacts/{alice.uid}/", {"name": "Ali"})
    finally:
        done.set()
        thread.join()

    assert errors(response, 503)
    assert response.headers["Retry-After"] == "2"
    assert Contact.objects.get().name == "Alice Moreau"


def test_attributes_become_what_is_remembered_with_the_api_as_their_source(api: Caller) -> None:
    alice = created(api, name="Alice", attributes={"shoeSize": 38, "tags": ["VIP"]})
    assert alice["attributes"] == {"shoe_size": 38, "tags": ["VIP"]}

    for _ in range(2):
        changed = api.patch(f"contacts/{alice['id']}/", {"attributes": {"shoeSize": 39}})
    assert changed.said["attributes"] == {"shoe_size": 39, "tags": ["VIP"]}
    history = api.get(f"contacts/{alice['id']}/preferences/").said["results"]
    shoes = [(row["value"], row["state"], row["kind"]) for row in history if row["key"] == "shoe_size"]
    assert sorted(shoes) == [("38", "superseded", "observed"), ("39", "active", "observed")]


@pytest.mark.parametrize(
    "attributes", [["a"], {"a": None}, {"a": {"b": 1}}, {"a": [{}]}, {str(n): n for n in range(101)}]
)
def test_what_is_no_attribute_is_refused(api: Caller, attributes: object) -> None:
    assert api.post("contacts/", {"name": "Alice", "attributes": attributes}).status_code == 400
    assert not Contact.objects.exists()
