"""Of very many people a sample is asked: about how many, and between which numbers."""

import pytest
from django.db import connection

from crm.contacts.models import Contact
from crm.rules import parse
from crm.segments import estimating, queries
from crm.segments.estimating import estimate
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[Contact]:
    """A thousand people, of whom a sample of four hundred is asked."""
    monkeypatch.setattr(estimating, "MANY", 500)
    monkeypatch.setattr(estimating, "SAMPLE", 400)
    languages = ["en"] * 6 + ["es"] * 3 + ["zh"]
    people = Contact.objects.bulk_create(
        Contact(name=f"Person {n}", language=languages[n % 10], created=cast.NOON) for n in range(1000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_contacts_contact")
    return people


def reads(language: str):
    return parse({"field": "contact.language", "op": "is", "value": language})


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_what_counting_finds_lies_in_the_range(many, language: str) -> None:
    found = estimate(reads(language), at=cast.NOON)
    assert found and found.low < found.number < found.high
    assert found.low <= queries.count(reads(language), at=cast.NOON) <= found.high
    assert found.high - found.low < 200, "it must say something"


def test_nobody_is_about_nobody_and_everybody_about_all(many) -> None:
    nobody, everybody = estimate(reads("fr"), at=cast.NOON), estimate(parse({"all": []}), at=cast.NOON)
    assert nobody and (nobody.number, nobody.low) == (0, 0) and nobody.high < 20
    assert everybody and everybody.number == everybody.high == 1000 and everybody.low > 980


def test_those_who_were_merged_or_erased_count_for_nobody(many) -> None:
    Contact.objects.filter(pk__in=[person.pk for person in many[1:500]]).update(merged_into=many[0])
    found = estimate(parse({"all": []}), at=cast.NOON)
    assert found and found.low <= 501 <= found.high


def test_the_same_rule_is_about_the_same_number_each_time(many) -> None:
    assert estimate(reads("es"), at=cast.NOON) == estimate(reads("es"), at=cast.NOON)


def test_few_people_are_counted() -> None:
    cast.alice()
    assert estimate(reads("en"), at=cast.NOON) is None


def test_its_cost_does_not_grow_with_people(many, django_assert_num_queries) -> None:
    estimate(reads("en"), at=cast.NOON)
    with django_assert_num_queries(3):
        estimate(reads("en"), at=cast.NOON)
