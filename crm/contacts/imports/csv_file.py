"""CSV files of any dialect, read row by row in constant memory.

Every record is parsed by itself: a quote that is never closed, a byte that is no text or a missing column spoils its
own row, which comes back with a `problem` in words, and never moves the rows after it.
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from django.utils.translation import gettext as _

from crm.contacts.imports.encoding import NotATable, binary, detect_encoding, text

DELIMITERS = ",;\t|"
LONGEST_LINE = 1_000_000
"""Characters of one line; what is longer is no row of a table."""
LONGEST_QUOTE = 200
"""Lines that one quoted value may span before the quote counts as never closed; together at most LONGEST_LINE."""
MOST_COLUMNS = 1_000
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
NO_TEXT_IN_UTF_16 = "\ufffd"

csv.field_size_limit(LONGEST_LINE * 2)


class Row(NamedTuple):
    """One record: the number of its first line, its values, what is wrong with it ('' if nothing), and what of it has
    no place among the values."""

    line: int
    values: list[str]
    problem: str = ""
    left_out: tuple[str, ...] = ()


@contextmanager
def open_csv(path: Path, *, encoding: str = "") -> "Iterator[CsvFile]":
    """The file (plain or gzip) with its encoding and delimiter found and its header read.

    Raises NotATable if it is empty or its first line holds no column names, OSError, and LookupError for an unknown
    `encoding`.
    """
    encoding = encoding or detect_encoding(path)
    with binary(path) as (_raw, stream), text(stream, encoding) as lines:
        delimiter = detect_delimiter([lines.readline(LONGEST_LINE) for _number in range(20)])
    with binary(path) as (raw, stream), text(stream, encoding) as lines:
        yield CsvFile(path, encoding, delimiter, raw, lines)


class CsvFile:
    """An open table; iterating gives the rows after the header, once."""

    shape = ""

    def __init__(self, path: Path, encoding: str, delimiter: str, raw: BinaryIO, lines: TextIO) -> None:
        self.path = path
        self.encoding = encoding
        self.delimiter = delimiter
        self._raw = raw
        self._lines = _Lines(lines)
        self.header = self._read_header()

    @property
    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        size = self.path.stat().st_size
        return min(1.0, self._raw.tell() / size) if size else 1.0

    def __iter__(self) -> Iterator[Row]:
        width = len(self.header)
        for line, record, problem in self._lines.records(self.delimiter):
            values = self._parse(record)
            if len(values) > width and not any(values[width:]):
                del values[width:]
            yield Row(line, values, problem or _problem(record, values, width, self.encoding))

    def skip(self, rows: int) -> None:
        """Leave out the next rows without looking into them."""
        for _number, _record in zip(range(rows), self._lines.records(self.delimiter), strict=False):
            pass

    def _read_header(self) -> list[str]:
        for _line, record, problem in self._lines.records(self.delimiter):
            names = [name.strip() for name in self._parse(record)]
            while names and not names[-1]:
                names.pop()
            if problem or not any(names):
                raise NotATable(_("The first line holds no column names."))
            if UNREADABLE.search(record):
                raise NotATable(_("The first line holds what is no text. Save the list as CSV in UTF-8."))
            if len(names) > MOST_COLUMNS:
                said = {"found": len(names), "most": MOST_COLUMNS}
                raise NotATable(_("The file has %(found)d columns; at most %(most)d can be read.") % said)
            return names
        raise NotATable(_("The file is empty."))

    def _parse(self, record: str) -> list[str]:
        return next(csv.reader([record], delimiter=self.delimiter), [])


def detect_delimiter(sample: list[str]) -> str:
    """The delimiter that splits the most sample lines into as many values as the first one; a comma if none does."""

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(next(csv.reader([line], delimiter=delimiter), [])) for line in sample if line.strip())
        first = len(next(csv.reader(sample[:1], delimiter=delimiter), []))
        return (widths[first], first) if first > 1 else (0, 0)

    return max(DELIMITERS, key=agreement)


def _problem(record: str, values: list[str], width: int, encoding: str) -> str:
    if not record.isascii() or "\x00" in record:
        found = UNREADABLE.search(record)
        if found and found[0] == "\x00":
            return _("holds a NUL character")
        if found or (NO_TEXT_IN_UTF_16 in record and encoding.startswith("utf-16")):
            return _("holds bytes that are no text in the file's encoding")
    if len(values) != width:
        return _("has %(found)d columns where the first line has %(width)d") % {"found": len(values), "width": width}
    return ""


class _Lines:
    """Physical lines that can be put back, grouped into records."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: deque[str] = deque()
        self._number = 0

    def read(self) -> str:
        """The next line with its end, '' after the last; a line that is too long comes in pieces."""
        line = self._back.popleft() if self._back else self._stream.readline(LONGEST_LINE)
        self._number += bool(line)
        return line

    def records(self, delimiter: str) -> Iterator[tuple[int, str, str]]:
        """(number of the first line, record, problem) for every record that is not blank."""
        while line := self.read():
            number, problem = self._number, ""
            if len(line) >= LONGEST_LINE and not line.endswith("\n"):
                problem = self._skip_rest_of_line()
            elif line.count('"') % 2 and _is_open(line, delimiter):
                line, problem = self._close(line, delimiter)
            if line.strip():
                yield number, line.rstrip("\n"), problem

    def _skip_rest_of_line(self) -> str:
        while (piece := self._stream.readline(LONGEST_LINE)) and not piece.endswith("\n"):
            pass
        return _("is longer than %(limit)d characters") % {"limit": LONGEST_LINE}

    def _close(self, first: str, delimiter: str) -> tuple[str, str]:
        """The record that begins with `first`; if its quote never closes, `first` alone, the other lines put back."""
        taken: list[str] = []
        size = len(first)
        while len(taken) < LONGEST_QUOTE and size < LONGEST_LINE and (line := self.read()):
            taken.append(line)
            size += len(line)
            if line.count('"') % 2 and not _is_open(first + "".join(taken), delimiter):
                return first + "".join(taken), ""
        self._number -= len(taken)
        self._back.extendleft(reversed(taken))
        return first, _("opens a quote that is never closed")


def _is_open(record: str, delimiter: str) -> bool:
    try:
        next(csv.reader([record], delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
