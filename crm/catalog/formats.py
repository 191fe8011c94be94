"""Formats of order files that can be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crm.catalog import generic_orders
from crm.catalog.generic_orders import Defaults
from crm.catalog.online_retail.line import COLUMNS
from crm.catalog.online_retail.reader import read as read_online_retail
from crm.catalog.online_retail.traps import Traps
from crm.catalog.past_orders import PastOrder
from crm.contacts.imports.csv_file import CsvFile
from crm.contacts.imports.encoding import NotATable
from crm.contacts.imports.report import Refuse

type Table = list[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Orders of a file, and afterwards what was met on the way: (how many, of what, what was done with them)."""

    orders: Iterator[PastOrder]
    met: Callable[[], Table]


def online_retail(file: CsvFile, defaults: Defaults, refuse: Refuse) -> Reading:
    """UCI's Online Retail. Raises NotATable if the columns are others."""
    if [title.lower() for title in file.header] != [title.lower() for title in COLUMNS]:
        raise NotATable(f"The first line should be: {','.join(COLUMNS)}")
    traps = Traps()
    return Reading(read_online_retail(file, traps=traps, refuse=refuse), traps.table)


def generic(file: CsvFile, defaults: Defaults, refuse: Refuse) -> Reading:
    """One line per order line: see `generic_orders`. Raises NotATable if a column is missing."""
    columns = generic_orders.places(file.header)
    return Reading(generic_orders.read(file, columns=columns, defaults=defaults, refuse=refuse), list)


FORMATS: dict[str, Callable[[CsvFile, Defaults, Refuse], Reading]] = {
    "online-retail": online_retail,
    "generic": generic,
}
