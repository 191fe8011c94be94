"""Brings in people from a CSV file."""

import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.contacts.imports import actions, columns, consents, files, refusals, running
from crm.contacts.imports.actions import NotNow
from crm.contacts.imports.encoding import NotATable
from crm.contacts.imports.progress import Progress
from crm.contacts.imports.report import SHOWN
from crm.contacts.models import Import
from engage.lib import clock, ids
from engage.management.terminal import not_taken, summary


class BadMapping(ValueError):
    """A pair that is no COLUMN=FIELD."""


class Command(BaseCommand):
    help = (
        "Brings in people from a CSV file of any dialect, or vCards; exports of Mailchimp and HubSpot are recognised. "
        "Safe to repeat: who is there is found, nothing is overwritten, and what was interrupted goes on."
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
        try:
            job = self._job(**options)
            self._describe(job)
            self._import(job)
        except consents.NoTopic as error:
            raise CommandError(f"There is no topic {error}.") from error
        except (NotATable, consents.NoProof, BadMapping, NotNow, OSError, LookupError) as error:
            raise CommandError(str(error)) from error
        if job.state == Import.State.FAILED:
            raise CommandError(f"{job.problem} Give the file again to go on.")
        self._tell(job, options["report"] or not_taken(Path(options["file"])))

    def _job(self, *, file: Path, map: list[str], consent: list[str], encoding: str, **_options: Any) -> Import:
        """A new import, or the one of the same file that was interrupted."""
        permissions = [consents.permission(text) for text in consent]
        said = {"given": bool(permissions), "each": [[given.topic, given.words] for given in permissions]}
        kept, at = files.look_at(file), clock.now()
        job = actions.unfinished(kept, permission=said)
        if job is None:
            job = actions.begin(
                kept, uid=ids.uuid7(), name=file.name, by="import", at=at, encoding=encoding, said=mapping(map)
            )
            columns.lay_out(job.header, job.columns)
            actions.say_permission(job, said)
        actions.take(job, at=at)
        return job

    def _import(self, job: Import) -> None:
        progress = Progress(self.stdout.write, time.monotonic, "rows")
        progress.begin()
        running.carry_out(job, lambda job: progress.reached(job.cursor, job.fraction))
        self.seconds = progress.seconds

    def _describe(self, job: Import) -> None:
        laid = columns.lay_out(job.header, job.columns)
        shape = f"an export of {job.shape}, " if job.shape else ""
        self.stdout.write(f"{job.name}: {shape}{job.encoding}, {len(job.header)} columns")
        for field, places in laid.fields.items():
            for place in places:
                self.stdout.write(f"  {job.header[place]} → {field}")
        for key, place in laid.attributes.items():
            self.stdout.write(f"  {job.header[place]} → what we remember: {key}")
        for title in laid.skipped:
            self.stdout.write(f"  {title or 'a column without a name'} is left out")

    def _tell(self, job: Import, listed: Path) -> None:
        counts = Counter(job.counts)
        known = counts["changed"] + counts["unchanged"] + counts["repeated"]
        self.stdout.write(summary(counts["rows"], "rows", self.seconds))
        self.stdout.write(f"{counts['new']:,} new, {known:,} known before, {counts['changed']:,} of them completed")
        if counts["refused"]:
            self.stdout.write(f"{counts['refused']:,} rows not taken:")
            for reason, number in Counter(job.reasons).most_common(SHOWN):
                self.stdout.write(f"  {number:,} {reason}")
        if job.not_taken.count() > SHOWN:
            listed.parent.mkdir(parents=True, exist_ok=True)
            with listed.open("w", encoding="utf-8", newline="") as file:
                file.writelines(refusals.lines(job))
            self.stdout.write(f"Every one of them stands in {listed}")
            return
        for row in job.not_taken.order_by("id"):
            self.stdout.write(f"  line {row.line}: {row.reason}")


def mapping(pairs: list[str]) -> dict[str, str]:
    """From COLUMN=FIELD. Raises BadMapping."""
    mapping = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column or not field:
            raise BadMapping(f"--map {pair}: write it as COLUMN=FIELD")
        mapping[column.strip()] = field.strip()
    return mapping
