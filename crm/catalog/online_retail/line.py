"""One line of the file, parsed."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm.catalog.past_orders import LIMIT
from crm.contacts.imports.csv_file import Row

COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
ZONE = ZoneInfo("Europe/London")
CURRENCY = "GBP"
NO_PRODUCT = frozenset({"POST", "DOT", "C2", "D", "M", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "ADJUST"})
"""Postage, carriage, discounts, manual entries, samples, bad debt, fees, commission, corrections."""
COUNTRIES = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Brazil": "BR", "Canada": "CA",
    "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI", "France": "FR",
    "Germany": "DE", "Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL", "Italy": "IT",
    "Japan": "JP", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Norway": "NO",
    "Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG", "Spain": "ES",
    "Sweden": "SE", "Switzerland": "CH", "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB",
}  # fmt: skip


class Unreadable(ValueError):
    """The row is no line of an invoice; the text is the reason."""


class Line(NamedTuple):
    """Values of one line: `code` in upper case, `at` on London's clock, `country` as the file names it."""

    number: int
    invoice: str
    code: str
    spelling: str
    name: str
    quantity: int
    at: dt.datetime
    price: Decimal
    customer: str
    country: str

    @property
    def product(self) -> bool:
        return self.code not in NO_PRODUCT


def parse(row: Row) -> Line:
    """Raises Unreadable with the reason."""
    if row.problem:
        raise Unreadable(row.problem)
    if len(row.values) != len(COLUMNS):
        raise Unreadable(f"has {len(row.values)} columns, not {len(COLUMNS)}")
    invoice, code, name, quantity, at, price, customer, country = (value.strip() for value in row.values)
    if not invoice or not code:
        raise Unreadable("has no invoice number or no stock code")
    return Line(
        row.line,
        invoice.upper(),
        code.upper(),
        code,
        name,
        _whole(quantity),
        _moment(at),
        _money(price),
        customer.removesuffix(".0"),
        country,
    )


def _whole(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise Unreadable(f"quantity {text[:40]!r} is no whole number") from None
    if not number or abs(number) >= LIMIT:
        raise Unreadable(f"quantity {text[:40]!r} is out of range")
    return number


def _money(text: str) -> Decimal:
    try:
        price = Decimal(text)
    except InvalidOperation:
        raise Unreadable(f"price {text[:40]!r} is no number") from None
    if not price.is_finite() or abs(price) >= LIMIT:
        raise Unreadable(f"price {text[:40]!r} is out of range")
    return price


def _moment(text: str) -> dt.datetime:
    """`2010-12-01 08:26:00`, or the American `12/1/2010 8:26` of other copies of the file."""
    try:
        at = dt.datetime.strptime(text, "%m/%d/%Y %H:%M") if "/" in text else dt.datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"date {text[:40]!r} is no date") from None
    return at.replace(tzinfo=ZONE)
