"""How commands that import tell what they did."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from crm.contacts.imports.progress import duration
from crm.contacts.imports.report import SHOWN, Report


def not_taken(file: Path) -> Path:
    """Where the refused rows of `file` are listed if there are many."""
    return settings.HOME.root / "imports" / f"{file.name} not taken.csv"


def summary(done: int, unit: str, seconds: float) -> str:
    """`320,705 rows in 21 s, 15,271 a second`."""
    return f"{done:,} {unit} in {duration(seconds)}, {done / max(seconds, 0.001):,.0f} a second"


def print_refused(report: Report, write: Callable[[str], object]) -> None:
    """How many rows were not taken, for which reasons, and the first of them or the file that lists all."""
    if report.refused:
        write(f"{report.refused:,} rows not taken:")
        for reason, number in report.reasons.most_common(SHOWN):
            write(f"  {number:,} {reason}")
    if report.written_to:
        write(f"Every one of them stands in {report.written_to}")
        return
    for refused in report.first:
        write(f"  line {refused.line}: {refused.reason}")
