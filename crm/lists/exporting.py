"""People as a file: CSV that is safe to open in a spreadsheet, and JSON; columns chosen, slice by slice."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from crm.contacts.models import Contact
from crm.lists.columns import Bought, Column, load
from engage.lib.spreadsheets import safe


def csv_lines(
    columns: Mapping[str, Column], slices: Iterable[Sequence[Contact]], *, role: str, at: datetime
) -> Iterator[bytes]:
    """With a byte order mark, without which spreadsheets take UTF-8 for something else; a part for each slice."""
    write = csv.writer(_Line()).writerow
    yield b"\xef\xbb\xbf" + write([str(column.label) for column in columns.values()])
    for contacts in slices:
        loaded = load(contacts, columns, role=role, at=at)
        yield b"".join(write([_cell(one.value(contact, loaded)) for one in columns.values()]) for contact in contacts)


def json_lines(
    columns: Mapping[str, Column], slices: Iterable[Sequence[Contact]], *, role: str, at: datetime
) -> Iterator[bytes]:
    """One array of objects; a part for each slice."""
    before = b"[\n"
    for contacts in slices:
        loaded = load(contacts, columns, role=role, at=at)
        rows = [
            orjson.dumps({key: _bare(column.value(contact, loaded)) for key, column in columns.items()})
            for contact in contacts
        ]
        yield before + b",\n".join(rows)
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


class _Line:
    """csv.writer hands back what `write` returns."""

    def write(self, line: str) -> bytes:
        return line.encode()


def _bare(value: Any) -> Any:
    """As JSON has it: money as text with its currency."""
    if isinstance(value, Bought):
        return f"{value.total} {value.currency}" if value.orders else None
    return value


def _cell(value: Any) -> str:
    value = _bare(value)
    if isinstance(value, dict):
        return safe("; ".join(f"{key}: {_plain(item)}" for key, item in value.items()))
    if isinstance(value, datetime):
        return value.isoformat()
    return safe(str(value)) if value else ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
