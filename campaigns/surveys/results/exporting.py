"""Answers as a file: CSV that is safe to open in a spreadsheet, or a line of JSON for each; slice by slice."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson

from campaigns.surveys.asked.questions import SILENT, Question, Type
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.queries import narrow
from campaigns.surveys.results.narrowing import EVERYBODY, Narrowed
from engage.lib import sql
from engage.lib.spreadsheets import safe

SLICE = 1_000
ABOUT = ("id", "answered", "began", "version", "origin", "language", "person", "name")
"""Columns of the response itself; each question has one more."""


def columns(questions: Iterable[Question]) -> list[Question]:
    """Of everything that was ever asked, what may stand in a response."""
    return [one for one in questions if one.type not in SILENT and one.type is not Type.PERMISSION]


def slices(survey: Survey, narrowed: Narrowed = EVERYBODY, *, at: datetime) -> Iterator[list[Response]]:
    """All final answers with their people, the first first, by key: one query for each slice, two where they are
    narrowed to a group. Raises InvalidRule, NoEventAtHand."""
    whole = Narrowed(narrowed.since, narrowed.until, narrowed.language, narrowed.origin)
    final = Response.objects.filter(survey=survey, state=Response.State.FINAL).select_related("contact", "version")
    found, key = narrow(final, survey, whole, at=at).order_by("pk"), 0
    while rows := list(found.filter(pk__gt=key)[:SLICE]):
        key = rows[-1].pk
        if narrowed.group:
            members = _members([row.pk for row in rows], narrowed, at)
            rows = [row for row in rows if row.pk in members]
        if rows:
            yield rows


def csv_lines(questions: Sequence[Question], parts: Iterable[list[Response]]) -> Iterator[bytes]:
    """With a byte order mark, without which spreadsheets take UTF-8 for something else; a part for each slice."""
    write = csv.writer(_Line()).writerow
    yield b"\xef\xbb\xbf" + write([*ABOUT, *(safe(one.text or one.id) for one in questions)])
    for rows in parts:
        yield b"".join(
            write([*map(_cell, _about(row).values()), *(_cell(_words(row, one)) for one in questions)]) for row in rows
        )


def json_lines(questions: Sequence[Question], parts: Iterable[list[Response]]) -> Iterator[bytes]:
    """One object on each line, its answers by question id; a part for each slice."""
    shown = {one.id for one in questions}
    for rows in parts:
        yield b"".join(
            orjson.dumps(
                _about(row)
                | {
                    "answers": {
                        id: {name: given.get(name, "") for name in ("value", "words", "question")}
                        for id, given in row.answers.items()
                        if id in shown
                    }
                }
            )
            + b"\n"
            for row in rows
        )


def _about(row: Response) -> dict[str, Any]:
    return {
        "id": str(row.uid),
        "answered": row.finished.isoformat() if row.finished else "",
        "began": row.started.isoformat(),
        "version": row.version.number,
        "origin": row.origin,
        "language": row.language,
        "person": str(row.contact.uid) if row.contact else "",
        "name": row.contact.name if row.contact else "",
    }


def _words(row: Response, question: Question) -> str:
    return str(row.answers.get(question.id, {}).get("words", ""))


def _cell(value: Any) -> str:
    return safe(str(value))


def _members(keys: list[int], narrowed: Narrowed, at: datetime) -> set[int]:
    people, values = narrowed.of_people(at)
    query = f"SELECT r.id FROM campaigns_surveys_response AS r WHERE r.id = ANY(%(keys)s) {people}"  # noqa: S608 compiled
    return {pk for (pk,) in sql.rows(query, {"keys": keys, **values})}


class _Line:
    """csv.writer hands back what `write` returns."""

    def write(self, line: str) -> bytes:
        return line.encode()
