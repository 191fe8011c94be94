"""Orders of the past into the memory: people, products, orders, lines and events.

All of it is history: stored, counted, shown; it starts nothing.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from crm.catalog.past_orders import Overview, PastLine, PastOrder, shifted
from crm.contacts.identify import Recognised, Signature
from crm.contacts.imports import filling, people
from crm.contacts.imports.people import Details
from crm.contacts.normal import identity
from engage.lib import ids, sql

ORDER = (
    "id", "uid", "external_id", "contact_id", "recorded_for_id", "at", "received", "total", "currency", "refund",
    "country", "source",
)  # fmt: skip
LINE = ("order_id", "product_id", "position", "name", "quantity", "price")
EVENT = (
    "contact_id", "recorded_for_id", "message_id", "kind", "name", "at", "received", "history", "source",
    "properties", "context", "cause", "depth",
)  # fmt: skip

type Record = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """What is true of every order of a file: its name, its overview, by how much times move, when it is read."""

    name: str
    overview: Overview
    shift: dt.timedelta
    at: dt.datetime


def shift_of_earlier_run(first: PastOrder) -> dt.timedelta | None:
    """By how many days the file's first order was moved when it was written before; None if it was not. One query."""
    stored = sql.rows("SELECT at FROM crm_catalog_order WHERE external_id = %s", [first.external_id])
    if not stored:
        return None
    return dt.timedelta(days=(stored[0][0].astimezone(first.at.tzinfo).date() - first.at.date()).days)


def write_orders(orders: list[PastOrder], what: Import) -> dict[str, int]:
    """Writes the orders that are not there yet, with all that belongs to them; how many of each were new.

    Inside one transaction; a constant number of statements. Raises IntegrityError if somebody else wrote one of them
    meanwhile: try again.
    """
    fresh = _unknown(orders)
    counts = {"known": len(orders) - len(fresh)}
    if not fresh:
        return counts
    products, counts["products"] = _products(fresh, what.overview)
    buyers, counts["people"] = _buyers(fresh, what)
    numbers = [number for (number,) in sql.rows(NEXT, [len(fresh)])]
    numbered = list(zip(numbers, fresh, strict=True))
    lines = [row for number, order in numbered for row in _lines(number, order, products, what.overview)]
    sql.copy("crm_catalog_order", ORDER, (_order(number, order, buyers, what) for number, order in numbered))
    sql.copy("crm_catalog_orderline", LINE, lines)
    sql.copy("crm_events_event", EVENT, (_event(order, buyers, what) for order in fresh if order.external_id in buyers))
    refunds = sum(order.refund for order in fresh)
    return counts | {"orders": len(fresh) - refunds, "refunds": refunds, "lines": len(lines), "events": len(buyers)}


NEXT = "SELECT nextval(pg_get_serial_sequence('crm_catalog_order', 'id')) FROM generate_series(1, %s)"


def _unknown(orders: list[PastOrder]) -> list[PastOrder]:
    numbers = [order.external_id for order in orders]
    found = sql.rows("SELECT external_id FROM crm_catalog_order WHERE external_id = ANY(%s)", [numbers])
    known = {external_id for (external_id,) in found}
    return [order for order in orders if order.external_id not in known]


def _products(orders: list[PastOrder], overview: Overview) -> tuple[dict[str, int], int]:
    """(ids by code, how many were made). What the shop has changed about a product stays."""
    codes = sorted({line.code for order in orders for line in order.lines if line.product})
    made = sql.run(
        "INSERT INTO crm_catalog_product (uid, external_id, name, price, currency) "
        "SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::numeric[], %s::text[]) "
        "ON CONFLICT (external_id) DO NOTHING",
        [
            [ids.uuid7() for _code in codes],
            codes,
            [overview.name_of(code)[:200] for code in codes],
            [overview.prices.get(code) for code in codes],
            [orders[0].currency for _code in codes],
        ],
    )
    found = sql.rows("SELECT external_id, id FROM crm_catalog_product WHERE external_id = ANY(%s)", [codes])
    return dict(found), made


def _buyers(orders: list[PastOrder], what: Import) -> tuple[dict[str, Recognised], int]:
    """(who bought, by the order's external id; how many people were made)."""
    erased = people.erased({order.email for order in orders if order.email})
    bought = [order for order in orders if (order.customer or order.email) and order.email not in erased]
    found, findings = people.recognise([_signature(order) for order in bought])
    told: dict[int, Details] = {}
    for who, order in zip(found, bought, strict=True):
        told.setdefault(id(who.person), Details()).fill(_details(order, what))
    known = {who.person.id: told[id(who.person)] for who in found if who.person.id}
    people.create(findings, details=lambda person: told[id(person)], companies={}, file=what.name, at=what.at)
    if known:
        filling.fill_blanks(known, {})
    return {order.external_id: who for order, who in zip(bought, found, strict=True)}, len(findings.created)


def _signature(order: PastOrder) -> Signature:
    keys = (identity("external", order.customer), identity("email", order.email))
    return Signature(proved=tuple(key for key in keys if key), proof="import")


def _details(order: PastOrder, what: Import) -> Details:
    country = what.overview.countries.get(order.customer or order.email, "")
    return Details(country=country, last_seen=shifted(order.at, what.shift))


def _order(number: int, order: PastOrder, buyers: dict[str, Recognised], what: Import) -> Record:
    contact, recorded_for = buyers[order.external_id].ids() if order.external_id in buyers else (None, None)
    at = shifted(order.at, what.shift)
    return (
        number, ids.uuid7(), order.external_id, contact, recorded_for, at, what.at, order.total, order.currency,
        order.refund, order.country, "import",
    )  # fmt: skip


def _lines(number: int, order: PastOrder, products: dict[str, int], overview: Overview) -> Iterator[Record]:
    for position, line in enumerate(order.lines, 1):
        product = products[line.code] if line.product else None
        yield number, product, position, _name(line, overview), line.quantity, line.price


def _event(order: PastOrder, buyers: dict[str, Recognised], what: Import) -> Record:
    """As Segment's e-commerce events would have told it."""
    name = "Order Refunded" if order.refund else "Order Completed"
    return (
        *buyers[order.external_id].ids(), f"import:{order.external_id}"[:100], "track", name,
        shifted(order.at, what.shift), what.at, True, "import", _properties(order, what.overview), "{}", "", 0,
    )  # fmt: skip


def _properties(order: PastOrder, overview: Overview) -> str:
    products = [
        {"product_id": line.code, "name": _name(line, overview), "quantity": line.quantity, "price": float(line.price)}
        for line in order.lines
    ]
    properties = {
        "order_id": order.external_id,
        "total": float(order.total),
        "currency": order.currency,
        "products": products,
    }
    return orjson.dumps(properties).decode()


def _name(line: PastLine, overview: Overview) -> str:
    return (line.name or overview.name_of(line.code))[:200]
