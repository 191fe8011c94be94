"""Reader of orders as one CSV line per order line.

Columns, in any sequence: `order_id`, `at` (ISO 8601; without a zone it is the shop's), `quantity`, `unit_price`; and,
as far as they are known, `email`, `external_id` (the shop's number of the customer), `product_code`, `product_name`,
`currency`, `country` (two letters). An order whose quantities are negative is a refund. Lines of one order stand near
each other.
"""

import datetime as dt
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from crm.catalog.past_orders import LIMIT, PastLine, PastOrder
from crm.contacts import normal
from crm.contacts.imports.csv_file import Row
from crm.contacts.imports.encoding import NotATable
from crm.contacts.imports.report import Refuse

NEEDED = ("order_id", "at", "quantity", "unit_price")
KNOWN = (*NEEDED, "email", "external_id", "product_code", "product_name", "currency", "country")
OPEN_ORDERS = 64
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}|")


class NotTaken(ValueError):
    """The row is no line of an order; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a line says nothing: the shop's zone and currency."""

    zone: ZoneInfo
    currency: str


def places(header: list[str]) -> dict[str, int]:
    """Where each known column stands. Raises NotATable if a needed one is missing."""
    names = [re.sub(r"[\s-]+", "_", title.strip().lower()) for title in header]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise NotATable(f"The file has no column {', '.join(missing)}. It needs {', '.join(NEEDED)}.")
    return {name: names.index(name) for name in KNOWN if name in names}


def read(rows: Iterable[Row], *, columns: dict[str, int], defaults: Defaults, refuse: Refuse) -> Iterator[PastOrder]:
    """Orders in the sequence in which they begin; each line is in one of them or was given to `refuse`."""
    window: OrderedDict[str, PastOrder] = OrderedDict()
    ended: set[str] = set()
    for row in rows:
        try:
            _add(row, columns, defaults, window, ended)
        except NotTaken as why:
            refuse(row.line, str(why), row.values)
        if len(window) > OPEN_ORDERS:
            number, order = window.popitem(last=False)
            ended.add(number)
            yield order
    yield from window.values()


def _add(
    row: Row, columns: dict[str, int], defaults: Defaults, window: OrderedDict[str, PastOrder], ended: set[str]
) -> None:
    if row.problem:
        raise NotTaken(row.problem)
    values = {name: row.values[place].strip() for name, place in columns.items()}
    number = values["order_id"]
    if not 0 < len(number) <= 100:
        raise NotTaken("has no order_id of at most 100 characters")
    if number in ended:
        raise NotTaken("stands too far from the other lines of its order")
    line, refund = _line(row.line, values)
    order = window.get(number) or _order(values, defaults, refund)
    if order.refund is not refund:
        raise NotTaken("buys and gives back in one order")
    if not order.add(line):
        raise NotTaken("makes its order larger than any order is")
    window[number] = order


def _order(values: dict[str, str], defaults: Defaults, refund: bool) -> PastOrder:
    currency, country = values.get("currency", "").upper() or defaults.currency, values.get("country", "").upper()
    if not CURRENCY.fullmatch(currency) or not COUNTRY.fullmatch(country):
        raise NotTaken("currency has three letters, country two")
    customer, email = values.get("external_id", ""), values.get("email", "")
    if email and not normal.identity("email", email):
        raise NotTaken("e-mail address cannot be used")
    if customer and not normal.identity("external", customer):
        raise NotTaken("customer number cannot be used")
    at = _moment(values["at"], defaults.zone)
    return PastOrder(values["order_id"], at, currency, customer, email, country, refund)


def _line(number: int, values: dict[str, str]) -> tuple[PastLine, bool]:
    quantity, price = _number(values, "quantity"), _number(values, "unit_price")
    if quantity != int(quantity) or not quantity:
        raise NotTaken("quantity is no whole number above or below zero")
    if price < 0:
        raise NotTaken("unit_price is below zero")
    code, name = values.get("product_code", "")[:100], values.get("product_name", "")[:200]
    return PastLine(number, code, name or code, abs(int(quantity)), price, bool(code)), quantity < 0


def _number(values: dict[str, str], name: str) -> Decimal:
    try:
        number = Decimal(values[name])
    except InvalidOperation:
        raise NotTaken(f"{name} is no number") from None
    if not number.is_finite() or abs(number) >= LIMIT:
        raise NotTaken(f"{name} is out of range")
    return number


def _moment(text: str, zone: ZoneInfo) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise NotTaken("at is no time such as 2026-05-04T09:30") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)
