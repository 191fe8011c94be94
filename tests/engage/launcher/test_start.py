"""`manage.py start` as a person at a terminal meets it, on a home of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from engage.embedded.servers import PROJECT
from engage.embedded.waiting import until
from tests.imap import PASSWORD, serving
from tests.machine import processes

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("collected_static"),
]


PATIENCE = 120


def environment(home: Path, **more: str) -> dict[str, str]:
    servers = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE")
    return (
        {name: value for name, value in os.environ.items() if name not in servers} | {"ENGAGE_HOME": str(home)} | more
    )


def start(home: Path, *options: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "start", "--port", "0", *(options or ["--empty"])],
        cwd=PROJECT,
        env=environment(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def started(home: Path, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The launcher and its address, once it says that it is ready; nothing of it is left after the block."""
    launcher = start(home, **more)
    try:
        yield launcher, address_of(launcher)
    finally:
        launcher.terminate()
        launcher.communicate(timeout=PATIENCE)
        until(lambda: not processes(home), "the end of every process", seconds=PATIENCE)


def address_of(launcher: subprocess.Popen[str]) -> str:
    assert launcher.stdout is not None
    said = []
    for line in launcher.stdout:
        said.append(line)
        if found := re.match(r"Engage is ready at (http://\S+)$", line):
            return found[1]
    pytest.fail(f"it ended before it was ready: {said}")


def test_it_starts_answers_and_stops_at_ctrl_c(home):
    with started(home) as (launcher, address):
        with urllib.request.urlopen(f"{address}/readyz") as response:
            assert json.load(response)["status"] == "ok"
        running = " ".join(processes(home).values())
        for name in ("postgres", "valkey-server", "granian", "--queues speak_fast", "beat"):
            assert name in running
        assert "watch_mail" not in running
        launcher.send_signal(signal.SIGINT)
        assert "Stopping" in launcher.communicate(timeout=PATIENCE)[0]
        assert launcher.returncode == 0
        assert processes(home) == {}


def test_a_second_start_says_who_runs(laid_out):
    with started(laid_out) as (launcher, address):
        second = start(laid_out)
        said, _ = second.communicate(timeout=PATIENCE)
        assert second.returncode == 1
        assert address in said
        assert f"process {launcher.pid}" in said


def test_kill_9_of_the_launcher_leaves_nothing_and_a_new_start_waits_for_the_rest(laid_out):
    launcher = start(laid_out)
    address_of(launcher)
    launcher.kill()
    launcher.communicate(timeout=PATIENCE)
    with started(laid_out):
        pass


def test_it_starts_again_after_kill_9_of_everything(laid_out):
    launcher = start(laid_out)
    address_of(launcher)
    for pid in processes(laid_out):
        with suppress(ProcessLookupError):  # it died with its parent
            os.kill(pid, signal.SIGKILL)
    launcher.communicate(timeout=PATIENCE)
    with started(laid_out) as (_, address), urllib.request.urlopen(f"{address}/readyz") as response:
        assert response.status == 200


def test_what_dies_comes_back(laid_out):
    with started(laid_out) as (_, address):
        before = processes(laid_out)
        for pid, command in before.items():
            if "manage.py start" not in command and "supervisord" not in command:
                with suppress(ProcessLookupError):  # it died with its parent
                    os.kill(pid, signal.SIGKILL)
        until(
            lambda: answers(f"{address}/readyz"), "the return of the web and the database", seconds=PATIENCE, pause=0.2
        )


@pytest.mark.parametrize("program", ["granian", "--queues listen"])
def test_no_child_outlives_a_parent_that_is_killed(laid_out, program):
    with started(laid_out) as (_, address):
        first, *children = sorted(pid for pid, command in processes(laid_out).items() if program in command)
        os.kill(first, signal.SIGKILL)
        until(lambda: not processes(laid_out).keys() & set(children), "the end of its children", seconds=PATIENCE)
        until(lambda: answers(f"{address}/readyz"), "the return of the web", seconds=PATIENCE, pause=0.2)


ADD_A_MAILBOX = """
from campaigns.channels.email.received import fetching
from campaigns.channels.models import Mailbox
from engage.lib import clock
box = Mailbox(host="127.0.0.1", port={port}, security="none", login="hello", secret=b"{password}")
box.address, box.made, box.made_by = "hello@shop.test", clock.now(), "test"
fetching.begin(box)
box.save()
"""
HOW_MANY = "from crm.dialogue.models import Message; print(Message.objects.filter(direction='in').count())"


def test_mail_is_waited_for_while_there_is_a_mailbox_that_tells_and_whatever_waits_comes_back(laid_out):
    def shell(code: str) -> str:
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        return subprocess.run(
            command, cwd=PROJECT, env=environment(laid_out), capture_output=True, text=True, check=True
        ).stdout

    def waiters() -> set[int]:
        return {pid for pid, command in processes(laid_out).items() if "watch_mail" in command}

    def mail(number: int) -> bytes:
        return f"From: p@shop.example\nMessage-ID: <{number}@p>\nSubject: Coffee\n\nWords {number}\n".encode()

    with serving() as server, started(laid_out):
        shell(ADD_A_MAILBOX.format(port=server.port, password=PASSWORD))
        until(lambda: bool(waiters()), "the process that waits for mail", seconds=PATIENCE, pause=0.2)
        server.deliver(mail(1))
        until(lambda: "1" in shell(HOW_MANY), "the first mail", seconds=PATIENCE)
        [first] = waiters()
        os.kill(first, signal.SIGKILL)
        until(lambda: bool(waiters() - {first}), "its return", seconds=PATIENCE, pause=0.2)
        server.deliver(mail(2))
        until(lambda: "2" in shell(HOW_MANY), "the second mail", seconds=PATIENCE)
        shell(
            "from campaigns.channels.models import *; from engage.lib import clock; "
            "Mailbox.objects.update(paused=clock.now())"
        )
        until(lambda: not waiters(), "its end", seconds=PATIENCE, pause=0.2)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return json.load(response)["broker"] is True
    except OSError:
        return False


def test_a_port_that_is_taken_is_said_at_once(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        launcher = start(home, "--empty", "--port", port)
        said, _ = launcher.communicate(timeout=PATIENCE)
    assert launcher.returncode == 1
    assert f"port {port}" in said
    assert processes(home) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@localhost/shop"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("CELERY_BROKER_URL", "http://localhost"),
        ("CACHE_URL", "memory"),
        ("EMAIL_URL", "smtp://user@mail.example.com:no-port"),
        ("ANYMAIL_PROVIDER", "pigeon"),
        ("PUBLIC_URL", "tea.example.org"),
        ("PUBLIC_URL", "https://shop.example.com/engage"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("INBOUND_DOMAIN", "me@example.com"),
        ("LISTEN_DATABASE_URL", "redis://localhost"),
        ("DEBUG", "perhaps"),
    ],
)
def test_a_variable_that_makes_no_sense_stops_the_start_with_one_line_that_names_it(home, name, value):
    launcher = start(home, **{name: value})
    said, _ = launcher.communicate(timeout=PATIENCE)
    assert launcher.returncode == 1
    [line] = said.splitlines()
    assert line.startswith(f"engage: {name}: ")
    assert value not in line


def test_a_database_that_does_not_answer_is_said_in_one_line(home):
    launcher = start(home, DATABASE_URL="postgresql://engage@127.0.0.1:1/engage")
    said, _ = launcher.communicate(timeout=PATIENCE)
    assert launcher.returncode == 1
    assert "DATABASE_URL: the database does not answer" in said
    assert processes(home) == {}
