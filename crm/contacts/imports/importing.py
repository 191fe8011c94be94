"""People from a file into the memory, slice by slice."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched

from django.utils.translation import gettext as _

from crm.contacts.identify import Recognised
from crm.contacts.imports import consents, people, slices
from crm.contacts.imports.consents import Given, Permission
from crm.contacts.imports.csv_file import CsvFile, Row
from crm.contacts.imports.parse import Parsed, Parser, Refused
from crm.contacts.imports.people import Details
from crm.contacts.imports.progress import Progress
from crm.contacts.imports.report import Report

SLICE = 2_000
"""Rows of one transaction: well under a second, so that people who are being written to wait for no import."""


@dataclass(frozen=True, slots=True)
class Import:
    """What is true of every row: the file's name, permissions given with it, who brings it, and when."""

    name: str
    permissions: Collection[Permission]
    by: str
    at: datetime


def import_contacts(file: CsvFile, parser: Parser, what: Import, *, report: Report, progress: Progress) -> None:
    """Writes every row that names somebody; `report` tells what became of each.

    Idempotent: a second time everybody is known and nothing is left to complete. Memory does not grow with the file.
    Each slice is one transaction with a constant number of statements; what is interrupted leaves the slices before
    it, and the same file can be given again.
    """
    progress.begin()
    for rows in batched(file, SLICE, strict=False):
        parsed = _wanted(list(_parsed(rows, parser, report)), report)
        written = slices.write(partial(_write, parsed, what))
        for name, number in written.items():
            report.count(name, number)
        report.count("rows", len(rows))
        progress.reached(report.counts["rows"], file.fraction)


def _parsed(rows: Iterable[Row], parser: Parser, report: Report) -> Iterator[Parsed]:
    for row in rows:
        try:
            parsed = parser.parse(row)
        except Refused as why:
            report.refuse(row.line, str(why), row.values)
            continue
        for note in parsed.notes:
            report.note(row.line, note, row.values)
        yield parsed


def _wanted(parsed: list[Parsed], report: Report) -> list[Parsed]:
    """All but those who had themselves erased. One query."""
    erased = people.erased([one.email for one in parsed if one.email])
    for one in parsed:
        if one.email in erased:
            report.refuse(one.row.line, _("was erased, and is not brought in again"), one.row.values)
    return [one for one in parsed if one.email not in erased]


def _write(parsed: list[Parsed], what: Import) -> dict[str, int]:
    found, findings = people.recognise([one.signature for one in parsed])
    told = _told(found, parsed)
    companies = people.companies({details.company for details in told.values()} - {""})
    new = {id(person) for person in findings.created}
    people_found = (one.person for one in found)
    known = {person.id: told[id(person)] for person in people_found if person.id and id(person) not in new}
    people.create(
        findings, details=lambda person: told[id(person)], companies=companies, origin=f"import {what.name}"[:80]
    )
    return {
        "new": len(new),
        "completed": people.fill_blanks(known, companies) if known else 0,
        "known": len(known),
        "clashes": len(findings.proposed),
        "permissions": _record_consents(found, parsed, what),
    }


def _told(found: list[Recognised], parsed: list[Parsed]) -> dict[int, Details]:
    """What all rows of a person say of them, by the id() of the Person; the first row counts most."""
    told: dict[int, Details] = {}
    for who, one in zip(found, parsed, strict=True):
        details = told.setdefault(id(who.person), one.details)
        if details is not one.details:
            details.fill(one.details)
    return told


def _record_consents(found: list[Recognised], parsed: list[Parsed], what: Import) -> int:
    if not what.permissions:
        return 0
    given = (
        Given(*who.ids(), one.consent_at or what.at, _source(one, what.name))
        for who, one in zip(found, parsed, strict=True)
    )
    return consents.record(given, what.permissions, by=what.by)


def _source(one: Parsed, name: str) -> str:
    origin = f", from {one.consent_ip}" if one.consent_ip else ""
    return f"{name[:120]}, line {one.row.line}{origin}"
