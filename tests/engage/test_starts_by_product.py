"""A price that drops, and what is back in stock, begin journeys for those who looked."""

from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from crm.catalog import news
from crm.catalog.actions import StatedProduct, save_products
from crm.catalog.models import Product, ProductNews
from crm.contacts.jobs.hand import Hand, claim
from crm.contacts.models import Contact
from crm.events.models import Event
from engage import listen
from engage.lib import clock
from tests.engage.starts import DAY, begun, does, put, starts_on

pytestmark = pytest.mark.django_db


def costs(price: str | None, code: str = "tea-1", stock: int | None = None, name: str = "Kenya Gold", currency="GBP"):
    stated = StatedProduct(code, name, "Tea", Decimal(price) if price else None, currency, stock)
    return save_products([stated], by="shop", at=clock.now())


def told() -> None:
    news.run()
    listen.run()


def test_who_looked_is_told_of_a_price_that_drops_with_the_old_price_and_the_new():
    costs("12")
    journey = starts_on("Price Dropped")
    does("Product Viewed", ago=2 * DAY, product_id="tea-1")
    costs("9.5")
    told()
    [said] = begun(journey)
    assert (said["product_id"], said["name"], said["old_price"], said["price"]) == ("tea-1", "Kenya Gold", 12.0, 9.5)
    assert ProductNews.objects.get().counts == {"told": 1}


@pytest.mark.parametrize(
    ("event", "properties", "hears"),
    [
        ("Product Viewed", {"product_id": "tea-1"}, True),
        ("Product Viewed", {"sku": "tea-1"}, True),
        ("Product Added", {"product_id": "tea-1"}, True),
        ("Products Searched", {"query": " kenya gold"}, True),
        ("Products Searched", {"query": "Kenya"}, True),
        ("Products Searched", {"query": "gold tea"}, False),
        ("Products Searched", {"query": {"odd": [1]}}, False),
        ("Product Viewed", {"product_id": "tea-2"}, False),
        ("Product Viewed", {"product_id": ["tea-1"]}, False),
        ("Product Viewed", {}, False),
        ("Page Viewed", {"product_id": "tea-1"}, False),
        ("Product Viewed", {"product_id": "x" * 9000}, False),
    ],
)
def test_looking_is_viewing_putting_into_the_cart_or_searching_for_its_name(event, properties, hears):
    costs("12")
    journey = starts_on("Price Dropped")
    does(event, **properties)
    costs("9")
    told()
    assert bool(begun(journey)) is hears


def test_a_search_that_fits_many_products_is_about_none_of_them():
    for number in range(4):
        costs("12", f"tea-{number}", name=f"Kenya {number}")
    journey = starts_on("Price Dropped")
    does("Products Searched", query="kenya")
    costs("9", "tea-1", name="Kenya 1")
    told()
    assert begun(journey) == []


def test_who_bought_it_since_or_looked_too_long_ago_hears_nothing():
    costs("12")
    journey = starts_on("Price Dropped")
    line = {"product_id": "tea-1", "name": "Kenya Gold", "price": 12, "quantity": 1}
    does("Product Viewed", ago=3 * DAY, who="bought", product_id="tea-1")
    does("Order Completed", ago=2 * DAY, who="bought", order_id="o1", total=12, products=[line])
    does("Product Viewed", ago=DAY, who="bought", product_id="tea-1")
    does("Product Viewed", ago=91 * DAY, who="long ago", product_id="tea-1")
    does("Order Completed", ago=5 * DAY, who="before", order_id="o2", total=12, products=[line])
    does("Product Viewed", ago=2 * DAY, who="before", product_id="tea-1")
    costs("9")
    told()
    assert len(begun(journey)) == 1
    assert Event.objects.get(name="Price Dropped").contact.identities.get().value == "before"


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (("12", 5), ("9", 5), ["dropped"]),
        (("12", 0), ("12", 5), ["back"]),
        (("12", -1), ("9", 5), ["dropped", "back"]),
        (("12", 5), ("12", 5), []),
        (("9", 5), ("12", 0), []),
        (("12", 5), (None, None), []),
        ((None, None), ("9", 5), []),
    ],
)
def test_what_is_news_of_a_product(before, after, what):
    costs(before[0], stock=before[1])
    costs(after[0], stock=after[1])
    assert list(ProductNews.objects.order_by("id").values_list("what", flat=True)) == what


