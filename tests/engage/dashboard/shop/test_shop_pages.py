"""What the shop sells and sold."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.catalog.models import Order, OrderLine, Product
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    client.force_login(cast.max_())


def order(number: int, **fields) -> Order:
    alice = cast.contact(f"Buyer {number}")
    return Order.objects.create(
        external_id=f"A-{number}",
        contact=alice,
        recorded_for=alice,
        at=cast.NOON - timedelta(hours=number // 2),
        total="18.00",
        currency="GBP",
        source="import",
        **fields,
    )


def test_products_stand_by_name_with_price_and_stock(client):
    Product.objects.create(external_id="E1", name="Espresso", price="9.00", currency="GBP", stock=0)
    page = client.get(reverse("shop_products")).content.decode()
    assert "Espresso" in page and "£9.00" in page and "sold out" in page


def test_products_are_found_by_name_and_number(client):
    Product.objects.create(external_id="E1", name="Espresso")
    Product.objects.create(external_id="T1", name="Green tea")
    for search in ("green", "t1"):
        page = client.get(reverse("shop_products"), {"q": search}).content.decode()
        assert "Green tea" in page and "Espresso" not in page


def test_products_go_on_page_by_page(client):
    for number in range(60):
        Product.objects.create(external_id=str(number), name=f"Tea {number % 7}")
    first = client.get(reverse("shop_products"))
    second = client.get(reverse("shop_products"), {"after": first.context["next"]})
    shown = [*first.context["products"], *second.context["products"]]
    assert len(shown) == len(set(shown)) == 60 and not second.context["next"]


def test_orders_stand_the_latest_first(client):
    for number in range(60):
        order(number)
    first = client.get(reverse("shop_orders")).context["page"]
    second = client.get(reverse("shop_orders"), {"cursor": first.next}).context["page"]
    times = [row.at for row in [*first.rows, *second.rows]]
    assert len(times) == 60 and times == sorted(times, reverse=True)


def test_orders_take_as_many_queries_for_thirty_as_for_one(client):
    order(0)
    assert queries_of(client, reverse("shop_orders")) == 4
    for number in range(1, 31):
        order(number)
    assert queries_of(client, reverse("shop_orders")) == 4


def test_an_order_shows_its_lines(client):
    bought = order(1, refund=True)
    OrderLine.objects.create(order=bought, position=1, name="Espresso", quantity=2, price="9.00")
    page = client.get(reverse("shop_order", args=[bought.uid])).content.decode()
    assert "Espresso" in page and "18.00" in page and "given back" in page
