"""kill -9 of whoever started the others leaves none of them behind, also while they are only just starting."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engage.embedded.servers import PROJECT
from engage.embedded.waiting import until
from tests.engage.launcher.test_start import PATIENCE, address_of, environment, start
from tests.machine import processes

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("collected_static"),
]


def nothing_is_left(home: Path) -> None:
    until(lambda: not processes(home), f"the end of {processes(home)}", seconds=PATIENCE, pause=0.2)


@pytest.mark.parametrize("victim", ["manage.py start", "supervisord"])
def test_nothing_outlives_the_launcher_or_its_supervisor(laid_out: Path, victim: str) -> None:
    launcher = start(laid_out)
    address_of(launcher)
    [killed] = [pid for pid, command in processes(laid_out).items() if victim in command]
    os.kill(killed, signal.SIGKILL)
    launcher.communicate(timeout=PATIENCE)
    nothing_is_left(laid_out)


@pytest.mark.parametrize("victim", ["manage.py start", "supervisord", "everything above"])
def test_nothing_outlives_who_dies_while_it_starts(home: Path, victim: str) -> None:
    """The moment at which a child has not yet said whose it is lasts as long as Python takes to load."""
    for moment in (0.0, 0.15, 0.6):
        launcher = start(home)
        until(lambda: has_begun(launcher, home), "supervisor", seconds=PATIENCE, pause=0.005)  # noqa: B023
        time.sleep(moment)
        for pid, command in processes(home).items():
            if victim in command or (victim == "everything above" and is_above(command)):
                os.kill(pid, signal.SIGKILL)
        launcher.kill()
        launcher.communicate(timeout=PATIENCE)
        nothing_is_left(home)


def has_begun(launcher: subprocess.Popen[str], home: Path) -> bool:
    return launcher.poll() is not None or bool(supervised(home))


def supervised(home: Path) -> list[str]:
    return [command for command in processes(home).values() if "supervisord" in command]


def is_above(command: str) -> bool:
    return "manage.py start" in command or "supervisord" in command


def test_nothing_outlives_a_pytest_with_servers(tmp_path: Path) -> None:
    held = tmp_path / "held"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/engage/launcher/holding.py"]
    ours = environment(tmp_path, ENGAGE_TEST_HELD=str(held))
    inner = subprocess.Popen(command, cwd=PROJECT, env=ours, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: held.exists() or inner.poll() is not None, "servers of a pytest", seconds=120, pause=0.1)
    assert inner.poll() is None, "it ended before it was killed"
    home = Path(held.read_text())
    assert any("granian" in command for command in processes(home).values())
    inner.kill()
    inner.wait()
    nothing_is_left(home)
