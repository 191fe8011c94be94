"""Orders that events tell of stand in the catalog: once, whole, and with whom they belong."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from crm.business.queries import business
from crm.catalog.actions import apply_orders
from crm.catalog.models import Order, Product
from crm.contacts.identify import Signature
from crm.contacts.models import Contact
from crm.events.envelope import Incoming

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 5, 4, 9, 30, tzinfo=dt.UTC)
BEANS = {"product_id": "beans", "name": "House beans", "category": "Coffee", "quantity": 2, "price": 8.5}


@pytest.fixture
def alice() -> Contact:
    return Contact.objects.create(name="Alice")


@pytest.fixture
def bob() -> Contact:
    return Contact.objects.create(name="Bob")


def told(contact: Contact, name: str = "Order Completed", *, source: str = "write", minutes: int = 0, **properties):
    at = NOW + dt.timedelta(minutes=minutes)
    return Incoming(
        key=uuid4(),
        message_id="m",
        kind="track",
        name=name,
        at=at,
        received=at,
        history=False,
        source=source,
        properties=properties,
        context={},
        traits={},
        signature=Signature(),
        raw={},
        contact_id=contact.pk,
        recorded_for_id=contact.pk,
    )


def apply(*events: Incoming) -> None:
    apply_orders(events, at=NOW)


def test_an_order_stands_with_its_total_lines_and_products(alice):
    apply(told(alice, order_id="o1", total=20.5, currency="eur", products=[BEANS, {"name": "Gift wrap"}]))
    order = Order.objects.get()
    assert (order.contact, order.recorded_for, order.at) == (alice, alice, NOW)
    assert (order.total, order.currency, order.refund, order.source) == (Decimal("20.50"), "EUR", False, "write")
    assert list(order.lines.order_by("position").values_list("name", "product__external_id", "quantity", "price")) == [
        ("House beans", "beans", 2, Decimal("8.500")),
        ("Gift wrap", None, 1, Decimal("0.000")),
    ]
    product = Product.objects.get()
    assert (product.name, product.category, product.price) == ("House beans", "Coffee", Decimal("8.50"))


def test_an_order_told_twice_is_one_order_with_the_latest_values(alice):
    apply(told(alice, order_id="o1", total=20, products=[BEANS, BEANS]))
    apply(told(alice, "Order Updated", order_id="o1", total="17.00", products=[BEANS], minutes=5))
    order = Order.objects.get()
    assert (order.total, order.at, order.lines.count()) == (Decimal("17.00"), NOW, 1)


def test_of_two_statements_in_one_chunk_the_later_counts(alice):
    apply(told(alice, order_id="o1", total=2, minutes=5), told(alice, order_id="o1", total=1))
    assert Order.objects.get().total == 2


def test_a_refund_marks_its_order_whichever_comes_first(alice):
    apply(told(alice, order_id="o1", total=5), told(alice, "Order Refunded", order_id="o1", minutes=9))
    apply(told(alice, "Order Refunded", order_id="o2", minutes=9))
    apply(told(alice, order_id="o2", total=5))
    later = NOW + dt.timedelta(minutes=9)
    assert set(Order.objects.values_list("external_id", "refund", "at", "refunded", "total")) == {
        ("o1", False, NOW, later, Decimal(5)),
        ("o2", False, NOW, later, Decimal(5)),
    }


def test_the_public_site_script_cannot_touch_somebody_elses_order(alice, bob):
    apply(told(alice, order_id="o1", total=5, products=[BEANS]))
    apply(told(bob, order_id="o1", total=0, source="site"))
    apply(told(bob, "Order Refunded", order_id="o1", source="site"))
    order = Order.objects.get()
    assert (order.contact, order.total, order.refunded, order.lines.count()) == (alice, Decimal(5), None, 1)


def test_the_public_site_script_makes_no_products(alice):
    apply(told(alice, order_id="o1", total=5, source="site", products=[BEANS]))
    assert not Product.objects.exists()
    assert Order.objects.get().lines.get().name == "House beans"


def test_an_order_of_the_site_goes_to_whom_the_server_names(alice, bob):
    apply(told(alice, order_id="o1", total=5, source="site"))
    apply(told(bob, order_id="o1", total=5, source="write"))
    apply(told(alice, order_id="o1", total=6, source="write"))
    order = Order.objects.get()
    assert (order.contact, order.source, order.total) == (bob, "write", Decimal(6))


def test_what_the_shop_calls_a_product_is_not_changed_by_an_order(alice):
    Product.objects.create(external_id="beans", name="Our best beans")
    apply(told(alice, order_id="o1", total=5, products=[BEANS]))
    assert Product.objects.get().name == "Our best beans"


@pytest.mark.parametrize(
    ("properties", "total"),
    [
        ({"order_id": 7, "revenue": "12.30"}, "12.30"),
        ({"order_id": "7", "total": "twelve", "value": 3}, "3"),
        ({"order_id": "7", "total": -5, "products": [BEANS]}, "17"),
        ({"order_id": "7", "total": float("1e300"), "products": "none"}, "0"),
        ({"order_id": "7", "total": True, "products": [None, 3, {"quantity": []}]}, "0"),
        ({"order_id": "7", "products": [{"name": "x", "quantity": 999_999_999, "price": 999_999_999}]}, "999999999"),
    ],
)
def test_values_that_make_no_sense_are_left_out(alice, properties, total):
    apply(told(alice, **properties))
    order = Order.objects.get()
    assert (order.external_id, order.total, order.currency) == ("7", Decimal(total), "GBP")


@pytest.mark.parametrize("number", [None, "", "  ", [], {}, True, 1.5, "x" * 101])
def test_an_event_without_a_number_is_no_order(alice, number):
    apply(told(alice, order_id=number, total=5))
    assert not Order.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_chunk(alice, bob, django_assert_num_queries):
    for count in (1, 40):
        people = [alice, bob] * count
        events = [told(who, order_id=f"{count}-{n}", total=n, products=[BEANS]) for n, who in enumerate(people)]
        events += [told(alice, "Order Refunded", order_id=f"{count}-{n}", minutes=1) for n in range(count)]
        business()
        with django_assert_num_queries(6):
            apply(*events)
    business()
    with django_assert_num_queries(0):
        apply(told(alice, "Product Viewed", product_id="beans"))