def test_a_price_in_another_currency_has_not_dropped():
    costs("12")
    costs("9", currency="EUR")
    assert not ProductNews.objects.exists()


def test_what_is_back_in_stock_is_told_to_who_looked():
    costs("12", stock=0)
    journey = starts_on("Back In Stock")
    does("Product Viewed", product_id="tea-1")
    costs("12", stock=3)
    told()
    [said] = begun(journey)
    assert (said["product_id"], said["stock"]) == ("tea-1", 3)


@pytest.mark.parametrize(("price", "stock"), [("12", 3), ("9", 0)])
def test_what_is_true_no_more_is_told_to_nobody(price, stock):
    costs("12", stock=0)
    dropped, back = starts_on("Price Dropped"), starts_on("Back In Stock")
    does("Product Viewed", product_id="tea-1")
    costs("9", stock=3)
    Product.objects.update(price=price, stock=stock)
    told()
    assert (len(begun(dropped)), len(begun(back))) == (int(price == "9"), int(stock > 0))


def test_what_no_journey_waits_for_is_told_to_nobody():
    costs("12")
    does("Product Viewed", product_id="tea-1")
    costs("9")
    told()
    assert ProductNews.objects.get().state == "done"
    assert not Event.objects.filter(name="Price Dropped").exists()


def test_a_popular_product_is_told_in_slices_and_a_worker_that_is_killed_loses_nobody(monkeypatch):
    monkeypatch.setattr(news, "SLICE", 3)
    costs("12")
    journey = starts_on("Price Dropped")
    for number in range(8):
        put("Product Viewed", at=clock.now() - DAY, who=f"u{number}", product_id="tea-1")
    listen.run()
    costs("9")
    job = claim(ProductNews, at=clock.now())
    assert job is not None
    assert news._slice(Hand(job), ["p tea-1"])  # and no more: this worker is dead, its lease lapses
    ProductNews.objects.update(leased_until=clock.now() - timedelta(seconds=1))
    told()
    assert len(begun(journey)) == 8
    assert Event.objects.filter(name="Price Dropped").count() == 8


def test_the_statement_that_writes_products_is_one_and_news_are_one_more():
    costs("12")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        costs("12")
    assert len(captured) == 1
    with CaptureQueriesContext(connection) as captured:
        costs("9")
    assert sum("SAVEPOINT" not in query["sql"] for query in captured) == 2


@pytest.mark.django_db(transaction=True)
def test_prices_that_fall_at_once_from_several_hands_are_each_noticed_from_what_stood_before():
    costs("100")

    def fall(price: int) -> None:
        costs(str(price))
        connections.close_all()

    hands = [Thread(target=fall, args=(price,)) for price in range(90, 10, -10)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    noticed = list(ProductNews.objects.order_by("-old_price"))
    steps = {(one.old_price, one.price) for one in noticed}
    assert all(old > new for old, new in steps) and len(steps) == len(noticed)
    assert {old for old, _new in steps} - {Decimal(100)} <= {Decimal(price) for price in range(90, 10, -10)}
    assert Decimal(100) in {old for old, _new in steps}


def test_people_are_told_as_they_are_today():
    costs("12")
    starts_on("Price Dropped")
    does("Product Viewed", product_id="tea-1")
    Contact.objects.get().delete()
    costs("9")
    told()
    assert not Event.objects.filter(name="Price Dropped").exists()
