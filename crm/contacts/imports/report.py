"""What an import did, row for row: what was taken, what was met, what was refused and why."""

import csv
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self, TextIO

from django.utils.translation import gettext as _

SHOWN = 20
"""Refused rows printed on the terminal; from the next one on they stand in a file."""
MOST_REASONS = 100
"""Different reasons counted apart."""

type Refuse = Callable[[int, str, list[str]], None]
"""Told of each row that is not taken: the number of its line, why, its values."""


class Refused(NamedTuple):
    """A row that was not taken: the number of its line, why, and its values."""

    line: int
    reason: str
    values: list[str]


class Report:
    """Counts by name, and the refused rows: the first ones kept, all of them written to `path` once there are many.

    Use it as a context manager; memory is bounded by the number of different counts and reasons.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.first: list[Refused] = []
        self._stack = ExitStack()
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] += by

    def refuse(self, line: int, reason: str, values: list[str]) -> None:
        known = reason in self.reasons or len(self.reasons) < MOST_REASONS
        self.reasons[reason if known else _("other reasons")] += 1
        self.note(line, reason, values)

    def note(self, line: int, reason: str, values: list[str]) -> None:
        """Lists the row with the refused ones without counting it as one of them: it was taken, but not all of it."""
        refused = Refused(line, reason, values)
        if len(self.first) < SHOWN:
            self.first.append(refused)
            return
        if self._file is None:
            self._file = self._open()
        _write(self._file, refused)

    @property
    def refused(self) -> int:
        return self.reasons.total()

    @property
    def written_to(self) -> Path | None:
        """The file that lists every refused row, if there are more than SHOWN."""
        return self.path if self._file else None

    def _open(self) -> TextIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self._stack.enter_context(self.path.open("w", encoding="utf-8", newline=""))
        csv.writer(file).writerow(["line", "reason", "row"])
        for refused in self.first:
            _write(file, refused)
        return file


def _write(file: TextIO, refused: Refused) -> None:
    printable = [value.encode("utf-8", "replace").decode() for value in refused.values]
    csv.writer(file).writerow([refused.line, refused.reason, *printable])
