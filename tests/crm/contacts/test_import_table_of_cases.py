"""What happens to each bad file and each bad row, as one table: everything else comes in as it stands, unmoved."""

import bz2
import gzip
import io
import lzma
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from crm.contacts.imports import encoding
from crm.contacts.imports.csv_file import LONGEST_LINE, LONGEST_QUOTE
from crm.contacts.models import Contact, Identity, NotTaken

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A row (or several) between Änn's and Zoe's: `taken` by name, `refused` by line."""

    what: str
    rows: str | bytes
    taken: tuple[str, ...] = ()
    refused: dict[int, str] = field(default_factory=dict)
    encoding: str = "utf-8"


NO_TEXT = "holds bytes that are no text in the file's encoding"
ROWS = (
    Case("nothing", ""),
    Case("line ends of three kinds", "b@shop.example,Bo\r\nc@shop.example,Cy\rd@shop.example,Di\n", ("Bo", "Cy", "Di")),
    Case("blank lines", "\n\r\n   \nb@shop.example,Bo\n\n", ("Bo",)),
    Case("an empty row", ",\n", refused={3: "has no e-mail address, phone number or customer number"}),
    Case("a line end in a name", 'b@shop.example,"Bo\r\nBell"\n', ("Bo\nBell",)),
    Case("a quote in the middle", 'b@shop.example,Bo "Bell" B\n', ('Bo "Bell" B',)),
    Case("a quote that is never closed", 'b@shop.example,"Bo\n', refused={3: "opens a quote that is never closed"}),
    Case(
        "a quote that is closed too late",
        'b@shop.example,"Bo' + "\n" * (LONGEST_QUOTE + 1) + '"\n',
        refused={3: "opens a quote that is never closed", LONGEST_QUOTE + 4: "opens a quote"},
    ),
    Case(
        "lines without end within a quote",
        'b@shop.example,"Bo' + ("x" * (LONGEST_LINE - 50) + "\n") * 3 + '"\n',
        refused={3: "opens a quote", 4: "has 1 columns", 5: "has 1 columns", 6: "opens a quote"},
    ),
    Case(
        "a line without end", "b@shop.example," + "x" * (2 * LONGEST_LINE) + "\n", refused={3: "is longer than 1000000"}
    ),
    Case("too few values", "b@shop.example\n", refused={3: "has 1 columns where the first line has 2"}),
    Case("too many values", "b@shop.example,Bo,more\n", refused={3: "has 3 columns where the first line has 2"}),
    Case("empty values too many", "b@shop.example,Bo,,,\n", ("Bo",)),
    Case("another delimiter", "b@shop.example;Bo\n", refused={3: "has 1 columns where the first line has 2"}),
    Case("a NUL", "b@shop.example,B\0o\n", refused={3: "holds a NUL character"}),
    Case("a byte that is no text", b"b@shop.example,B\xf8\n", refused={3: NO_TEXT}),
    Case("a lone surrogate", b"b@shop.example,\xed\xa0\x80\n", refused={3: NO_TEXT}),
    Case("half a letter of UTF-16", "b@shop.example,B\ufffd\n", refused={3: NO_TEXT}, encoding="utf-16-le"),
    Case(
        "a formula",
        'b@shop.example,"=HYPERLINK(""http://x.example"",""Bo"")"\n',
        ('=HYPERLINK("http://x.example","Bo")',),
    ),
    Case("a formula that is called", "b@shop.example,@SUM(A1)\n", ("@SUM(A1)",)),
    Case("a name of 200 characters", f"b@shop.example,{'x' * 200}\n", ("x" * 200,)),
    Case("a name of 201", f"b@shop.example,{'x' * 201}\n", refused={3: "Name is 201 characters long; at most 200"}),
    Case("a name of 10,000", f"b@shop.example,{'é' * 10_000}\n", refused={3: "Name is 10000 characters long"}),
    Case("a customer that is there twice", "b@shop.example,Bo\nB@SHOP.example,Robert\n", ("Bo",)),
    Case("the first line again", "email,name\n", refused={3: "e-mail address cannot be used"}),
)
SCRIPTS = (
    "李小龙", "Nguyễn Thị Ánh", "Ольга Ильинична", "Ελένη", "עִבְרִית", "مُحَمَّد ٱلْعَرَبِيّ", "ខ្មែរ", "தமிழ்",
    "ꦗꦮ", "𐌰𐌱𐌲", "Zoë", "Zoe\u0308", "👩‍🚀", "👨‍👩‍👧‍👦🏳️‍🌈", "\u202eevil\u202c",
    "\u2066isolated\u2069", "a\u200bb", "Z" + "\u0300" * 60, "O'Neil, Jr.", "- -", "NULL", "None",
    "'; DROP TABLE contact;--", "<script>alert(1)</script>", "{{ 7 }}", "%s %(name)s", "\\N", "\\",
    "﷽",
)  # fmt: skip


def brought(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_contacts", str(path), *options, stdout=out)
    return out.getvalue()


def written(text: str, case: Case) -> bytes:
    return text.encode(case.encoding)


def names() -> list[str]:
    return sorted(Contact.objects.values_list("name", flat=True))


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.what)
def test_a_bad_row_is_named_with_its_line_and_moves_nobody(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    parts = ["email,name\nann@shop.example,Änn\n", case.rows, "zoe@shop.example,Zoe\n"]
    path.write_bytes(b"".join(part if isinstance(part, bytes) else written(part, case) for part in parts))
    brought(path)
    assert names() == sorted(["Zoe", "Änn", *case.taken])
    assert Identity.objects.get(value="zoe@shop.example").contact.name == "Zoe"
    found = dict(NotTaken.objects.filter(refused=True).values_list("line", "reason"))
    assert found.keys() == case.refused.keys()
    assert [found[line] for line, reason in case.refused.items() if not found[line].startswith(reason)] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_name_in_any_script_comes_in_sign_by_sign(name: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f'email,name\nb@shop.example,"{name}"\nzoe@shop.example,Zoe\n', encoding="utf-8")
    brought(path)
    assert Contact.objects.get(identities__value="b@shop.example").name == name
    assert not NotTaken.objects.exists()


LEGAL = (
    "a@shop.example", "a.b.c@shop.example", "a+tag@shop.example", "o'neil@shop.example",
    "-dash-@shop.example", "_@shop.example", "1@shop.example", "!#$%&*/=?^`{|}~@shop.example",
    "a" * 64 + "@shop.example", "A@SHOP.EXAMPLE", "a@xn--mnchen-3ya.example", "a@münchen.example",
    "用户@例子.广告", "jürgen@shop.example", "a@" + ".".join(["d" * 60] * 3) + ".example",
    "a@1.example", "a@sub.sub.sub.shop.example",
)  # fmt: skip
ILLEGAL = (
    "a", "@", "a@", "@shop.example", "a@shop", "a@@shop.example", "a@b@shop.example",
    ".a@shop.example", "a.@shop.example", "a..b@shop.example", "a b@shop.example",
    "a@shop .example", "a@-shop.example", "a@shop-.example", "a@shop..example", "a@.shop.example",
    "a@shop.example.", "a@[192.0.2.1]", "a@192.0.2.1", "a" * 65 + "@shop.example",
    "a@" + "d" * 64 + ".example", "a@" + ".".join(["d" * 60] * 5) + ".example", "a@localhost",
    "a@shop.invalid", "a@shop.local", "a@shop.test", "Ann <a@shop.example>",
    "mailto:a@shop.example", "a@shop.example, b@shop.example", "a@shop.example;b@shop.example",
    "(c)a@shop.example", "a\u202e@shop.example", "a\u200b@shop.example", '"a b"@shop.example',
    "a@shop_shop.example", "n/a", "-",
)  # fmt: skip


@pytest.mark.parametrize("address", LEGAL)
def test_an_address_of_a_legal_shape_is_taken(address: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"email\tname\n{address}\tBo\n", encoding="utf-8")
    brought(path)
    assert Identity.objects.get().value == address.lower()


@pytest.mark.parametrize("address", ILLEGAL)
def test_an_address_of_an_illegal_shape_is_refused_with_the_reason(address: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    quoted = address.replace('"', '""')
    path.write_text(f'email|name\n"{quoted}"|Bo\nzoe@shop.example|Zoe\n', encoding="utf-8")
    brought(path)
    assert names() == ["Zoe"]
    refused = NotTaken.objects.get()
    assert (refused.line, refused.refused) == (2, True)
    assert refused.reason.startswith("e-mail address cannot be used")


def packed(size: int) -> bytes:
    return gzip.compress(b"email,name\n" + b"a@shop.example,Ann\n" * (size // 19 + 1), 9)


def broken(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 40]) + data[middle + 40 :]


WHOLE = {
    "nothing": (b"", "empty"),
    "blanks": (b"\n \r\n", "empty"),
    "no names of columns": (b",,,\n1,2,3\n", "holds no column names"),
    "no text for names of columns": (b"email,n\0ame\na@shop.example,A\n", "what is no text"),
    "nobody in it": (b"colour,size\nred,2\n", "No column holds an e-mail address"),
    "10,000 columns": (("email," + ",".join(f"c{n}" for n in range(9_999))).encode(), "10000 columns; at most 1000"),
    "300 columns to remember": (
        ("email," + ",".join(f"c{n}" for n in range(300))).encode(),
        "300 columns beyond those",
    ),
    "a workbook": (b"PK\x03\x04rest", "Excel workbook"),
    "bzip2": (bz2.compress(b"email\na@shop.example\n"), "is packed. Unpack it"),
    "xz": (lzma.compress(b"email\na@shop.example\n"), "is packed. Unpack it"),
    "gzip cut off": (packed(50_000)[:-20], "damaged"),
    "gzip broken in the middle": (broken(gzip.compress(bytes(range(256)) * 200)), "damaged"),
    "gzip of nothing": (gzip.compress(b""), "empty"),
    "gzip of gzip": (gzip.compress(packed(100)), "what is no text"),
}


@pytest.mark.parametrize("what", WHOLE)
def test_a_bad_file_is_refused_as_a_whole_in_words(what: str, tmp_path: Path) -> None:
    data, words = WHOLE[what]
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    with pytest.raises(CommandError, match=words):
        brought(path)
    assert not Contact.objects.exists()


def test_what_is_packed_has_a_bound_however_small_it_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "LARGEST", 1024**2)
    path = tmp_path / "people.csv.gz"
    path.write_bytes(packed(1024**2 - 200))
    assert "1 new" in brought(path)
    path.write_bytes(packed(1024**2 + 200))
    with pytest.raises(CommandError, match="unpacks to more than 1 MB"):
        brought(path)


@pytest.mark.parametrize("name", [*encoding.ENCODINGS])
def test_every_encoding_that_can_be_said_reads_what_was_written_in_it(name: str, tmp_path: Path) -> None:
    words = {
        "cp1251": "Ольга",
        "cp1253": "Ελένη",
        "cp1255": "שלום",
        "cp1256": "محمد",
        "gb18030": "李小龙",
        "big5": "李小龍",
    }
    words |= {"cp932": "ひろし", "cp949": "김철수", "cp1250": "Łukasz", "cp1254": "Işık"}
    said = words.get(name, "Zoë")
    path = tmp_path / "people.csv"
    path.write_bytes(f"email,name\nzoe@shop.example,{said}\n".encode(name))
    brought(path, "--encoding", name)
    assert names() == [said]
