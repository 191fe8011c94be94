"""The list as a file: what is in the list, nothing a spreadsheet would carry out, by those who may, on record."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.contacts.models import Exported, Identity
from engage.dashboard.people import exports
from engage.lib.spreadsheets import safe
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    client.force_login(user := cast.max_())
    return user


def taken(client, *columns: str, as_: str = "csv", **query: str) -> bytes:
    answer = client.post(
        reverse("export_people", query=query), {"format": as_, "columns": columns or ["name", "email"]}
    )
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    return b"".join(answer.streaming_content)


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_everybody_in_the_list_is_in_the_file(client) -> None:
    cast.alice(), cast.carol()
    assert table(taken(client)) == [
        ["Name", "E-mail"],
        ["Alice Moreau", "alice@shop.example"],
        ["Carol Vance", "carol@shop.example, carol@work.example"],
    ]


def test_the_file_is_narrowed_as_the_list_is(client) -> None:
    cast.alice(), cast.bob()
    assert table(taken(client, language="en"))[1:] == [["Alice Moreau", "alice@shop.example"]]
    found = client.post(reverse("find_people"), {"q": "bob@"}).url.partition("found=")[2]
    assert table(taken(client, found=found))[1:] == [["Bob Stone", "bob@shop.example"]]


def test_nothing_of_it_is_a_formula(client) -> None:
    eve = cast.contact('=HYPERLINK("http://x.example")', "eve@shop.example")
    Identity.objects.create(contact=eve, recorded_for=eve, kind="phone", value="+447700900123", proof="staff")
    assert table(taken(client, "name", "phone"))[1] == ['\'=HYPERLINK("http://x.example")', "'+447700900123"]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx"])
def test_what_begins_like_a_formula_is_marked(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert safe(f"a{cell}") == f"a{cell}"


def test_json_is_an_array_of_objects_as_they_are(client) -> None:
    assert json.loads(taken(client, as_="json")) == []
    cast.contact("=1+1", "eve@shop.example", attributes={"milk": "oat"})
    cast.alice()
    assert json.loads(taken(client, "name", "attributes", as_="json")) == [
        {"name": "=1+1", "attributes": {"milk": "oat"}},
        {"name": "Alice Moreau", "attributes": {}},
    ]


def test_claims_are_not_given_away_as_addresses(client) -> None:
    cast.contact("Mallory", "alice@shop.example", proof="")
    assert table(taken(client))[1] == ["Mallory", ""]


def test_slices_join_without_a_gap_and_cost_the_same_each(client, monkeypatch) -> None:
    monkeypatch.setattr(exports, "SLICE", 3)
    for number in range(7):
        cast.contact(f"Person {number}")
    with CaptureQueriesContext(connection) as made:
        rows = json.loads(taken(client, as_="json"))
    assert [row["name"] for row in rows] == [f"Person {number}" for number in range(7)]
    people = [query for query in made.captured_queries if 'FROM "crm_contacts_contact"' in query["sql"]]
    assert len(people) == 4


def test_who_took_it_stays_on_record(client, max_) -> None:
    cast.alice(), cast.bob()
    found = client.post(reverse("find_people"), {"q": "alice"}).url.partition("found=")[2]
    taken(client, "name", language="en", found=found)
    record = Exported.objects.get()
    assert (record.by, record.rows, record.columns) == (str(max_), 1, ["name"])
    assert record.narrowed == ["Language: English"] and record.searched and record.finished


def test_one_that_is_broken_off_says_how_far_it_came(client, monkeypatch) -> None:
    monkeypatch.setattr(exports, "SLICE", 1)
    cast.alice(), cast.bob(), cast.carol()
    answer = client.post(reverse("export_people"), {"format": "csv", "columns": ["name"]})
    parts = iter(answer)
    [next(parts) for _ in range(3)]
    answer._iterator.close()  # as the server does when the reader is gone; it keeps the test's connection
    record = Exported.objects.get()
    assert record.rows == 1 and record.finished is None


@pytest.mark.parametrize("said", [{}, {"format": "xls", "columns": ["name"]}, {"format": "csv", "columns": ["secret"]}])
def test_what_cannot_be_exported_is_asked_again(client, said) -> None:
    assert client.post(reverse("export_people"), said or {"x": "1"}).status_code == 400
    assert not Exported.objects.exists()


def test_agents_see_people_and_take_none_away(client) -> None:
    cast.alice()
    client.force_login(cast.ada())
    assert client.get(reverse("export_people")).status_code == 403
    assert client.post(reverse("export_people"), {"format": "csv", "columns": ["name"]}).status_code == 403
    page = client.get(reverse("people")).content.decode()
    assert "Alice Moreau" in page and reverse("export_people") not in page
    assert not Exported.objects.exists()
