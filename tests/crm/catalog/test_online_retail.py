"""Every trap of Online Retail is met, counted, and does no harm."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from crm.catalog.online_retail.reader import OPEN_INVOICES, read
from crm.catalog.online_retail.traps import Traps
from crm.catalog.past_orders import PastOrder
from crm.contacts.imports.csv_file import Row, open_csv

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "online_retail"


class Result:
    def __init__(self, *rows: str) -> None:
        self.traps = Traps()
        self.refused: Counter[str] = Counter()
        numbered = (Row(number, row.split(",")) for number, row in enumerate(rows, 2))
        self.orders = list(read(numbered, traps=self.traps, refuse=self._refuse))

    def _refuse(self, line: int, reason: str, values: list[str]) -> None:
        self.refused[reason] += 1

    @property
    def order(self) -> PastOrder:
        (order,) = self.orders
        return order


def line(
    invoice="1", code="A1", name="MUG", quantity="2", at="2011-06-01 08:26:00", price="2.50", customer="7", **rest
):
    return ",".join([invoice, code, name, quantity, at, price, customer, rest.get("country", "France")])


def test_a_line_without_customer_stays_an_order_of_nobody():
    result = Result(line(customer=""))
    assert (result.order.customer, result.order.total) == ("", Decimal("5.00"))
    assert result.traps.without_customer == 1


def test_a_line_that_repeats_another_exactly_is_taken_once():
    result = Result(line(), line(), line(quantity="3"))
    assert [one.quantity for one in result.order.lines] == [2, 3]
    assert (result.traps.duplicates, result.refused) == (1, {"repeats another line exactly": 1})


def test_a_cancellation_is_a_refund_of_positive_amounts():
    result = Result(line(invoice="C9", quantity="-2"))
    assert (result.order.refund, result.order.total, result.order.lines[0].quantity) == (True, Decimal("5.00"), 2)


def test_bad_debt_is_no_order():
    result = Result(line(invoice="A9", code="B", price="-11062.06"), line(invoice="A8", code="B", price="11062.06"))
    assert result.orders == []
    assert (result.traps.bad_debt, result.traps.negative_prices, result.refused) == (2, 1, {"bad debt": 2})


def test_a_price_of_zero_is_a_gift_for_a_customer_and_else_a_correction_of_the_stock():
    result = Result(line(price="0.0"), line(invoice="2", price="0.0", customer=""), line(invoice="3", quantity="-9"))
    assert result.order.total == 0
    assert (result.traps.gifts, result.traps.stock_movements, result.traps.zero_prices) == (1, 2, 2)


def test_codes_that_differ_in_case_are_one_product():
    result = Result(line(code="85123a"), line(code="85123A"))
    assert {one.code for one in result.order.lines} == {"85123A"}
    assert result.traps.codes_differing_in_case == 1


@pytest.mark.parametrize("code", ["POST", "D", "m", "M", "BANK CHARGES", "AMAZONFEE", "DOT", "C2"])
def test_what_is_no_product_stays_in_the_order_without_becoming_one(code):
    result = Result(line(code=code))
    assert [one.product for one in result.order.lines] == [False]
    assert (result.order.total, result.traps.no_product) == (Decimal("5.00"), 1)


def test_an_invoice_over_two_minutes_is_dated_by_its_first_line():
    result = Result(line(), line(at="2011-06-01 08:27:00"))
    assert result.order.at.isoformat() == "2011-06-01T08:26:00+01:00"
    assert result.traps.invoices_over_two_minutes == 1


def test_an_invoice_interrupted_by_another_is_put_together():
    result = Result(line(), line(invoice="2"), line(code="A2"))
    assert [(order.external_id, len(order.lines)) for order in result.orders] == [("1", 2), ("2", 1)]
    assert result.traps.invoices_interrupted == 1


def test_a_line_that_comes_long_after_its_invoice_is_named_and_not_lost():
    others = [line(invoice=f"x{n}") for n in range(OPEN_INVOICES + 1)]
    result = Result(line(), *others, line(code="A2"))
    assert result.refused == {"its invoice had ended long before": 1}
    assert result.traps.lines_come_late == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (line(quantity="two"), "quantity 'two' is no whole number"),
        (line(quantity="0"), "quantity '0' is out of range"),
        (line(price="Infinity"), "price 'Infinity' is out of range"),
        (line(price="free"), "price 'free' is no number"),
        (line(at="yesterday"), "date 'yesterday' is no date"),
        (line(invoice=""), "has no invoice number or no stock code"),
        ("1,2", "has 2 columns, not 8"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_its_neighbours_go_through(row, reason):
    result = Result(line(), row, line(code="A2"))
    assert len(result.order.lines) == 2
    assert (result.traps.unreadable, result.refused) == (1, {reason: 1})


def test_american_dates_and_numbers_of_customers_with_a_point_are_read_too():
    result = Result(line(at="12/1/2010 8:26", customer="17850.0"))
    assert (result.order.at.isoformat(), result.order.customer) == ("2010-12-01T08:26:00+00:00", "17850")


@pytest.fixture(scope="module")
def real() -> tuple[Traps, Counter[str], list[PastOrder]]:
    files = sorted(DATA.glob("*.csv.gz"))
    if not files:
        pytest.skip(f"Online Retail is not at {DATA}")
    traps, refused = Traps(), Counter()
    with open_csv(files[0]) as file:
        orders = list(read(file, traps=traps, refuse=lambda _line, reason, _values: refused.update([reason])))
    return traps, refused, orders


def test_every_trap_of_the_real_file_is_counted(real):
    traps, _refused, orders = real
    assert {what: number for number, what, _done in traps.table()} == {
        "lines without a customer": 88_652,
        "lines that repeat another exactly": 2_483,
        "lines of cancellations": 5_847,
        "lines of bad debt": 3,
        "lines with a price below zero": 2,
        "lines with a price of zero": 1_797,
        "lines that correct the stock": 1_771,
        "lines with a fraction of a penny": 2,
        "lines without a description": 1_161,
        "codes with several descriptions": 324,
        "codes written in both cases": 94,
        "lines whose code is no product": 1_918,
        "customers in two countries": 6,
        "invoices that span two minutes": 38,
        "invoices interrupted by another": 1,
        "lines of an invoice long ended": 0,
        "lines with signs beyond ASCII": 29,
        "lines that could not be read": 0,
    }
    assert len(orders) == 15_050


def test_every_line_of_the_real_file_is_in_an_order_or_has_a_reason(real):
    traps, refused, orders = real
    assert traps.lines == 320_705
    assert sum(len(order.lines) for order in orders) + refused.total() == traps.lines
