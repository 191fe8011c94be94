"""PostgreSQL 18 as a child of ours, on a unix socket that only we can reach.

    python -m engage.embedded.postgres HOME

prepares the cluster in HOME, then becomes the server. Whoever runs it owns the home (see owner.py). SIGINT stops it
fast: SIGTERM would wait for every client. It dies with its parent.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from engage.embedded import binaries, child, unprivileged
from engage.embedded.home import Home, everybody_may_pass
from engage.embedded.unprivileged import Way
from engage.embedded.waiting import until

USER = "engage"
INITDB_SECONDS = 120


def serve(home: Home, *, way: Way | None = None, extra: dict[str, str] | None = None) -> None:
    """Becomes the server; never returns. `extra` are further settings, such as `{"port": "…"}`."""
    way = way or unprivileged.best_way()
    data = data_folder(home, way)
    unprivileged.own(home.sockets, way)
    if not data.exists():
        initialise(data, way)
    clear_after_a_crash(home, way)
    write_settings(data, home.sockets, extra or {})
    unprivileged.give_up_root(way)
    child.die_with_parent(signal.SIGINT)
    child.replace_by([binaries.postgres("postgres"), "-D", data])


def data_folder(home: Home, way: Way) -> Path:
    """Inside the home, unless the server runs as nobody and nobody may not go there."""
    if way is not Way.SETUID or everybody_may_pass(home.root):
        return home.postgres
    return Path("/var/lib") / f"engage-{home.digest}" / "postgres"


def initialise(data: Path, way: Way) -> None:
    """Makes the cluster beside its place, then renames it: a kill half-way leaves no half cluster.

    The collation is PostgreSQL's own, so that lower('ÄÖ') is right on every system whatever its locale.
    """
    draft = data.with_name(f"{data.name}.new")
    if draft.exists():
        shutil.rmtree(draft)
    unprivileged.own(draft, way)
    command = [
        str(binaries.postgres("initdb")),
        "--pgdata",
        str(draft),
        "--username",
        USER,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--no-instructions"]
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=INITDB_SECONDS,
        cwd="/",
        preexec_fn=lambda: unprivileged.give_up_root(way),
    )
    with (draft / "postgresql.conf").open("a") as file:
        file.write("include = 'engage.conf'\n")
    draft.rename(data)


def write_settings(data: Path, sockets: Path, extra: dict[str, str]) -> None:
    """engage.conf, anew at each start. What the owner sets with ALTER SYSTEM wins over it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": f"{min(max(memory // 8, 64), 2048)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64), 512)}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "synchronous_commit": "on",
        "dynamic_shared_memory_type": "posix" if _has_room_for_shared_memory() else "mmap",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A statement or a detail of an error may hold a customer's words or address.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        **extra,
    }
    quoted = (f"{name} = '{value.replace("'", "''")}'\n" for name, value in settings.items())
    (data / "engage.conf").write_text("".join(quoted))


def clear_after_a_crash(home: Home, way: Way | None = None) -> None:
    """Removes what a killed server left, stopping it first if it still runs without its parent.

    A number in postmaster.pid may by now belong to any process: only one that serves our folder counts.
    """
    data = data_folder(home, way or unprivileged.best_way())
    pid_file = data / "postmaster.pid"
    left_over = _first_number(pid_file)
    if left_over and _serves(left_over, data):
        os.kill(left_over, signal.SIGINT)
        until(lambda: not _serves(left_over, data), "the end of a PostgreSQL left behind", seconds=30)
    pid_file.unlink(missing_ok=True)
    for lock in home.sockets.glob(".s.PGSQL.*"):
        lock.unlink(missing_ok=True)


def accepts(home: Home) -> bool:
    """Whether the server answers; it makes our database the first time."""
    try:
        with psycopg.connect(home.database_url("postgres"), autocommit=True, connect_timeout=2) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [USER]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(USER)))
    except psycopg.OperationalError:
        return False
    return True


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _serves(pid: int, data: Path) -> bool:
    """Whether that process is a PostgreSQL on that folder; a zombie has no command line any more."""
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    else:
        command = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=False).stdout
    return os.fsencode(data) in command


def _has_room_for_shared_memory() -> bool:
    """Containers often get 64 MB, which one parallel query can fill."""
    shared = Path("/dev/shm")  # noqa: S108 only looked at
    return shared.is_dir() and shutil.disk_usage(shared).total >= 512 * 2**20


if __name__ == "__main__":
    serve(Home(Path(sys.argv[1])), extra=dict(setting.split("=", 1) for setting in sys.argv[2:]))
