"""Rules may ask what somebody ordered and gave back; both evaluators answer alike."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from crm.catalog.models import Order
from crm.catalog.queries import bought_by, orders_of
from crm.contacts.models import Contact
from crm.rules import compile_answers, compile_where, evaluate, fetch_facts, parse

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 5, 4, 9, 30, tzinfo=dt.UTC)
TWICE = {"did": "order", "count": {"op": "at_least", "value": 2}, "within": {"days": 30}}


def buy(contact: Contact, number: str, days_ago: int, total: int, **rest) -> None:
    at = NOW - dt.timedelta(days=days_ago)
    Order.objects.create(
        external_id=number,
        contact=contact,
        recorded_for=contact,
        at=at,
        total=total,
        currency="GBP",
        source="t",
        **rest,
    )


@pytest.fixture
def people() -> dict[str, Contact]:
    alice, bob, carol = (Contact.objects.create(name=name) for name in ("Alice", "Bob", "Carol"))
    buy(alice, "a1", 29, 10)
    buy(alice, "a2", 3, 30)
    buy(bob, "b1", 31, 50)
    buy(bob, "b2", 2, 50)
    buy(carol, "c1", 5, 7, refunded=NOW - dt.timedelta(days=1))
    buy(carol, "c2", 4, 7, refund=True)
    return {"Alice": alice, "Bob": bob, "Carol": carol}


def matching(data: dict) -> set[str]:
    rule = parse(data)
    where, values = compile_where(rule, NOW)
    everybody = [contact.pk for contact in Contact.objects.all()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.name FROM crm_contacts_contact c WHERE {where}", values)
        names = {name for (name,) in cursor.fetchall()}
        cursor.execute(*compile_answers({1: rule}, everybody, NOW))
        answered = {contact for _rule, contact in cursor.fetchall()}
        facts = fetch_facts(cursor, [rule], everybody, NOW)
    in_memory = {contact for contact, known in facts.items() if evaluate(rule, known, NOW)}
    assert answered == in_memory == set(Contact.objects.filter(name__in=names).values_list("pk", flat=True))
    return names


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (TWICE, {"Alice"}),
        ({"did": "order", "sum": {"column": "total", "op": "at_least", "value": 50}}, {"Bob"}),
        ({"did": "order", "where": [{"column": "currency", "op": "is", "value": "EUR"}]}, set()),
        ({"did": "order", "last": {"column": "total", "op": "is", "value": 30}}, {"Alice"}),
        ({"did": "refund"}, {"Carol"}),
        ({"did": "refund", "within": {"days": 2}}, {"Carol"}),
    ],
)
def test_a_rule_finds_who_ordered_and_who_gave_back(people, rule, names):
    assert matching(rule) == names


def test_totals_leave_out_what_was_given_back(people):
    assert bought_by(people["Alice"].pk) == [("GBP", 2, Decimal(40))]
    assert bought_by(people["Carol"].pk) == []
    assert [order.external_id for order in orders_of(people["Carol"].pk)] == ["c2", "c1"]
