"""Writes on products and orders, in sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from crm.business.queries import business
from crm.catalog.ecommerce import StatedOrder, orders
from crm.catalog.news import Change, notice
from crm.contacts.erasing import Erased
from crm.events.envelope import Incoming
from engage.lib import ids, sql

LINE = ("order_id", "product_id", "position", "name", "quantity", "price")


@dataclass(frozen=True, slots=True)
class StatedProduct:
    """A product as the shop states it; None says nothing of that value."""

    external_id: str
    name: str
    category: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    stock: int | None = None
    url: str | None = None
    attributes: dict[str, Any] | None = field(default=None)


def save_products(products: Iterable[StatedProduct], *, by: str, at: datetime) -> dict[str, int]:
    """Makes or changes products by `external_id`; their ids. What is None stays as it is. One statement, and one more
    where something is news: what stood before is kept by the statement that changes it, so that of many at once each
    sees what it changes."""
    latest = {product.external_id: product for product in products}
    rows = [latest[key] for key in sorted(latest)]
    if not rows:
        return {}
    written = sql.rows(
        """
        INSERT INTO crm_catalog_product AS p
            (uid, external_id, name, category, price, currency, stock, url, attributes, updated)
        SELECT uid, external_id, name, coalesce(category, ''), price, coalesce(currency, ''), stock, coalesce(url, ''),
            coalesce(attributes, '{}'), %s
        FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::int[], %s::text[],
            %s::jsonb[]) AS new(uid, external_id, name, category, price, currency, stock, url, attributes)
        ON CONFLICT (external_id) DO UPDATE SET
            name = excluded.name,
            category = coalesce(nullif(excluded.category, ''), p.category),
            was_price = CASE WHEN excluded.currency IN ('', p.currency) THEN p.price END,
            was_stock = p.stock,
            price = coalesce(excluded.price, p.price),
            currency = coalesce(nullif(excluded.currency, ''), p.currency),
            stock = coalesce(excluded.stock, p.stock),
            url = coalesce(nullif(excluded.url, ''), p.url),
            attributes = p.attributes || excluded.attributes,
            updated = excluded.updated
        RETURNING external_id, id, was_price, price, was_stock, stock
        """,
        [
            at,
            [ids.uuid7() for _row in rows],
            *([getattr(row, name) for row in rows] for name in _VALUES),
            [None if row.attributes is None else orjson.dumps(row.attributes).decode() for row in rows],
        ],
    )
    notice([Change(*values) for _key, *values in written], by=by, at=at)
    return {key: pk for key, pk, *_values in written}


_VALUES = ("external_id", "name", "category", "price", "currency", "stock", "url")


def apply_orders(events: Sequence[Incoming], *, at: datetime) -> None:
    """The listening belt's stage "apply to catalog": orders bought and given back, by their number.

    The contacts must be held. Five statements for orders, one for refunds, none for a chunk without them.
    """
    stated = orders(events, currency=business().currency)
    save_orders([order for order in stated if not order.refund], at=at)
    refund_orders([order for order in stated if order.refund])


def save_orders(stated: Sequence[StatedOrder], *, at: datetime) -> dict[str, int]:
    """Makes or changes orders, each number at most once; the ids of those written.

    An order stays with whom it was recorded for. Only if that was nobody, or the public site script said so, does it go
    to whom a trusted source names. A refund that came before its order becomes the order's.
    """
    if not stated:
        return {}
    products = _products(stated, at)
    written = dict(sql.rows(_SAVE, _columns(stated)))
    sql.run("DELETE FROM crm_catalog_orderline WHERE order_id = ANY(%s)", [list(written.values())])
    taken = [order for order in stated if order.external_id in written]
    rows = [row for order in taken for row in _lines(order, written[order.external_id], products)]
    sql.copy("crm_catalog_orderline", LINE, rows)
    return written


def refund_orders(stated: Sequence[StatedOrder]) -> None:
    """Marks orders as given back, the first time it is said; one that is unknown is kept as a refund. One statement."""
    if stated:
        sql.run(_REFUND, _columns(stated))


def unlink_orders(erased: Erased) -> None:
    """Orders stay, because the shop's sums are made of them, but nobody's any more. One statement."""
    sql.run(
        "UPDATE crm_catalog_order SET contact_id = NULL, recorded_for_id = NULL WHERE contact_id = ANY(%s)",
        [list(erased.contacts)],
    )


_INSERT = """
    INSERT INTO crm_catalog_order AS o
        (uid, external_id, contact_id, recorded_for_id, at, received, total, currency, refund, source)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[],
        %s::numeric[], %s::text[], %s::boolean[], %s::text[])
"""

_MAY_CHANGE = "(excluded.source <> 'site' OR o.recorded_for_id = excluded.recorded_for_id)"

_SAVE = f"""
    {_INSERT}
    ON CONFLICT (external_id) DO UPDATE SET
        contact_id = CASE WHEN o.contact_id IS NULL OR o.source = 'site' THEN excluded.contact_id ELSE o.contact_id END,
        recorded_for_id = CASE WHEN o.contact_id IS NULL OR o.source = 'site' THEN excluded.recorded_for_id
            ELSE o.recorded_for_id END,
        refunded = CASE WHEN o.refund THEN o.at ELSE o.refunded END,
        refund = FALSE,
        at = CASE WHEN o.refund THEN excluded.at ELSE least(o.at, excluded.at) END,
        total = excluded.total,
        currency = excluded.currency,
        source = CASE WHEN o.source = 'site' THEN excluded.source ELSE o.source END
    WHERE {_MAY_CHANGE}
    RETURNING external_id, id
"""

_REFUND = f"""
    {_INSERT}
    ON CONFLICT (external_id) DO UPDATE SET refunded = excluded.at
    WHERE NOT o.refund AND o.refunded IS NULL AND {_MAY_CHANGE}
"""


def _columns(stated: Sequence[StatedOrder]) -> list[list[Any]]:
    names = ("external_id", "contact", "recorded_for", "at", "received", "total", "currency", "refund", "source")
    return [[ids.uuid7() for _order in stated], *([getattr(order, name) for order in stated] for name in names)]


def _products(stated: Iterable[StatedOrder], at: datetime) -> dict[str, int]:
    """Ids by code; those that a trusted source names are made where missing, never changed. Two statements."""
    lines = {line.code: (line, order) for order in stated for line in order.lines if line.code}
    new = [(line, order) for _code, (line, order) in sorted(lines.items()) if order.trusted]
    sql.run(
        "INSERT INTO crm_catalog_product (uid, external_id, name, category, price, currency, updated) "
        "SELECT *, %s FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[]) "
        "ON CONFLICT (external_id) DO NOTHING",
        [
            at,
            [ids.uuid7() for _line in new],
            [line.code for line, _order in new],
            [line.name for line, _order in new],
            [line.category for line, _order in new],
            [line.price for line, _order in new],
            [order.currency for _line, order in new],
        ],
    )
    return dict(sql.rows("SELECT external_id, id FROM crm_catalog_product WHERE external_id = ANY(%s)", [list(lines)]))


def _lines(order: StatedOrder, number: int, products: dict[str, int]) -> Iterable[tuple[Any, ...]]:
    for position, line in enumerate(order.lines, 1):
        yield number, products.get(line.code), position, line.name, line.quantity, line.price
