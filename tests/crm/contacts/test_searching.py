"""Somebody is found by any part of what one remembers, along the indexes, slice by slice if need be."""

import pytest
from django.db import connection

from crm.contacts import normal, searching
from crm.contacts.models import Company, Contact, Identity
from tests import cast

pytestmark = pytest.mark.django_db


def found(search: str) -> set[str]:
    return {Contact.objects.get(pk=pk).name for pk in searching.newest(search, most=10)}


@pytest.fixture
def people() -> list[Contact]:
    cafe = Company.objects.create(name="Harbour Café")
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    Contact.objects.filter(pk=bob.pk).update(company=cafe)
    Identity.objects.create(contact=bob, recorded_for=bob, kind="phone", value="+447700900123", proof="staff")
    Identity.objects.create(contact=carol, recorded_for=carol, kind="anonymous", value="alice-device", proof="device")
    return [alice, bob, carol]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("search", "who"),
    [
        ("reau", {"Alice Moreau"}),
        ("ICE MOR", {"Alice Moreau"}),
        ("lice@sh", {"Alice Moreau"}),
        ("work.example", {"Carol Vance"}),
        ("07700 900123", {"Bob Stone"}),
        ("0044 7700 900 123", {"Bob Stone"}),
        ("(07700) 900-123", {"Bob Stone"}),
        ("900 123", {"Bob Stone"}),
        ("0123", {"Bob Stone"}),
        ("harbour", {"Bob Stone"}),
        ("st", {"Bob Stone"}),
        ("va", {"Carol Vance"}),
        ("lice-device", set()),
        ("12", set()),
        ("%", set()),
        ("@", set()),
        ("٠٧٧٠٠ ٩٠٠١٢٣", {"Bob Stone"}),
    ],
)
def test_any_part_finds_them(search: str, who: set[str]) -> None:
    assert found(search) == who


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("王小明", "小明"),
        ("王小明", "王"),
        ("Анна Кузнецова", "узнец"),
        ("Анна Кузнецова", "АННА К"),
        ("Zoë Müller", "oë mü"),
        ("Zoë Müller", "zo"),
        ("Zoë Müller", "ller"),
        ("محمد علي", "علي"),
        ("A😀B", "😀B"),
        ("100% Ünlü", "% ü"),
    ],
)
def test_every_script_is_found_by_any_part(name: str, search: str) -> None:
    cast.contact("Somebody Else", "else@shop.example")
    cast.contact("Ünlü 100")
    cast.contact(name)
    assert found(search) == {name}


@pytest.mark.parametrize("search", ["李小", "王", "узнец", "zq", "é"])
def test_no_search_reads_the_whole_table(search: str, monkeypatch) -> None:
    """Its plan goes along the indexes even where the planner may not weigh anything but them."""
    asked: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")

    def explained(query: str, values: dict) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query}", values)
            asked.extend(row[0] for row in cursor.fetchall())
        return []

    monkeypatch.setattr(searching.sql, "rows", explained)
    searching.newest(search, most=10)
    plan = "\n".join(asked)
    assert "contact_name_parts" in plan or "contact_name_signs" in plan
    assert "identity_value_parts" in plan or "identity_value_signs" in plan


def test_where_many_fit_the_newest_are_found_and_where_few_do_the_old(monkeypatch) -> None:
    monkeypatch.setattr(searching, "WINDOW", 2)
    people = [cast.contact(f"Zo {n}") for n in range(6)]
    assert searching.newest("zo", most=2) == [people[5].pk, people[4].pk]
    assert searching.newest("zo", most=5) == [person.pk for person in reversed(people[1:])]


def test_slices_reach_everybody_once(people: list[Contact]) -> None:
    seen, key = [], 0
    while slice := searching.after("shop.example", key, most=2):
        seen += slice
        key = slice[-1]
    assert seen == sorted(person.pk for person in people)


@pytest.mark.parametrize(
    ("text", "digits"),
    [("07700 900-123", "7700900123"), ("٠٧٧٠٠", "7700"), ("Room 12", ""), ("a1", ""), ("+44 20", "4420"), ("", "")],
)
def test_digits_of_a_number_as_people_write_it(text: str, digits: str) -> None:
    assert normal.digits(text) == digits


def test_names_and_addresses_have_trigram_indexes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid::regclass::text LIKE '%_parts' OR "
            "indisvalid AND indexrelid::regclass::text LIKE '%_signs'"
        )
        assert cursor.fetchone() == (5,)
