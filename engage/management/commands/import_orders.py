"""Brings in orders of the past from a file."""

import datetime as dt
import time
from argparse import ArgumentParser
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from crm.business.queries import fresh_business
from crm.catalog.formats import FORMATS, Table
from crm.catalog.generic_orders import Defaults
from crm.catalog.importing import Import, shift_of_earlier_run, write_orders
from crm.catalog.past_orders import Overview, slices, whole_days_until
from crm.contacts.imports.csv_file import CsvFile, open_csv
from crm.contacts.imports.encoding import NotATable
from crm.contacts.imports.progress import Progress
from crm.contacts.imports.report import Report
from crm.contacts.jobs.slices import write
from engage.lib import clock
from engage.management.terminal import not_taken, print_refused, summary

SLICE = 10_000
"""Order lines of one transaction: about a second."""


class Command(BaseCommand):
    help = (
        "Brings in orders of the past with their customers and products, as history: counted and shown, starting "
        "nothing. Safe to repeat: orders that are there stay as they are, and what was interrupted goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument(
            "--shift-to-now",
            action="store_true",
            help="move all times by whole days, so that the last order is just over",
        )
        parser.add_argument("--encoding", default="", help="when it is not found by itself")
        parser.add_argument("--report", type=Path, help="where to list the rows that were not taken")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        shop = fresh_business()
        self.defaults = Defaults(ZoneInfo(shop.timezone), shop.currency)
        self.format = FORMATS[options["format"]]
        try:
            with Report(options["report"] or not_taken(path)) as report:
                self._import(path, options["encoding"], report, shift_to_now=options["shift_to_now"])
        except (NotATable, OSError, LookupError) as error:
            raise CommandError(str(error)) from error

    def _import(self, path: Path, encoding: str, report: Report, *, shift_to_now: bool) -> None:
        with open_csv(path, encoding=encoding) as file:
            encoding = file.encoding
            overview, met = self._look(file, report)
        what = Import(path.name, overview, self._shift(overview, shift_to_now), clock.now())
        with open_csv(path, encoding=encoding) as file:
            written = self._write(file, what)
        self._tell(what, written, met, report)

    def _look(self, file: CsvFile, report: Report) -> tuple[Overview, Table]:
        """The first reading: nothing is written, everything is counted, names and the last day are found."""
        progress = Progress(lambda line: self.stdout.write(f"reading: {line}"), time.monotonic, "order lines")
        progress.begin()
        overview = Overview()
        reading = self.format(file, self.defaults, report.refuse)
        for order in reading.orders:
            overview.add(order)
            progress.reached(overview.lines, file.fraction)
        self.stdout.write(f"read {summary(overview.lines, 'order lines', progress.seconds)}")
        return overview, reading.met()

    def _shift(self, overview: Overview, shift_to_now: bool) -> dt.timedelta:
        if overview.first is None or overview.last is None:
            return dt.timedelta(0)
        earlier = shift_of_earlier_run(overview.first)
        if earlier is not None:
            return earlier
        return whole_days_until(overview.last, clock.now()) if shift_to_now else dt.timedelta(0)

    def _write(self, file: CsvFile, what: Import) -> Counter[str]:
        progress = Progress(lambda line: self.stdout.write(f"writing: {line}"), time.monotonic, "order lines")
        progress.begin()
        written: Counter[str] = Counter()
        done = 0
        for orders in slices(self.format(file, self.defaults, lambda *_row: None).orders, SLICE):
            written.update(write(partial(write_orders, orders, what)))
            done += sum(len(order.lines) for order in orders)
            progress.reached(done, done / what.overview.lines)
        self.stdout.write(f"written {summary(done, 'order lines', progress.seconds)}")
        return written

    def _tell(self, what: Import, written: Counter[str], met: Table, report: Report) -> None:
        write = self.stdout.write
        if what.shift:
            write(f"every time moved on by {what.shift.days} days")
        for number, of_what, done in met:
            write(f"  {number:>8,} {of_what}: {done}")
        write(
            f"{written['orders'] + written['refunds']:,} new orders ({written['refunds']:,} of them refunds), "
            f"{written['known']:,} known before"
        )
        write(
            f"{written['people']:,} new people, {written['products']:,} new products, {written['lines']:,} new lines, "
            f"{written['events']:,} new events"
        )
        print_refused(report, write)
