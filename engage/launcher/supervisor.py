"""supervisord as a child of ours: it keeps the processes running, we keep it."""

import subprocess
import sys
import xmlrpc.client
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from engage.embedded import child, postgres, unprivileged
from engage.embedded.home import Home
from engage.embedded.waiting import until
from engage.launcher.programs import PROJECT, Program, configuration

STOP_SECONDS = 90
FAULTS_WHILE_STARTING = (OSError, xmlrpc.client.Error)


class Supervisor:
    """Speaks with the supervisord of one home."""

    def __init__(self, home: Home, programs: Sequence[Program]) -> None:
        self.home = home
        self.programs = programs
        self.socket = home.sockets / "supervisor.sock"

    @contextmanager
    def running(self, environment: dict[str, str], lock: int) -> Iterator[subprocess.Popen[bytes]]:
        """Starts it with the servers; whatever happens in the block, every process is gone after it.

        It inherits the lock of the home, which is thus not free before the last server has stopped.
        """
        unprivileged.own(self.home.sockets, unprivileged.best_way())
        self.home.log.mkdir(parents=True, exist_ok=True)
        postgres.clear_after_a_crash(self.home)
        file = self.home.root / "supervisord.conf"
        file.write_text(configuration(self.programs, self.home, self.socket))
        python = sys.executable
        process = subprocess.Popen(
            [python, "-m", "engage.embedded.child", "TERM", python, "-m", "supervisor.supervisord", "-c", str(file)],
            cwd=PROJECT,
            env={**child.environment(), **environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[lock],
        )
        try:
            until(self._answers, "the start of supervisor", seconds=20)
            # Asked for, because what supervisor starts by itself waits for its first round a second later.
            self.start(program.name for program in self.programs if program.at_once)
            yield process
        finally:
            self._stop(process)

    def start(self, names: Iterable[str]) -> None:
        """Starts these programs without waiting for them."""
        for name in names:
            self._ask().startProcess(name, False)

    def keep(self, name: str, *, running: bool) -> None:
        """Have a program run or not, whatever it does now; one that failed too often is tried again."""
        state = self._ask().getProcessInfo(name)["statename"]
        if running and state in {"STOPPED", "EXITED", "FATAL"}:
            self._ask().startProcess(name, False)
        elif not running and state in {"STARTING", "RUNNING", "BACKOFF"}:
            self._ask().stopProcess(name, False)

    def has_given_up(self) -> list[str]:
        """The names of programs that failed too often to be tried again; [] while supervisord itself starts."""
        try:
            states = self._ask().getAllProcessInfo()
        except FAULTS_WHILE_STARTING:
            return []
        return [state["name"] for state in states if state["statename"] == "FATAL"]

    def _answers(self) -> bool:
        try:
            return bool(self._ask().getState())
        except FAULTS_WHILE_STARTING:
            return False

    def _ask(self) -> Any:
        transport = SupervisorTransport(serverurl=f"unix://{self.socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
