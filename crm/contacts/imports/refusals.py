"""The rows that were not taken, as a CSV that can be mended and brought again."""

import csv
import io
from collections.abc import Iterable, Iterator

import orjson
from django.utils.translation import gettext as _

from crm.contacts.imports.columns import OURS
from crm.contacts.models import Import
from engage.lib.spreadsheets import safe


def lines(job: Import) -> Iterator[str]:
    """Line by line, in constant memory; safe against spreadsheet formulas. The first columns are ours and are left
    out when the file comes back."""
    yield _line([OURS + _("row"), OURS + _("why not"), *job.header])
    for row in job.not_taken.order_by("id").iterator(chunk_size=2_000):
        yield _line([str(row.line), row.reason, *orjson.loads(row.cells)])


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe(cell) for cell in cells])
    return out.getvalue()
