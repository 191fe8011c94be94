"""From lines to orders: pure, streaming, in a window of open invoices."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crm.catalog.online_retail.line import COUNTRIES, CURRENCY, Line, Unreadable, parse
from crm.catalog.online_retail.traps import Traps
from crm.catalog.past_orders import PastLine, PastOrder
from crm.contacts.imports.csv_file import Row
from crm.contacts.imports.report import Refuse

OPEN_INVOICES = 64
"""Invoices kept open at once, because the lines of one may be interrupted by another."""


def read(rows: Iterable[Row], *, traps: Traps, refuse: Refuse) -> Iterator[PastOrder]:
    """Orders in the sequence in which their invoices began; each line is in one of them or was given to `refuse`."""
    window = _Window(traps)
    for row in rows:
        traps.lines += 1
        try:
            line = _parse(row, traps)
            traps.meet(line)
            window.add(line, tuple(row.values))
        except NotTaken as why:
            refuse(row.line, str(why), row.values)
        if len(window.open) > OPEN_INVOICES:
            yield from window.end_first()
    while window.open:
        yield from window.end_first()


class NotTaken(Exception):
    """A line that becomes no order line; the text is the reason."""


def _parse(row: Row, traps: Traps) -> Line:
    try:
        return parse(row)
    except Unreadable as error:
        traps.unreadable += 1
        raise NotTaken(str(error)) from error


@dataclass(slots=True)
class _Invoice:
    order: PastOrder
    lines: set[tuple[str, ...]] = field(default_factory=set)
    interrupted: bool = False
    spans: bool = False


class _Window:
    def __init__(self, traps: Traps) -> None:
        self.open: OrderedDict[str, _Invoice] = OrderedDict()
        self._ended: set[str] = set()
        self._last = ""
        self._traps = traps

    def add(self, line: Line, values: tuple[str, ...]) -> None:
        """Raises NotTaken."""
        if line.invoice.startswith("A"):
            self._traps.bad_debt += 1
            raise NotTaken("bad debt")
        invoice = self._invoice(line)
        if values in invoice.lines:
            self._traps.duplicates += 1
            raise NotTaken("repeats another line exactly")
        invoice.lines.add(values)
        self._judge(line, invoice.order.refund)
        taken = PastLine(line.number, line.code, line.name, abs(line.quantity), line.price, line.product)
        if not invoice.order.add(taken):
            raise NotTaken("makes its order larger than any order is")

    def end_first(self) -> Iterator[PastOrder]:
        """The order of the invoice that began first, unless none of its lines was taken."""
        number, invoice = self.open.popitem(last=False)
        self._ended.add(number)
        self._traps.invoices += 1
        self._traps.invoices_interrupted += invoice.interrupted
        self._traps.invoices_over_two_minutes += invoice.spans
        if invoice.order.lines:
            yield invoice.order

    def _invoice(self, line: Line) -> _Invoice:
        invoice = self.open.get(line.invoice) or self._begin(line)
        if self._last != line.invoice and invoice.lines:
            invoice.interrupted = True
        invoice.spans |= invoice.order.at != line.at
        self._last = line.invoice
        return invoice

    def _begin(self, line: Line) -> _Invoice:
        if line.invoice in self._ended:
            self._traps.lines_come_late += 1
            raise NotTaken("its invoice had ended long before")
        order = PastOrder(
            external_id=line.invoice,
            at=line.at,
            currency=CURRENCY,
            customer=line.customer,
            country=COUNTRIES.get(line.country, ""),
            refund=line.invoice.startswith("C"),
        )
        self.open[line.invoice] = invoice = _Invoice(order)
        return invoice

    def _judge(self, line: Line, refund: bool) -> None:
        if line.price < 0:
            raise NotTaken("price below zero")
        if line.price == 0 and line.customer and line.quantity > 0:
            self._traps.gifts += 1
        elif line.price == 0 or (line.quantity < 0) is not refund:
            self._traps.stock_movements += 1
            raise NotTaken("corrects the stock, is no sale")
