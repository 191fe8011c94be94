"""What changes about a product and is told to those who looked at it: its price drops, or it is back in stock.

`save_products` notices it in the statement that writes the product, and keeps a row of `ProductNews`. A worker tells
it, a slice of people at a time: each slice commits how far it is, so that a kill loses nobody, and nobody hears twice.
"""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from crm.catalog.models import Product, ProductNews
from crm.contacts.jobs import slices
from crm.contacts.jobs.hand import Hand, work_through
from crm.events.actions import Fact, derive
from engage.lib import clock, sql, wake

SLICE = 1000
"""People of one transaction."""
LOOKED = timedelta(days=90)
MOST_WORDS, LONGEST_PHRASE = 6, 3
MOST_FITTING = 3
"""A search that fits the names of more products is about none of them."""

EVENTS = {ProductNews.What.DROPPED: "Price Dropped", ProductNews.What.BACK: "Back In Stock"}

type Listening = Callable[[], Collection[str]]
"""Gives the names of the events that something waits for."""

_listening: list[Listening] = []


def register(source: Listening) -> None:
    """Rooms above say which events they wait for: what nobody waits for is not told."""
    if source not in _listening:
        _listening.append(source)


class Change(NamedTuple):
    """A product as it was written; `was_*` is what stood there before, empty where nothing did."""

    id: int
    was_price: Decimal | None
    price: Decimal | None
    was_stock: int | None
    stock: int | None


def notice(changes: Collection[Change], *, by: str, at: datetime) -> None:
    """Keep what is news, in the transaction that wrote it. One INSERT, none where nothing is."""
    news = [
        ProductNews(product_id=change.id, what=what, old_price=change.was_price, price=change.price, by=by[:120], at=at)
        for change in changes
        for what in _news(change)
    ]
    if news:
        ProductNews.objects.bulk_create(news)
        transaction.on_commit(lambda: wake.wake("product_news"))


def _news(change: Change) -> list[str]:
    dropped = change.was_price is not None and change.price is not None and change.price < change.was_price
    back = change.was_stock is not None and change.stock is not None and change.was_stock <= 0 < change.stock
    return [what for what, is_so in ((ProductNews.What.DROPPED, dropped), (ProductNews.What.BACK, back)) if is_so]


def run() -> int:
    """Tell what waits, one at a time; how many were worked on."""
    return work_through(ProductNews, carry_out)


def carry_out(job: ProductNews) -> None:
    """Work on leased news until everybody is told. What repeats ends as failed, with why; an error that passes leaves
    it to the next worker."""
    hand = Hand(job)
    with hand.at_work(partial(_fail, hand)):
        if EVENTS[ProductNews.What(job.what)] in {name for source in _listening for name in source()}:
            marks = _marks(job.product)
            while slices.write(partial(_slice, hand, marks)):
                hand.keep()
        hand.let_go(state=ProductNews.State.DONE, fraction=1.0, finished=clock.now())


def _fail(hand: Hand[ProductNews], error: Exception) -> None:
    hand.let_go(state=ProductNews.State.FAILED, problem=type(error).__name__, finished=clock.now())


def _slice(hand: Hand[ProductNews], marks: Collection[str]) -> bool:
    """One transaction: the lease, the next people, what they are told, and how far we are. False where nobody is left,
    or it is true no more."""
    hand.lock()
    job = hand.job
    product = Product.objects.get(pk=job.product_id)
    looked = _looked(job, marks) if _still(job, product) else []
    if not looked:
        return False
    facts = [_fact(job, product, *person) for *person, bought in looked if not bought]
    derive(facts, cause=f"product:{product.external_id}"[:120])
    hand.move(
        looked[-1][0] - job.cursor, 0.5, Counter({"told": len(facts), "bought": len(looked) - len(facts)}), Counter()
    )
    return True


def _still(job: ProductNews, product: Product) -> bool:
    """A price that went up again, or a product sold out since, is told to nobody more."""
    if job.what == ProductNews.What.BACK:
        return product.stock is not None and product.stock > 0
    return product.price is not None and job.old_price is not None and product.price < job.old_price


def _looked(job: ProductNews, marks: Collection[str]) -> list[tuple[Any, ...]]:
    since = job.at - LOOKED
    return sql.rows(_LOOKED, [list(marks), since, since, job.at, job.cursor, SLICE, job.product_id])


def _marks(product: Product) -> list[str]:
    """What the index on looks may hold of this product: its number, and the searches for words of its name that fit
    hardly any other product. One query."""
    words = product.name.lower().split()[:MOST_WORDS]
    phrases = {
        " ".join(words[first : first + length])
        for length in range(1, LONGEST_PHRASE + 1)
        for first in range(len(words) - length + 1)
    } | {product.name.strip().lower()}
    found = sql.rows(
        """
        SELECT phrase FROM unnest(%s::text[]) AS phrase WHERE %s >= (SELECT count(*) FROM (
            SELECT FROM crm_catalog_product AS p WHERE strpos(lower(p.name), phrase) > 0 LIMIT %s) AS fitting)
        """,
        [sorted(phrase for phrase in phrases if len(phrase) > 2), MOST_FITTING, MOST_FITTING + 1],
    )
    return [f"p {product.external_id}", *(f"q {phrase}" for (phrase,) in found)]


def _fact(job: ProductNews, product: Product, contact: int, recorded_for: int) -> Fact:
    price = {} if product.price is None else {"price": float(product.price)}
    changed = {"old_price": float(job.old_price)} if job.what == ProductNews.What.DROPPED and job.old_price else {}
    return Fact(
        contact=contact,
        recorded_for=recorded_for,
        name=EVENTS[ProductNews.What(job.what)],
        at=job.at,
        message_id=f"product:{job.pk}:{recorded_for}",
        properties={
            "product_id": product.external_id,
            "name": product.name,
            "category": product.category,
            "currency": product.currency,
            "url": product.url,
            **price,
            **changed,
            **({"stock": product.stock} if job.what == ProductNews.What.BACK else {}),
        },
    )


LOOK = """left(CASE WHEN e.name = 'Products Searched' THEN 'q ' || lower(btrim(e.properties ->> 'query'))
    ELSE 'p ' || coalesce(e.properties ->> 'product_id', e.properties ->> 'sku') END, 120)"""
LOOKS = "e.name IN ('Product Viewed', 'Product Added', 'Product Added to Wishlist', 'Products Searched')"
"""Both as the index `event_look` has them."""

_LOOKED = f"""
    SELECT l.contact_id, l.recorded_for_id, EXISTS (
        SELECT FROM crm_catalog_order AS o JOIN crm_catalog_orderline AS line ON line.order_id = o.id
        WHERE o.contact_id = l.contact_id AND o.at >= l.first AND NOT o.refund AND o.refunded IS NULL
          AND line.product_id = asked.product) AS bought
    FROM (
        SELECT e.contact_id, (array_agg(e.recorded_for_id ORDER BY e.at DESC))[1] AS recorded_for_id, min(e.at) AS first
        FROM crm_events_event AS e
        WHERE {LOOKS} AND {LOOK} = ANY(%s) AND e.at > %s AND e.received > %s AND e.at <= %s AND e.contact_id > %s
        GROUP BY e.contact_id ORDER BY e.contact_id LIMIT %s
    ) AS l, (SELECT %s::bigint AS product) AS asked
    ORDER BY l.contact_id
"""  # noqa: S608 ours
