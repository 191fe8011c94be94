"""A file of people, whatever it is, as a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from crm.contacts.imports import vcard
from crm.contacts.imports.csv_file import CsvFile, open_csv
from crm.contacts.imports.encoding import NotATable
from crm.contacts.imports.vcard import VcardFile

NO_TABLES = {
    b"PK\x03\x04": _(
        "This is an Excel workbook or a zip archive. Save the sheet as CSV, or unpack it, and bring that."
    ),
    b"\xd0\xcf\x11\xe0": _("This is an old Excel workbook. Save the sheet as CSV and bring that."),
    b"%PDF": _("This is a PDF. Bring the list as CSV or as vCards."),
    b"\x89PNG": _("This is a picture. Bring the list as CSV or as vCards."),
    b"\xff\xd8\xff": _("This is a picture. Bring the list as CSV or as vCards."),
    **dict.fromkeys(
        [b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!"],
        _("This file is packed. Unpack it, or pack it with gzip, and bring that."),
    ),
}


@contextmanager
def open_table(path: Path, *, encoding: str = "") -> Iterator[CsvFile | VcardFile]:
    """A CSV of any dialect, or vCards. Raises NotATable with words for people, OSError, LookupError."""
    with path.open("rb") as file:
        start = file.read(64)
    for magic, words in NO_TABLES.items():
        if start.startswith(magic):
            raise NotATable(str(words))
    opened = vcard.open_vcard(path, encoding=encoding) if vcard.is_vcard(path) else open_csv(path, encoding=encoding)
    try:
        with opened as table:
            yield table
    except UnicodeError as error:
        raise NotATable(_("The file is not written in %(encoding)s.") % {"encoding": encoding}) from error
