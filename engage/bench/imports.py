"""`bench import`: people from a CSV file beside COPY of all the rows that it writes."""

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from crm.contacts.imports import running
from crm.contacts.models import Contact, Topic
from engage.bench.scratch import database
from engage.lib import clock, sql

TABLES = (
    "crm_contacts_company",
    "crm_contacts_contact",
    "crm_contacts_identity",
    "crm_contacts_consent",
    "crm_contacts_import",
    "crm_contacts_imported",
    "crm_contacts_origin",
    "crm_preferences_preference",
)
HEADER = "Email,First name,Last name,Phone,Country,City,Favourite roast,Milk,Company\n"


class NotEmpty(RuntimeError):
    """There are people: the control empties the tables, so it runs on a database of its own only."""


def run() -> dict[str, float]:
    """In a database of its own."""
    with database():
        return measure(rows=50_000)


def measure(*, rows: int) -> dict[str, float]:
    """Rows a second of the import and of the control, their ratio, and by how many MB the process grew.

    Raises NotEmpty.
    """
    if Contact.objects.exists():
        raise NotEmpty
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_text(HEADER + "".join(_lines(rows)))
        before = _memory()
        imported = _import(path)
        grown = _memory() - before
    copied = _copy_again()
    return {
        "rows": rows,
        "import_per_second": round(rows / imported),
        "copy_per_second": round(rows / copied),
        "ratio": round(copied / imported, 3),
        "memory_mb": round(grown, 1),
    }


def _lines(rows: int) -> Iterator[str]:
    """Every third has a phone, every twentieth a company."""
    for n in range(rows):
        phone = f"07{n % 1_000_000_000:09}" if n % 3 == 0 else ""
        company = f"Company {n % 50}" if n % 20 == 0 else ""
        yield (
            f"person{n}@mail{n % 5000}.example,First{n % 977},Last{n},{phone},GB,Town {n % 300},dark,oat,{company}\n"
        )


def _import(path: Path) -> float:
    topic, _made = Topic.objects.get_or_create(key="bench", defaults={"label": "Bench"})
    said = {"given": True, "each": [[topic.pk, "on paper"]]}
    began = time.perf_counter()
    running.at_once(path, permission=said, by="bench", at=clock.now())
    return time.perf_counter() - began


def _copy_again() -> float:
    """Seconds for COPY of what the import wrote into the same tables with their indexes and keys."""
    kept = {table: _copy_out(table) for table in TABLES}
    sql.run(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"COPY {table} FROM STDIN") as stream:
                stream.write(kept[table])
    return time.perf_counter() - began


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as stream:
        return b"".join(bytes(part) for part in stream)


def _memory() -> float:
    """The greatest resident memory so far, in MB (of Linux, where it counts in KB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
