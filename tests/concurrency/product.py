"""The whole product as one machine runs it, in a home of its own, with hands to kill its processes."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from supervisor.xmlrpc import SupervisorTransport

from engage.embedded.home import Home
from engage.embedded.servers import PROJECT
from engage.embedded.waiting import until
from tests import prepared
from tests.machine import processes

PROGRAMS = ("web", "worker", "worker_fast", "beat", "valkey", "postgres")
CHILDREN = ("web/child", "worker/child", "worker_fast/child", "postgres/child")
PATIENCE = 120
SERVERS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")


class Product:
    """A running product; `url` is where its pages are."""

    def __init__(self, home: Home, environment: dict[str, str]) -> None:
        self.home, self.environment = home, environment
        self.url = ""
        self._supervisor = home.sockets / "supervisor.sock"

    def kill(self, victim: str) -> None:
        """kill -9 of a program's first process or, for `worker/child`, of one of its children, for `worker/children` of
        all of them; then wait until everything is there again."""
        name, _, which = victim.partition("/")
        self.wait_until_whole()  # what ended by itself after the last kill, because it missed another, is on its way
        first = self._running()[name]
        until(lambda: not which or children(first), f"the children of {name}", PATIENCE, pause=0.2)
        family = children(first)
        killed = family if which == "children" else {random.choice(sorted(family)) if which else first}
        for one in killed:
            os.kill(one, signal.SIGKILL)
        until(lambda: self._has_replaced(name, killed, len(family)), f"the return of {victim}", PATIENCE, pause=0.2)
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        def whole() -> bool:
            return self._running().keys() == set(PROGRAMS) and self._is_ready()

        until(whole, "the return of everything", PATIENCE, pause=0.2)

    def rows(self, query: str, *parameters: Any) -> list[tuple]:
        """Asks the database, again when it is away."""
        found: list[list[tuple]] = []

        def ask() -> bool:
            with suppress(psycopg.OperationalError), psycopg.connect(self.home.database_url()) as connection:
                found.append(connection.execute(query, parameters).fetchall())
            return bool(found)

        until(ask, "an answer of the database", PATIENCE, pause=0.2)
        return found[0]

    def shell(self, code: str) -> str:
        """What a piece of Python prints in this home."""
        return self.manage("shell", "--no-imports", "-c", code)

    def manage(self, *arguments: str) -> str:
        """What `manage.py …` prints in this home."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=PROJECT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def log(self, name: str) -> str:
        return (self.home.log / f"{name}.log").read_text()

    def _running(self) -> dict[str, int]:
        """The first process of each program that stays up, as supervisor sees it."""
        transport = SupervisorTransport(serverurl=f"unix://{self._supervisor}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            states: Any = proxy.supervisor.getAllProcessInfo()
        return {state["name"]: state["pid"] for state in states if state["statename"] == "RUNNING"}

    def _has_replaced(self, name: str, killed: set[int], family: int) -> bool:
        first = self._running().get(name)
        now = children(first) if first else set()
        return first is not None and killed.isdisjoint({first, *now}) and (name == "postgres" or len(now) >= family)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False


@contextmanager
def running(**environment: str) -> Iterator[Product]:
    """`manage.py start` on a home whose tables are laid out and empty; nothing is left after the block."""
    root = Path(tempfile.mkdtemp(prefix="engage-kill-"))
    root.chmod(0o755)  # its servers may run as nobody
    ours = {name: value for name, value in os.environ.items() if name not in SERVERS}
    ours |= {"ENGAGE_HOME": str(root), "DJANGO_SETTINGS_MODULE": "engage.settings"} | environment
    product = Product(Home(root), ours)
    prepared.copy_to(product.home)
    command = [sys.executable, "manage.py", "start", "--empty", "--port", "0"]
    launcher = subprocess.Popen(
        command, cwd=PROJECT, env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        product.url = _address(launcher)
        yield product
    finally:
        _end(product.home, launcher)
        shutil.rmtree(product.home.sockets, ignore_errors=True)
        shutil.rmtree(root, ignore_errors=True)


def children(pid: int) -> set[int]:
    """Its child processes; none when it is gone."""
    try:
        tasks = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
        return {int(child) for task in tasks for child in task.read_text().split()}
    except OSError:
        return set()


def _end(home: Home, launcher: subprocess.Popen[str]) -> None:
    """At once: that it stops in peace is for test_start.py to say, and takes its time."""
    with suppress(OSError, ValueError):
        os.kill(int((home.root / "supervisor.pid").read_text()), signal.SIGKILL)
    launcher.kill()
    launcher.communicate(timeout=PATIENCE)
    until(lambda: not processes(home.root), "the end of every process", PATIENCE, pause=0.1)


def _address(launcher: subprocess.Popen[str]) -> str:
    assert launcher.stdout is not None
    said = []
    for line in launcher.stdout:
        said.append(line)
        if found := re.match(r"Engage is ready at (http://\S+)$", line):
            return found[1]
    raise AssertionError(f"it ended before it was ready: {said}")
