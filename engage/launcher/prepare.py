"""What must be true before the first page: a database of the right version with our tables, and static files."""

import hashlib
import json

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from engage import vendor
from engage.embedded.waiting import TooLong, until
from engage.lib import sql
from engage.lib.env import BadSetting

OLDEST_POSTGRES = 16


def migrate() -> bool:
    """Brings the tables up to date; True when there were none before."""
    executor = MigrationExecutor(connection)
    was_empty = not executor.loader.applied_migrations
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    return was_empty


def check_database() -> None:
    """Waits a moment for a configured server; raises BadSetting when it is absent or too old."""
    try:
        until(_connects, "a connection", seconds=15, pause=0.5)
    except TooLong:
        raise BadSetting("DATABASE_URL", "the database does not answer") from None
    [(version,)] = sql.rows("SELECT current_setting('server_version_num')::int / 10000")
    if version < OLDEST_POSTGRES:
        raise BadSetting("DATABASE_URL", f"PostgreSQL {OLDEST_POSTGRES} or newer is needed")


def collect_static() -> None:
    """Copies, compresses and names static files, unless nothing changed since the last time."""
    vendor.copy()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    stamp = settings.STATIC_ROOT / ".stamp"
    state = _state_of_static_files()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(state)


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            found = storage.path(path)
            size = storage.size(path)
            digest.update(json.dumps([found, size, storage.get_modified_time(path).isoformat()]).encode())
    return digest.hexdigest()


def _connects() -> bool:
    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return True
