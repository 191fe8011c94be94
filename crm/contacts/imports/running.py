"""The work on imports: claimed by lease, carried on where it stopped, one short transaction a slice."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.utils.translation import gettext as _

from crm.business.queries import fresh_business
from crm.contacts.imports import actions, checking, columns, files, people, undoing
from crm.contacts.imports.consents import Permission
from crm.contacts.imports.csv_file import Row
from crm.contacts.imports.encoding import NotATable
from crm.contacts.imports.importing import Origin, bring_in
from crm.contacts.imports.parse import Parsed, Parser, Refused
from crm.contacts.imports.tables import open_table
from crm.contacts.jobs import slices
from crm.contacts.jobs.hand import Hand, work_through
from crm.contacts.models import Import, Topic
from engage.lib import belts, clock, ids, sql

SLICE = 2_000
"""Rows of one transaction: well under a second, so that people who are being written to wait for no import."""
MOST_KEPT = 50_000
"""Rows not taken that are kept to be looked at; beyond, they are only counted."""
type Show = Callable[[Import], None]
type Issue = tuple[int, str, bool, list[str]]
"""Line, reason, refused (or taken but for one value), the row."""


def run() -> int:
    """Carry out what waits, one import at a time; how many were worked on."""
    return work_through(Import, lambda job: carry_out(job, lambda _job: None))


def at_once(path: Path, *, permission: Mapping[str, Any], by: str, at: datetime) -> Import:
    """A file as it is recognised, brought in before this returns; it stays where it lies. Raises NotATable."""
    job = actions.begin(files.look_at(path), uid=ids.uuid7(), name=path.name, by=by, at=at)
    actions.say_permission(job, permission)
    actions.take(job, at=at)
    carry_out(job, lambda _job: None)
    return job


def carry_out(job: Import, show: Show) -> None:
    """Work on a leased import until its phase is over. What cannot be read ends as failed, with why; an error that
    passes leaves it to the next worker."""
    hand = Hand(job)
    with hand.at_work(lambda error: _fail(hand, _problem(error))):
        if job.state == Import.State.UNDOING:
            undoing.undo(hand, show)
        else:
            _read(hand, show)
        _finish(hand)


def _problem(error: Exception) -> str:
    if isinstance(error, NotATable):
        return str(error)
    if isinstance(error, OSError | LookupError):
        return _("The file cannot be read any more.")
    fault = type(error).__name__
    return _("A slice could not be written (%(fault)s). What came before it is in.") % {"fault": fault}


def _read(hand: Hand[Import], show: Show) -> None:
    job = hand.job
    checks = job.state == Import.State.CHECKING
    if checks:  # it begins anew: what was foreseen by a worker that died is forgotten
        checking.forget(job.pk)
        job.cursor, job.counts, job.reasons = 0, {}, {}
        job.not_taken.all().delete()
    origin, shop = _origin(job), fresh_business()
    work = checking.foresee if checks else bring_in
    with open_table(Path(job.path), encoding=job.encoding) as table:
        laid = columns.lay_out(job.header, job.columns)
        parser = Parser(laid, country=shop.country, zone=ZoneInfo(shop.timezone))
        table.skip(job.cursor)
        for rows in batched(table, SLICE, strict=False):
            issues: list[Issue] = []
            parsed = _wanted(list(_parsed(rows, parser, issues)), issues)
            slices.write(partial(_slice, hand, parsed, issues, len(rows), table.fraction, origin, work))
            hand.keep()
            show(job)


type Work = Callable[..., Counter[str]]


def _slice(
    hand: Hand[Import],
    parsed: Sequence[Parsed],
    before: list[Issue],
    rows: int,
    fraction: float,
    origin: Origin,
    work: Work,
) -> None:
    """One transaction: the lease, the people, the rows not taken, and how far we are."""
    counts, issues = Counter[str](), list(before)

    def write(part: Sequence[Parsed]) -> None:
        counts.update(work(part, origin, at=clock.now()))

    def refuse(one: Parsed, error: Exception) -> None:
        reason = _("could not be written (%(fault)s)") % {"fault": type(error).__name__}
        issues.append((one.row.line, reason, True, one.row.values))

    hand.lock()
    belts.isolate(parsed, write, refuse)
    reasons = Counter(reason for _line, reason, refused, _cells in issues if refused)
    counts["refused"] = reasons.total()
    counts["rows"] = rows
    _note(hand.job, issues)
    hand.move(rows, fraction, counts, reasons)


def _note(job: Import, issues: Sequence[Issue]) -> None:
    before = sum(job.reasons.values())
    rows = []
    for line, reason, refused, cells in issues[: max(0, MOST_KEPT - before)]:
        printable = [cell.replace("\x00", "\ufffd").encode("utf-8", "replace").decode() for cell in cells]
        rows.append((job.pk, line, reason[:300], refused, orjson.dumps(printable).decode()))
    sql.copy("crm_contacts_nottaken", ("of_id", "line", "reason", "refused", "cells"), rows)


def _parsed(rows: Sequence[Row], parser: Parser, issues: list[Issue]) -> Iterator[Parsed]:
    for row in rows:
        try:
            parsed = parser.parse(row)
        except Refused as why:
            issues.append((row.line, str(why), True, row.values))
            continue
        issues.extend((row.line, note, False, row.values) for note in parsed.notes)
        yield parsed


def _wanted(parsed: list[Parsed], issues: list[Issue]) -> list[Parsed]:
    """All but those who had themselves erased. One query."""
    erased = people.erased([address for one in parsed for address in one.addresses])
    refused = [one for one in parsed if not erased.isdisjoint(one.addresses)]
    reason = _("asked to be erased, and is not brought in again")
    issues.extend((one.row.line, reason, True, [""] * len(one.row.values)) for one in refused)
    return [one for one in parsed if erased.isdisjoint(one.addresses)] if refused else parsed


def _origin(job: Import) -> Origin:
    said = job.permission
    at = datetime.fromisoformat(said["at"]) if said.get("at") else None
    given = [Permission(topic, said["words"], said.get("where", ""), at) for topic in said.get("topics", [])]
    each = [Permission(topic, words) for topic, words in said.get("each", [])]
    topics = list(Topic.objects.values_list("pk", flat=True))
    return Origin(job.pk, str(job.uid), job.name, [*given, *each], topics, job.by)


AFTER = {
    Import.State.CHECKING: Import.State.CHECKED,
    Import.State.RUNNING: Import.State.DONE,
    Import.State.UNDOING: Import.State.UNDONE,
}


def _finish(hand: Hand[Import]) -> None:
    """The next state; after the run the upload is deleted."""
    state, path = AFTER[Import.State(hand.job.state)], hand.job.path
    ended = {"state": state, "fraction": 1.0, "finished": clock.now()}
    if state == Import.State.CHECKED:
        checking.forget(hand.job.pk)
        hand.let_go(**ended)
    elif hand.let_go(**ended, path=""):
        files.drop(path)


def _fail(hand: Hand[Import], problem: str) -> None:
    hand.let_go(state=Import.State.FAILED, problem=problem, finished=clock.now())
