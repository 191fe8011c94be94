"""Fixtures: servers beside the embedded ones, as an owner may have them, and our own processes on the test database."""

import fcntl
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from engage.embedded import servers
from engage.embedded.child import PARENT
from engage.embedded.home import Home
from engage.embedded.waiting import until
from tests import prepared
from tests.machine import absent, free_port

Environment = dict[str, str]


@pytest.fixture(scope="session")
def second_postgres() -> Iterator[str]:
    """The address of another PostgreSQL that listens on TCP, like an owner's; it has a migrated database to copy."""
    port = free_port()
    url = f"postgresql://engage@127.0.0.1:{port}/postgres"
    with tempfile.TemporaryDirectory(prefix="engage-second-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder))
        home.log.mkdir()
        prepared.copy_to(home)
        with servers.child_process(home, "postgres", "listen_addresses=127.0.0.1", f"port={port}", "fsync=off"):
            until(lambda: accepts(url), "the start of a second PostgreSQL", seconds=60)
            yield url


def accepts(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def redis_url() -> str:
    """A Redis of the distribution, which bin/test's caller has started."""
    return os.environ.get("ENGAGE_TEST_REDIS_URL") or absent("ENGAGE_TEST_REDIS_URL names no Redis")


@pytest.fixture
def rabbitmq_url() -> str:
    """A RabbitMQ of the distribution, which bin/test's caller has started."""
    return os.environ.get("ENGAGE_TEST_RABBITMQ_URL") or absent("ENGAGE_TEST_RABBITMQ_URL names no RabbitMQ")


@pytest.fixture
def test_environment(transactional_db: None) -> Environment:
    """The environment in which a process of ours works on the test database."""
    from django.conf import settings
    from django.db import connection

    return {**os.environ, "DATABASE_URL": settings.HOME.database_url(connection.settings_dict["NAME"])}


@contextmanager
def process(command: list[str], environment: Environment, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child that ends with us and is stopped at the end of the block; its output goes to `log`."""
    bound = [sys.executable, "-m", "engage.embedded.child", "KILL", sys.executable, "-m", *command]
    ours = environment | {PARENT: str(os.getpid())}
    with log.open("ab") as output:
        child = subprocess.Popen(bound, cwd=servers.PROJECT, env=ours, stdout=output, stderr=output)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@pytest.fixture
def run_worker(test_environment: Environment, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """`run_worker(queues="listen", beat=False, CELERY_BROKER_URL=…)` starts a real worker and waits for it."""
    with ExitStack() as stack:

        def start(
            queues: str = "listen,walk,speak,speak_fast,default", beat: bool = True, **environment: str
        ) -> subprocess.Popen[bytes]:
            log = tmp_path / f"worker-{free_port()}.log"
            command = ["celery", "--app", "engage.celery", "worker", "--pool", "solo", "--loglevel", "INFO"]
            command += ["--queues", queues, "--hostname", f"{log.stem}@%h", "--without-gossip", "--without-mingle"]
            if beat:
                command += ["--beat", "--schedule", str(tmp_path / "beat")]
            worker_environment = {**test_environment, "ENGAGE_PROCESS": "worker", **environment}
            worker = stack.enter_context(process(command, worker_environment, log))
            until(
                lambda: " ready." in log.read_text() or worker.poll() is not None, "the start of a worker", seconds=60
            )
            assert worker.poll() is None, log.read_text()
            return worker

        yield start


COLLECT = "import django; django.setup(); from engage.launcher import prepare; prepare.collect_static()"


@pytest.fixture(scope="session")
def collected_static() -> None:
    """Static files with hashed names, as a real web server needs them: collected once, by whoever comes first."""
    done = Path(os.environ["ENGAGE_TEST_HOME"], "collected")
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            subprocess.run([sys.executable, "-c", COLLECT], cwd=servers.PROJECT, check=True)
            done.touch()


@pytest.fixture
def run_web(test_environment: Environment, collected_static: None, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`run_web(EMAIL_URL=…)` starts the real web server and returns its address."""
    from engage.launcher import programs

    with ExitStack() as stack:

        def start(**environment: str) -> str:
            port = free_port()
            url = f"http://localhost:{port}"
            command = list(programs.web("127.0.0.1", port))
            command = command[command.index("granian") :]
            log = tmp_path / f"web-{port}.log"
            web_environment = {
                **test_environment,
                "ENGAGE_PROCESS": "web",
                "ENGAGE_ADDRESS": url,
                "ENGAGE_INSTANCE": "test",
            } | environment
            web = stack.enter_context(process(command, web_environment, log))
            until(lambda: answers(url) or web.poll() is not None, "the start of the web server", seconds=60)
            assert web.poll() is None, log.read_text()
            return url

        yield start


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5):
            return True
    except (OSError, urllib.error.URLError):
        return False
