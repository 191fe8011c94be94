"""What becomes of each table's rows when a contact is erased.

Apps register every table that has a contact in their `registrations.py`; a test sees that none is missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engage.lib import sql


@dataclass(frozen=True, slots=True)
class Erased:
    """`contacts`: the one and all whom it had absorbed. `traces`: by what JSON that we keep would name them, their
    addresses and numbers, and the shop's ids in quotation marks."""

    contacts: Sequence[int]
    traces: Sequence[str]
    at: datetime


type Rule = Callable[[Erased], None]

rules: dict[str, Rule] = {}


def register(table: str, rule: Rule | None = None) -> None:
    """How rows of `table` are erased: by `rule`, which may not fail, or else they are deleted. In one transaction."""
    rules.setdefault(table, rule or _delete(table))


def delete_mentions(table: str, column: str) -> Rule:
    """A rule for tables whose rows belong to nobody and may name anybody in the JSON text of `column`. It reads them
    all: such tables are short."""

    def rule(erased: Erased) -> None:
        if erased.traces:
            sql.run(f"DELETE FROM {table} WHERE {column} ILIKE ANY(%s)", [_patterns(erased.traces)])  # noqa: S608 ours

    return rule


def _patterns(traces: Sequence[str]) -> list[str]:
    return [f"%{trace.replace('\\', r'\\').replace('%', r'\%').replace('_', r'\_')}%" for trace in traces]


def _delete(table: str) -> Rule:
    def rule(erased: Erased) -> None:
        sql.run(f"DELETE FROM {table} WHERE contact_id = ANY(%s)", [list(erased.contacts)])  # noqa: S608 a table of ours

    return rule
