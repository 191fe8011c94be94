"""Brings in people from a CSV file."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from crm.business.queries import fresh_business
from crm.contacts.imports import columns, consents
from crm.contacts.imports.csv_file import CsvFile, NotATable, open_csv
from crm.contacts.imports.importing import Import, import_contacts
from crm.contacts.imports.parse import Parser
from crm.contacts.imports.progress import Progress
from crm.contacts.imports.report import Report
from engage.lib import clock
from engage.management.terminal import not_taken, print_refused, summary


class BadMapping(ValueError):
    """A pair that is no COLUMN=FIELD."""


class Command(BaseCommand):
    help = (
        "Brings in people from a CSV file of any dialect; exports of Mailchimp and HubSpot are recognised. "
        "Safe to repeat: who is there is found, and nothing is overwritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map",
            nargs="+",
            action="extend",
            default=[],
            metavar="COLUMN=FIELD",
            help=f"what a column holds: {', '.join(columns.FIELDS)}, - (left out), or another word: an attribute",
        )
        parser.add_argument(
            "--consent",
            action="append",
            default=[],
            metavar="TOPIC:HOW",
            help="everybody in the file permits e-mail on this topic, and how they said so: offers:on our order form",
        )
        parser.add_argument("--encoding", default="", help="when it is not found by itself")
        parser.add_argument("--report", type=Path, help="where to list the rows that were not taken")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            permissions = [consents.permission(text) for text in options["consent"]]
            said = mapping(options["map"])
            with open_csv(path, encoding=options["encoding"]) as file:
                found = columns.recognise(file.header, said)
                self._import(file, found, permissions, options["report"])
        except consents.NoTopic as error:
            raise CommandError(f"There is no topic {error}.") from error
        except (NotATable, consents.NoProof, BadMapping, OSError, LookupError) as error:
            raise CommandError(str(error)) from error

    def _import(
        self, file: CsvFile, found: columns.Columns, permissions: list[consents.Permission], listed: Path | None
    ) -> None:
        self._describe(file, found)
        shop = fresh_business()
        parser = Parser(found, country=shop.country, zone=ZoneInfo(shop.timezone))
        what = Import(file.path.name, permissions, by="import", at=clock.now())
        progress = Progress(self.stdout.write, time.monotonic, "rows")
        with Report(listed or not_taken(file.path)) as report:
            import_contacts(file, parser, what, report=report, progress=progress)
        self._tell(report, progress)

    def _describe(self, file: CsvFile, found: columns.Columns) -> None:
        shape = f"an export of {found.shape}, " if found.shape else ""
        delimiter = "tabs" if file.delimiter == "\t" else file.delimiter
        self.stdout.write(f"{file.path.name}: {shape}{file.encoding}, split by {delimiter}")
        for field, place in found.fields.items():
            self.stdout.write(f"  {file.header[place]} → {field}")
        for key, place in found.attributes.items():
            self.stdout.write(f"  {file.header[place]} → attribute {key}")
        for title in found.skipped:
            self.stdout.write(f"  {title or 'a column without a name'} is left out")

    def _tell(self, report: Report, progress: Progress) -> None:
        counts = report.counts
        self.stdout.write(summary(counts["rows"], "rows", progress.seconds))
        completed = f"{counts['completed']:,} of them completed"
        self.stdout.write(f"{counts['new']:,} new, {counts['known']:,} known before, {completed}")
        if counts["permissions"]:
            self.stdout.write(f"{counts['permissions']:,} permissions recorded")
        if counts["clashes"]:
            self.stdout.write(
                f"{counts['clashes']:,} rows share an address or number with somebody else: proposed as the same person"
            )
        print_refused(report, self.stdout.write)


def mapping(pairs: list[str]) -> dict[str, str]:
    """From COLUMN=FIELD. Raises BadMapping."""
    mapping = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column or not field:
            raise BadMapping(f"--map {pair}: write it as COLUMN=FIELD")
        mapping[column.strip()] = field.strip()
    return mapping
