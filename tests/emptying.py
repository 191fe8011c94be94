"""How tables are emptied after a test that commits, as every test in a browser does."""

from typing import Any

from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = {"django_content_type", "auth_permission"}
"""What migrating writes into them stays true; Django writes it anew after each such test, with a hundred queries."""


def empty_quickly() -> None:
    """By DELETE: TRUNCATE makes a new file for each table and index, however few rows there are."""
    DatabaseOperations.sql_flush = _sql_flush  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *arguments, **options: None  # type: ignore[attr-defined]


def _sql_flush(
    self: DatabaseOperations, style: Any, tables: list[str], *, reset_sequences: bool = False, **options: Any
) -> list[str]:
    """Whoever is still at work on a table is waited for, as TRUNCATE does; no constraint is asked, as in the end all
    is empty."""
    assert not reset_sequences
    names = [self.quote_name(table) for table in sorted(set(tables) - KEPT)]
    return [
        f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE",
        "SET LOCAL session_replication_role = replica",
        "; ".join(f"DELETE FROM {name}" for name in names),
    ]
