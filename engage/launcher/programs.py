"""The processes of one machine, and what supervisor is told about them."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engage.embedded.home import Home

PROJECT = Path(__file__).resolve().parent.parent.parent
WEB_PROCESSES = min(max(os.cpu_count() or 1, 2), 4)
WEB_THREADS = 480  # each open page holds one for its live updates, staff's and visitors' (engage.lib.streaming)
WORKER_PROCESSES = 3
MAIL = "mail"
"""Waits for mail where a mail server can tell of it."""


@dataclass(frozen=True)
class Program:
    """One line of the table below. Supervisor stops the highest `order` first and waits for it."""

    name: str
    order: int
    command: tuple[str, ...]
    stop_seconds: int
    stop_signal: str = "TERM"
    at_once: bool = False  # the others wait for the database to be migrated
    on_demand: bool = False  # runs only while there is something for it to do


def table(home: Home, embedded: Iterable[str], host: str, port: int) -> list[Program]:
    """What runs here: our own servers if none are configured, then web, workers and beat."""
    return [
        *(server(name, home) for name in embedded),
        Program("web", 40, web(host, port), stop_seconds=10),
        Program("worker", 50, worker("worker", "listen,walk,speak,default", WORKER_PROCESSES), stop_seconds=20),
        # Reserved for the lanes interactive and triggered: a staff reply never waits behind a broadcast.
        Program("worker_fast", 50, worker("worker_fast", "speak_fast", 1), stop_seconds=20),
        Program(MAIL, 60, manage("watch_mail"), stop_seconds=5, on_demand=True),
        Program("beat", 60, celery("beat", "--schedule", str(home.root / "beat"), "--pidfile="), stop_seconds=5),
    ]


def server(name: str, home: Home) -> Program:
    command = (sys.executable, "-m", f"engage.embedded.{name}", str(home.root))
    order = {"postgres": 10, "valkey": 20}[name]
    return Program(name, order, command, stop_seconds=30, stop_signal="INT", at_once=True)


def web(host: str, port: int) -> tuple[str, ...]:
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws", "--backlog", "2048"]
    options += ["--workers", str(WEB_PROCESSES), "--respawn-failed-workers"]
    options += ["--blocking-threads", str(WEB_THREADS), "--backpressure", str(WEB_THREADS)]
    options += ["--workers-kill-timeout", "5"]  # open live updates would hold it for ever
    return (*bound_to_parent("granian"), *options, "engage.wsgi:application")


def worker(name: str, queues: str, processes: int) -> tuple[str, ...]:
    options = ["--hostname", f"{name}@%h", "--queues", queues, "--concurrency", str(processes)]
    return celery("worker", *options, "--without-gossip", "--without-mingle")


def celery(command: str, *options: str) -> tuple[str, ...]:
    return (*bound_to_parent("celery"), "--app", "engage.celery", command, "--loglevel", "WARNING", *options)


def manage(command: str) -> tuple[str, ...]:
    return (*bound_to_parent("django"), command)


def bound_to_parent(module: str) -> tuple[str, ...]:
    """Ends when supervisor ends, even by kill -9: at once, because nobody is left who would end its patience."""
    return (sys.executable, "-m", "engage.embedded.child", "KILL", sys.executable, "-m", module)


def configuration(programs: Iterable[Program], home: Home, socket: Path) -> str:
    """supervisord.conf. Secrets are inherited with the environment and never written down."""
    head = f"""\
[supervisord]
nodaemon = true
silent = true
logfile = {_escaped(home.log / "supervisor.log")}
pidfile = {_escaped(home.root / "supervisor.pid")}
childlogdir = {_escaped(home.log)}
{"user = root" if os.geteuid() == 0 else ""}

[unix_http_server]
file = {_escaped(socket)}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
    return head + "".join(_section(program, home) for program in programs)


def _section(program: Program, home: Home) -> str:
    command = " ".join(_quoted(part) for part in program.command)
    return f"""
[program:{program.name}]
command = {_escaped(command)}
directory = {_escaped(PROJECT)}
environment = ENGAGE_PROCESS="{program.name.split("_")[0]}"
priority = {program.order}
autostart = false
autorestart = true
startsecs = {1 if program.at_once else 5}
startretries = 10
stopsignal = {program.stop_signal}
stopwaitsecs = {program.stop_seconds}
redirect_stderr = true
stdout_logfile = {_escaped(home.log / program.name)}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


def _escaped(value: object) -> str:
    """A percent sign begins a variable in supervisor's configuration."""
    return str(value).replace("%", "%%")


def _quoted(part: str) -> str:
    """supervisor splits commands as a shell does."""
    return f'"{part}"' if set(part) & set(" \t;'") else part
