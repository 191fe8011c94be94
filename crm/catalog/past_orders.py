"""Orders of the past as a file tells them: plain values, before anything is written."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 9
"""Prices, quantities and orders from here on are mistakes of the file."""


@dataclass(frozen=True, slots=True)
class PastLine:
    """One line of an order; `product` is False for postage, discounts, fees and the like."""

    number: int
    code: str
    name: str
    quantity: int
    price: Decimal
    product: bool = True


@dataclass(slots=True)
class PastOrder:
    """An order, or a refund if `refund`; quantities and totals of both are positive.

    `customer` is the shop's own number of the buyer, `email` the address; both '' for a buyer nobody knows.
    `country` is ISO 3166 alpha-2 or ''.
    """

    external_id: str
    at: dt.datetime
    currency: str
    customer: str = ""
    email: str = ""
    country: str = ""
    refund: bool = False
    lines: list[PastLine] = field(default_factory=list)
    amount: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.amount.quantize(CENT, ROUND_HALF_UP)

    def add(self, line: PastLine) -> bool:
        """False, and nothing added, if the order would become larger than any order is."""
        amount = self.amount + line.quantity * line.price
        if amount >= LIMIT:
            return False
        self.amount = amount
        self.lines.append(line)
        return True


@dataclass(slots=True)
class Overview:
    """What a first reading of all orders finds out; memory grows with customers and products, not with lines."""

    orders: int = 0
    lines: int = 0
    first: PastOrder | None = None
    last: dt.datetime | None = None
    names: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    prices: dict[str, Decimal] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)

    def add(self, order: PastOrder) -> None:
        self.orders += 1
        self.lines += len(order.lines)
        self.first = self.first or order
        self.last = max(order.at, self.last or order.at)
        if order.country and (who := order.customer or order.email):
            self.countries[who] = order.country
        for line in order.lines:
            if line.product and line.name:
                self.names[line.code][line.name] += 1
            if line.product and line.price:
                self.prices[line.code] = line.price.quantize(CENT, ROUND_HALF_UP)

    def name_of(self, code: str) -> str:
        """The name given most often, of equals the first met; the code if there never was one."""
        names = self.names.get(code)
        return max(names, key=names.__getitem__) if names else code


def slices(orders: Iterable[PastOrder], lines: int) -> Iterator[list[PastOrder]]:
    """Orders in lists of about `lines` order lines, so that each can be written in one short transaction."""
    taken: list[PastOrder] = []
    size = 0
    for order in orders:
        taken.append(order)
        size += 1 + len(order.lines)
        if size >= lines:
            yield taken
            taken, size = [], 0
    if taken:
        yield taken


def whole_days_until(last: dt.datetime, now: dt.datetime) -> dt.timedelta:
    """Whole days by which `shifted` can move `last` on and it still lies before `now`; never negative."""
    day = dt.timedelta(days=1)
    days = (now - last) // day * day
    if shifted(last, days) > now:  # summer time came or went in between
        days -= day
    return max(dt.timedelta(0), days)


def shifted(at: dt.datetime, by: dt.timedelta) -> dt.datetime:
    """`at` moved by whole days on the wall clock of its zone, so that the hour stays across a change of summer time."""
    return (at.replace(tzinfo=None) + by).replace(tzinfo=at.tzinfo)
