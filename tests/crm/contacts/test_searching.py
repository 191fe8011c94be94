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
    ],
)
def test_any_part_finds_them(search: str, who: set[str]) -> None:
    assert found(search) == who


def test_a_name_of_two_signs_is_found_inside_a_longer_one() -> None:
    cast.contact("王小明")
    assert found("小明") == {"王小明"}


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
        cursor.execute("SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid::regclass::text LIKE '%_parts'")
        assert cursor.fetchone() == (3,)
