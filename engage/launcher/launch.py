"""From nothing to a page that answers, and back to nothing."""

import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings
from django.db import Error, connection

from campaigns.channels.email.received import watching
from crm.business.queries import fresh_business
from engage.embedded import owner, servers
from engage.embedded.home import Home
from engage.launcher import prepare, programs
from engage.launcher.supervisor import FAULTS_WHILE_STARTING, Supervisor
from engage.seeds.shop.team import logins
from engage.seeds.worlds import SHOP, NotEmpty, sow

log = logging.getLogger(__name__)

WAIT_FOR_PREDECESSOR = 20
TEND_SECONDS = 10
Say = Callable[[str], object]


class Failed(Exception):
    """Engage cannot start, or cannot go on; str() is one line."""


class Asked(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM or SIGHUP."""


def run(home: Home, *, host: str, port: int, world: str | None, say: Say) -> None:
    """Runs until asked to stop. `world` is what to seed: None seeds the shop into an empty home.

    Raises AlreadyOwned, TooLong or Failed; in every case no process is left.
    """
    with stopped_by_signals(), owning_when_free(home) as lock:
        port = free_port(host, port)
        address = f"http://{'localhost' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 asked for by the owner
        instance = secrets.token_hex(8)
        environment = {"ENGAGE_INSTANCE": instance, "ENGAGE_ADDRESS": address}
        owner.say(lock, f"{settings.PUBLIC_URL_SET or address}, process {os.getpid()}")
        supervisor = Supervisor(home, programs.table(home, settings.EMBEDDED, host, port))
        with supervisor.running(environment, lock) as process:
            try:
                bring_up(supervisor, address, instance, world, say)
                say(f"Engage is ready at {settings.PUBLIC_URL_SET or address}")
                while not ended(process, within=TEND_SECONDS):
                    tend(supervisor)
                raise Failed(f"supervisor ended by itself; see {home.log}")
            except Asked:
                say("Stopping.")


def bring_up(supervisor: Supervisor, address: str, instance: str, world: str | None, say: Say) -> None:
    """Servers, tables, static files, the other processes, and the demo when the home was empty."""
    prepare.collect_static()
    wait_for_servers(supervisor)
    prepare.check_database()
    was_empty = prepare.migrate()
    connection.close()
    supervisor.start(one.name for one in supervisor.programs if not (one.at_once or one.on_demand))
    wait(lambda: answers(address, instance), "the first page", supervisor, seconds=180)
    if world is None:
        world = SHOP if was_empty else ""
    if world:
        seed(world, say)
    if fresh_business().demo:
        say(logins())
    connection.close()


def tend(supervisor: Supervisor) -> None:
    """The process that waits for mail runs while there is a mailbox for it."""
    try:
        supervisor.keep(programs.MAIL, running=watching.waiting().exists())
    except (Error, *FAULTS_WHILE_STARTING) as error:
        log.warning("whether mail is waited for is asked again: %s", type(error).__name__)
    finally:
        connection.close()


def ended(process: subprocess.Popen[bytes], *, within: float) -> bool:
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


def seed(world: str, say: Say) -> None:
    """Fills an empty home; one that has data stays as it is."""
    if world == SHOP:
        say("Seeding the demo shop.")
    try:
        sow(world, say)
    except NotEmpty as error:
        if world == SHOP:
            say(str(error))


def wait_for_servers(supervisor: Supervisor) -> None:
    for name in settings.EMBEDDED:
        wait(lambda: servers.ACCEPTS[name](supervisor.home), f"the start of {name}", supervisor, seconds=120)  # noqa: B023


def wait(happened: Callable[[], bool], what: str, supervisor: Supervisor, seconds: float) -> None:
    """Like `until`, but gives up as soon as supervisor has given up on one of the processes."""
    begun = last_asked = time.monotonic()
    while not happened():
        now = time.monotonic()
        if now - last_asked > 1:
            last_asked = now
            if failed := supervisor.has_given_up():
                raise Failed(f"{failed[0]} does not start; see {supervisor.home.log / failed[0]}.log")
        if now - begun > seconds:
            raise Failed(f"{what} did not happen within {seconds:.0f} s; see {supervisor.home.log}")
        time.sleep(0.05)


def answers(address: str, instance: str) -> bool:
    """Whether our own web server answers: on a port that was taken meanwhile, a stranger might."""
    request = urllib.request.Request(f"{address}/healthz")  # noqa: S310 http, made by us
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return json.load(response).get("instance") == instance
    except (OSError, ValueError, AttributeError, urllib.error.URLError):
        return False


def free_port(host: str, port: int) -> int:
    """The port, or one the system picks for 0; raises Failed when somebody else has it."""
    try:
        family = socket.getaddrinfo(host, port)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return probe.getsockname()[1]
    except OSError as error:
        raise Failed(f"port {port} on {host} cannot be used ({error.strerror}); choose another with --port") from None


@contextmanager
def owning_when_free(home: Home) -> Iterator[int]:
    """Owns the home, waiting while the servers of a launcher that is gone are still stopping."""
    deadline = time.monotonic() + WAIT_FOR_PREDECESSOR
    while True:
        try:
            with owner.owning(home) as lock:
                yield lock
            return
        except owner.AlreadyOwned as error:
            if owner_is_alive(str(error)) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def owner_is_alive(words: str) -> bool:
    """Whether the process that wrote these words still runs."""
    pid = words.rpartition("process ")[2]
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, ValueError):
        return False
    return True


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raises Asked at the first signal and ignores the rest, so that the tidying up is done in peace.

    Also when we were started in the background, where SIGINT is inherited as ignored.
    """

    def ask(number: int, frame: FrameType | None) -> None:
        for each in watched:
            signal.signal(each, signal.SIG_IGN)
        raise Asked

    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, ask) for each in watched}
    try:
        yield
    except Asked:
        pass  # before anything was started
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
