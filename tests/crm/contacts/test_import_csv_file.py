"""A table is read as it was written, whatever its dialect; what is broken stays in its own row."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.contacts.imports import csv_file
from crm.contacts.imports.csv_file import LONGEST_QUOTE, Row, open_csv
from crm.contacts.imports.encoding import NotATable


def read(path: Path, data: bytes) -> tuple[list[str], list[Row]]:
    path.write_bytes(data)
    with open_csv(path) as file:
        return file.header, list(file)


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ROWS = st.lists(st.tuples(VALUES, st.text("a,;\t|\"'\n", max_size=8), VALUES), min_size=1, max_size=8)


@given(
    rows=ROWS,
    delimiter=st.sampled_from(csv_file.DELIMITERS),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    packed=st.booleans(),
)
def test_a_table_of_any_dialect_is_read_as_it_was_written(tmp_path, rows, delimiter, line_end, encoding, packed):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("email", "name", "note"), *rows])
    data = out.getvalue().encode(encoding)
    header, found = read(tmp_path / "table.csv", gzip.compress(data) if packed else data)
    assert header == ["email", "name", "note"]
    assert [(tuple(row.values), row.problem) for row in found] == [(row, "") for row in rows]


def test_rows_carry_the_number_of_their_first_line(tmp_path):
    data = b'a,b\n1,"two\nlines"\n\n3,"x ""quoted"" y"\n4,5" pipe\n6,7\n'
    _header, rows = read(tmp_path / "t.csv", data)
    assert [(row.line, row.values) for row in rows] == [
        (2, ["1", "two\nlines"]),
        (5, ["3", 'x "quoted" y']),
        (6, ["4", '5" pipe']),
        (7, ["6", "7"]),
    ]


def test_a_quote_that_is_never_closed_spoils_one_row_only(tmp_path):
    rows = "".join(f"{n},x\n" for n in range(LONGEST_QUOTE * 2))
    _header, found = read(tmp_path / "t.csv", f'a,b\n0,"open\n{rows}'.encode())
    assert found[0] == Row(2, ["0", "open"], "opens a quote that is never closed")
    assert [(row.line, row.values[0], row.problem) for row in found[1:]] == [
        (n + 3, str(n), "") for n in range(LONGEST_QUOTE * 2)
    ]


def test_a_line_without_end_is_named_and_skipped_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "LONGEST_LINE", 50)
    _header, rows = read(tmp_path / "t.csv", b"a,b\n1," + b"x" * 500 + b"\n2,y\n")
    assert rows[0].problem == "is longer than 50 characters"
    assert rows[1] == Row(3, ["2", "y"], "")


def test_columns_without_a_name_at_the_end_are_dropped(tmp_path):
    header, rows = read(tmp_path / "t.csv", b"a,b,,\n1,2,,\n1,2,3,\n")
    assert header == ["a", "b"]
    assert [row.problem for row in rows] == ["", "has 4 columns where the first line has 2"]


def test_how_far_it_is_goes_from_nothing_to_all(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 50_000)
    with open_csv(path) as file:
        seen = [file.fraction for row in file if row.line % 10_000 == 0]
    assert seen == sorted(seen)
    assert 0 < seen[0] < 0.4 < seen[-1] <= 1


@pytest.mark.parametrize("data", [b"", b"\n \n", b",,\n1,2,3\n", b'"a,b\n1,2\n'])
def test_what_has_no_names_of_columns_is_no_table(tmp_path, data):
    with pytest.raises(NotATable):
        read(tmp_path / "t.csv", data)
