"""What Segment's e-commerce events say of orders. Pure.

https://segment.com/docs/connections/spec/ecommerce/v2/: `Order Completed` and `Order Updated` carry an order
with its `products`, `Order Refunded` and `Order Cancelled` name one. Values that make no sense are left out, never
guessed: an event without `order_id` is no order, and stays an event.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from crm.catalog.past_orders import CENT, LIMIT
from crm.events.envelope import Incoming

BOUGHT = frozenset({"Order Completed", "Order Updated"})
RETURNED = frozenset({"Order Refunded", "Order Cancelled"})
MOST_LINES = 1000
CURRENCY = re.compile(r"[A-Z]{3}")
MILL = Decimal("0.001")
MOST = LIMIT - 1


@dataclass(frozen=True, slots=True)
class StatedLine:
    """One product of an order; `code` is '' where the shop gave none."""

    code: str
    name: str
    category: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class StatedOrder:
    """An order as an event states it: `refund` if it was given back."""

    external_id: str
    contact: int
    recorded_for: int
    at: datetime
    received: datetime
    total: Decimal
    currency: str
    refund: bool
    source: str
    lines: tuple[StatedLine, ...]

    @property
    def trusted(self) -> bool:
        """The site script's key is public: it neither names products nor changes the order of somebody else."""
        return self.source != "site"


def orders(events: Iterable[Incoming], *, currency: str) -> list[StatedOrder]:
    """The orders that the events state, the latest statement of each, in the sequence of their numbers."""
    stated: dict[tuple[str, bool], StatedOrder] = {}
    for event in sorted(events, key=lambda event: event.at):
        if event.kind == "track" and event.name in BOUGHT | RETURNED and (order := _order(event, currency)):
            stated[order.external_id, order.refund] = order
    return [stated[key] for key in sorted(stated)]


def contents(properties: Mapping[str, Any]) -> dict[str, list[str]]:
    """Of an event with `products`, what rules may ask of them: their numbers, names and categories."""
    lines = list(_lines(properties.get("products")))
    if not lines:
        return {}
    return {
        "product_ids": [line.code for line in lines],
        "product_names": [line.name for line in lines],
        "product_categories": [line.category for line in lines],
    }


def _order(event: Incoming, currency: str) -> StatedOrder | None:
    properties = event.properties
    number = _text(properties.get("order_id"), 100)
    if not number:
        return None
    lines = tuple(_lines(properties.get("products")))
    amounts = [_amount(properties.get(name)) for name in ("total", "revenue", "value")]
    lines_total = sum((line.quantity * line.price for line in lines), Decimal(0))
    total = next((amount for amount in amounts if amount is not None), lines_total)
    stated = _text(properties.get("currency"), 3).upper()
    return StatedOrder(
        external_id=number,
        contact=event.contact_id,
        recorded_for=event.recorded_for_id,
        at=event.at,
        received=event.received,
        total=min(total, MOST).quantize(CENT, ROUND_HALF_UP),
        currency=stated if CURRENCY.fullmatch(stated) else currency,
        refund=event.name in RETURNED,
        source=event.source,
        lines=lines,
    )


def _lines(products: Any) -> Iterable[StatedLine]:
    for product in products[:MOST_LINES] if isinstance(products, list) else ():
        if not isinstance(product, dict):
            continue
        code = _text(product.get("product_id"), 100) or _text(product.get("sku"), 100)
        name = _text(product.get("name"), 200) or code
        quantity, price = _amount(product.get("quantity")), _amount(product.get("price")) or Decimal(0)
        if name:
            count = int(quantity) if quantity and quantity >= 1 else 1
            category = _text(product.get("category"), 100)
            yield StatedLine(code, name, category, count, min(price, MOST).quantize(MILL, ROUND_HALF_UP))


def _text(value: Any, longest: int) -> str:
    """Text or a whole number as text; '' for anything else, and for what is too long."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if len(text) <= longest else ""


def _amount(value: Any) -> Decimal | None:
    """A positive number below a thousand million, or such a number as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < LIMIT else None
