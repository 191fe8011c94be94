"""A file of any size comes in, whole, in memory that does not grow with it."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm.business.queries import fresh_business
from crm.contacts.imports import actions, files, running
from crm.contacts.imports.tables import open_table
from crm.contacts.jobs.hand import claim
from crm.contacts.models import Contact, Import, Imported, NotTaken
from engage.lib import clock, ids

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(3600),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]


@dataclass(frozen=True)
class Size:
    rows: int
    bad: int  # the row whose quote is never closed, from 0


SHORT, LONG = Size(rows=50_000, bad=31_234), Size(rows=1_000_000, bad=734_567)
SETTLED = 10
"""Slices until everything has been imported, prepared and cached."""
MOST = 12
"""MB."""


def written(folder: Path, size: Size) -> Path:
    path = folder / "many.csv"
    with path.open("w") as file:
        file.write("email,name,phone,roast\n")
        file.writelines(rows(size))
    return path


def rows(size: Size) -> Iterator[str]:
    for n in range(size.rows):
        if n == size.bad:
            yield f'p{n}@shop.example,"never closed,,\n'
        else:
            phone = f"07{n:09}" if n % 3 == 0 else ""
            yield f"p{n}@shop.example,Person {n},{phone},{'dark' if n % 2 else 'light'}\n"


class Memory:
    """By how many MB this process grew after its first rounds, at most."""

    def __init__(self) -> None:
        self.rounds, self.settled, self.grown = 0, 0.0, 0.0

    def look(self, _job: object = None) -> None:
        self.rounds += 1
        now = resident()
        if self.rounds <= SETTLED:
            self.settled = max(self.settled, now)
        self.grown = max(self.grown, now - self.settled)


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_reading_does_not_grow_and_one_bad_row_spoils_itself_only(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    size = Size(2_000_000, 1_234_567) if request.config.getoption("--long") else Size(200_000, 123_456)
    path, memory, found, problems, last = written(tmp_path, size), Memory(), 0, list[int](), ""
    with open_table(path) as table:
        for row in table:
            found += 1
            last = row.values[0]
            if row.problem:
                problems.append(row.line)
            if found % running.SLICE == 0:
                memory.look()
    assert (found, problems, last) == (size.rows, [size.bad + 2], f"p{size.rows - 1}@shop.example")
    assert memory.grown < MOST


def test_checking_and_bringing_in_do_not_grow_and_every_row_is_accounted_for(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fresh_business()
    size = LONG if request.config.getoption("--long") else SHORT
    path = written(tmp_path, size)
    job = actions.begin(files.look_at(path), uid=ids.uuid7(), name=path.name, by="Olga", at=clock.now())
    actions.say_permission(job, {"given": False})
    actions.check(job, at=clock.now())
    expected, grown = carried_out()
    counts = {"rows": size.rows, "new": size.rows - 1, "refused": 1}
    assert expected.counts == counts
    assert grown < MOST, "while checking"

    actions.start(expected, at=clock.now())
    done, grown = carried_out()
    assert (done.state, done.counts) == ("done", counts)
    assert grown < MOST, "while bringing in"
    assert NotTaken.objects.get(refused=True).line == size.bad + 2
    assert Contact.objects.count() == Imported.objects.count() == size.rows - 1

    actions.undo(done, by="Olga", at=clock.now())
    undone, grown = carried_out()
    assert (undone.state, undone.counts) == ("undone", {"gone": size.rows - 1})
    assert grown < MOST, "while undoing"
    assert not Contact.objects.filter(erased=None).exists()


def carried_out() -> tuple[Import, float]:
    job = claim(Import, at=clock.now())
    assert job
    memory = Memory()
    running.carry_out(job, memory.look)
    return Import.objects.get(), memory.grown
