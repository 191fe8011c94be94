"""PostgreSQL and Valkey for as long as one command runs. bin/start keeps them under a supervisor instead."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from engage.embedded import child, owner, postgres, valkey
from engage.embedded.home import Home
from engage.embedded.waiting import TooLong, until

ACCEPTS = {"postgres": postgres.accepts, "valkey": valkey.accepts}
SERVERS = tuple(ACCEPTS)
PROJECT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
STOP_SECONDS = 30


@contextmanager
def available(home: Home, servers: Sequence[str] = SERVERS) -> Iterator[None]:
    """These servers answer inside the block: those that run already, or else ours for the while."""
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(owner.owning(home))
        except owner.AlreadyOwned:
            stack.enter_context(owner.visiting(home))
            wait_until_ready(home, servers)
            yield
            return
        owner.say(lock, f"a command, process {os.getpid()}")
        leaving = stack.enter_context(ExitStack())
        stack.enter_context(running(home, servers))
        yield
        leaving.enter_context(owner.without_visitors(home))


@contextmanager
def running(home: Home, servers: Sequence[str] = SERVERS, **settings: str) -> Iterator[None]:
    """Starts them as children and stops them at the end. `settings` go to PostgreSQL, such as `fsync="off"`."""
    home.log.mkdir(parents=True, exist_ok=True)
    postgres.clear_after_a_crash(home)  # else a server that is about to be stopped would seem to be the new one
    extra = {"postgres": [f"{name}={value}" for name, value in settings.items()]}
    with ExitStack() as stack:
        children = [stack.enter_context(child_process(home, name, *extra.get(name, []))) for name in servers]
        wait_until_ready(home, servers, children)
        yield


@contextmanager
def child_process(home: Home, module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m engage.embedded.MODULE HOME …` in a group of its own, so that Ctrl-C does not reach it first."""
    with (home.log / f"{module}.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", f"engage.embedded.{module}", home.root, *arguments],
            cwd=PROJECT,
            env=child.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield server
    finally:
        stop(server)


def stop(server: subprocess.Popen[bytes]) -> None:
    """SIGINT stops PostgreSQL fast and Valkey cleanly. Valkey forgets one that comes while it starts; the SIGTERM that
    follows hastens neither that heard the first."""
    for number, seconds in ((signal.SIGINT, 5), (signal.SIGTERM, STOP_SECONDS)):
        if server.poll() is None:
            server.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            server.wait(seconds)
            return
    server.kill()
    server.wait()


def wait_until_ready(
    home: Home, servers: Sequence[str] = SERVERS, children: Sequence[subprocess.Popen[bytes]] = ()
) -> None:
    """Raises TooLong, naming the log to read, after a minute or as soon as one of the children has ended."""
    for name in servers:
        accepts = partial(ACCEPTS[name], home)
        try:
            until(lambda: accepts() or _one_ended(children), f"the start of {name}", START_SECONDS)  # noqa: B023
        except TooLong as error:
            raise TooLong(f"{error}; see {home.log / name}.log") from None
        if _one_ended(children):
            raise TooLong(f"{name} does not start; see {home.log / name}.log")


def _one_ended(children: Sequence[subprocess.Popen[bytes]]) -> bool:
    return any(child.poll() is not None for child in children)
