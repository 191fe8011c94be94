"""Hostile files: a clear message, nothing lost, nothing shifted, and memory that does not grow."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.contacts.imports import columns, running
from crm.contacts.imports.columns import FIELDS, lay_out, recognise
from crm.contacts.imports.csv_file import Row
from crm.contacts.imports.encoding import NotATable
from crm.contacts.imports.parse import Parsed, Parser, Refused
from crm.contacts.imports.saying import moment, yes_or_no
from crm.contacts.imports.tables import open_table
from crm.contacts.models import Contact
from engage.lib import clock

HEADER = ["email", "name", "phone", "permission", "unsubscribed", "consent_at", "milk"]
LONDON = ZoneInfo("Europe/London")
PARSER = Parser(lay_out(HEADER, recognise(HEADER)), country="GB", zone=LONDON)
HOSTILE = st.text(max_size=40) | st.sampled_from(
    ["", "yes", "2024-01-01", "0001-01-01", "9999-12-31", "31/12/2020", "+"]
)


@given(st.lists(HOSTILE, min_size=len(HEADER), max_size=len(HEADER)))
def test_any_cells_are_a_person_or_refused_with_a_reason(cells: list[str]) -> None:
    try:
        parsed = PARSER.parse(Row(2, cells))
    except Refused as why:
        assert str(why)
        return
    assert isinstance(parsed, Parsed)
    assert parsed.signature.proved
    assert parsed.details.attributes.get("milk", "") == cells[6].strip()[:2000]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=30))
def test_every_header_gives_each_column_one_meaning(header: list[str]) -> None:
    meanings = recognise(header)
    assert len(meanings) == len(header)
    keys = [meaning for meaning in meanings if meaning.startswith("=")]
    assert len(keys) == len(set(keys))
    assert all(meaning in FIELDS or meaning == columns.SKIP for meaning in meanings if not meaning.startswith("="))


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: data.decode("latin-1")))
def test_no_vcard_breaks_the_reading(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cards.vcf"
    path.write_bytes(
        b"BEGIN:VCARD\r\nEMAIL:a@shop.example\r\n" + text.encode("utf-8", "replace") + b"\r\nEND:VCARD\r\n"
    )
    with open_table(path) as table:
        rows = list(table)
        assert all(len(row.values) == len(table.header) for row in rows)


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)


@given(st.lists(NAMES.filter(lambda name: name.strip() == name and name), min_size=1, max_size=6), st.booleans())
def test_a_card_is_read_as_it_was_written(tmp_path: Path, names: list[str], folded: bool) -> None:
    def line(name: str) -> str:
        text = "FN:" + name.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
        return "\r\n ".join(text[at : at + 7] for at in range(0, len(text), 7)) if folded else text

    path = tmp_path / "cards.vcf"
    cards = [f"BEGIN:VCARD\r\nVERSION:4.0\r\n{line(name)}\r\nEND:VCARD\r\n" for name in names]
    path.write_bytes("".join(cards).encode())
    with open_table(path) as table:
        assert [row.values[0] for row in table] == names


@pytest.mark.parametrize(
    ("text", "country", "read"),
    [
        ("2024-03-14 09:14:00", "GB", datetime(2024, 3, 14, 9, 14, tzinfo=LONDON)),
        ("2024-03-14T09:14:00Z", "GB", datetime(2024, 3, 14, 9, 14, tzinfo=UTC)),
        ("03/04/2024", "GB", datetime(2024, 4, 3, tzinfo=LONDON)),
        ("03/04/2024", "US", datetime(2024, 3, 4, tzinfo=LONDON)),
        ("13.4.2024 7:05", "US", datetime(2024, 4, 13, 7, 5, tzinfo=LONDON)),
        ("29/02/2023", "GB", None),
        ("2999-01-01", "GB", None),
        ("0001-01-01T00:00:00+14:00", "GB", None),
        ("yesterday", "GB", None),
        ("", "GB", None),
    ],
)
def test_a_moment_is_read_in_the_order_of_the_country(text: str, country: str, read: datetime | None) -> None:
    assert moment(text, country=country, zone=LONDON) == read


@pytest.mark.parametrize(
    ("text", "said"),
    [("Yes", True), ("subscribed", True), ("No", False), ("Cleaned", False), ("perhaps", None), ("", None)],
)
def test_yes_and_no_are_known_in_every_export(text: str, said: bool | None) -> None:
    assert yes_or_no(text) is said


@pytest.mark.parametrize("packed", [b"PK\x03\x04", b"%PDF-1.4", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff\xe0"])
def test_what_is_no_table_is_said_in_words(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(packed + bytes(range(256)))
    with pytest.raises(NotATable, match="Bring|bring"), open_table(path):
        pass


@pytest.mark.django_db
def test_every_row_is_in_exactly_one_count(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = ["a@shop.example,Ann", "b@shop.example,Ben", "A@shop.example,", "nobody,X", "c@shop.example,C,too many", ""]
    path.write_text("email,name\n" + "\n".join(lines) + "\n")
    for new in (2, 0):
        job = running.at_once(path, permission={"given": False}, by="Olga", at=clock.now())
        kinds = [job.counts.get(name, 0) for name in ("new", "changed", "unchanged", "repeated", "refused")]
        assert job.counts["rows"] == sum(kinds) == 5
        assert kinds[0] == new
    assert Contact.objects.count() == 2
