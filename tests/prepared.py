"""A home whose tables are laid out already, made once and copied: migrating from nothing takes a processor many
seconds, and what most tests have to say about a start begins after it.

    python -m tests.prepared FOLDER

makes it. bin/test does so once for all its runs of pytest and names it in ENGAGE_TEST_PREPARED; else each run of pytest
makes one of its own when a test asks for it.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connection

from engage.embedded import postgres, servers, unprivileged
from engage.embedded.home import Home
from engage.launcher import prepare

DATABASE = "engage"
NAMED = "ENGAGE_TEST_PREPARED"
SERVERS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")


def copy_to(home: Home) -> None:
    """An empty home gets what ours has; its first start finds nothing to migrate."""
    way = unprivileged.best_way()
    data = postgres.data_folder(home, way)
    data.parent.mkdir(parents=True, exist_ok=True)
    home.root.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-Rp", postgres.data_folder(Home(_ready()), way), data], check=True)


def copy_if_there(home: Home) -> None:
    """For the servers of pytest itself: only what was made before."""
    if _is_ready(_folder()):
        copy_to(home)
        _migrated(home).touch()


def template(home: Home) -> str:
    """The name of a migrated database on the running servers of this home, of which each worker's is a copy."""
    done = _migrated(home)
    with _one_at_a_time(done):
        if not done.exists():
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
            subprocess.run(migrate, cwd=servers.PROJECT, check=True)
            done.touch()
    return DATABASE


def _ready() -> Path:
    folder = _folder()
    with _one_at_a_time(folder):
        if not _is_ready(folder):
            subprocess.run([sys.executable, "-m", "tests.prepared", folder], cwd=servers.PROJECT, check=True)
    return folder


def _folder() -> Path:
    return Path(os.environ.get(NAMED) or Path(os.environ["ENGAGE_TEST_HOME"]) / "prepared")


def _is_ready(folder: Path) -> bool:
    return (folder / "ready").exists()


def is_migrated(home: Home) -> bool:
    return _migrated(home).exists()


def _migrated(home: Home) -> Path:
    return home.root / "migrated"


@contextmanager
def _one_at_a_time(what: Path) -> Iterator[None]:
    with what.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in SERVERS:
        os.environ.pop(name, None)
    os.environ |= {"ENGAGE_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "engage.settings"}
    django.setup()
    prepare.collect_static()
    with servers.running(Home(folder), ("postgres",), fsync="off", full_page_writes="off"):
        prepare.migrate()
        connection.close()
    (folder / "ready").touch()


if __name__ == "__main__":
    _make(Path(sys.argv[1]))
