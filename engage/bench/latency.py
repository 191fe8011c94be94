"""From an event accepted over HTTP to its message, queued and then at the mail server, on an idle system, through all
processes."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median, quantiles

from django.conf import settings

from campaigns.journeys import actions as journeys
from crm.business.actions import create_key, update_business
from engage.bench.scratch import database
from engage.bench.sink import Sink
from engage.bench.web import HOST, post, server
from engage.lib import clock, sql

EVENTS = 60
PAUSE = 0.15
BROKER_NUMBER = 13
JOURNEY = {
    "trigger": {"event": "Bench"},
    "entry": {"again": "always"},
    "start": "send",
    "steps": {
        "send": {
            "kind": "send",
            "design": {"subject": "Number {{ event.properties.number }}", "body": "Hello {{ contact.name }}"},
            "class": "transactional",
            "next": "end",
        },
        "end": {"kind": "end", "reason": "Done"},
    },
}


def run() -> dict:
    """Milliseconds until the message was queued, and until its mail arrived: median, 99th percentile, longest."""
    with database() as url, ExitStack() as stack:
        at = clock.now()
        sql.run(_NOTE_QUEUED)
        update_business(by="bench", at=at, name="Shop", sender_email="shop@shop.test", live=True)
        _, key = create_key(kind="write", name="bench")
        journey = journeys.create_journey(name="Bench", draft=JOURNEY, by="bench", at=at)
        journeys.publish(journey, by="bench", at=at)
        arrivals, smtp = stack.enter_context(_mail_server())
        os.environ |= {"EMAIL_URL": smtp, "CELERY_BROKER_URL": broker()}
        web = stack.enter_context(server(url, "engage.wsgi:application"))
        for command in commands():
            stack.enter_context(process(url, *command))
        _send(web, key, range(-5, 0), arrivals)  # warms every process up
        sent = _send(web, key, range(EVENTS), arrivals)
        queued = dict(sql.rows("SELECT number, at FROM bench_queued"))
    return {"events": len(sent), **figures("queued_", sent, queued), **figures("", sent, arrivals)}


def figures(prefix: str, sent: dict[str, float], done: dict[str, float]) -> dict[str, int]:
    taken = sorted(1000 * (done[number] - at) for number, at in sent.items())
    return {
        f"{prefix}p50_ms": round(median(taken)),
        f"{prefix}p99_ms": round(quantiles(taken, n=100)[98]),
        f"{prefix}max_ms": round(taken[-1]),
    }


def commands() -> list[tuple[str, ...]]:
    worker = ("worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle")
    return [
        (*worker, "--queues", "listen,walk,speak,default", "--concurrency", "3", "--hostname", "bench@%h"),
        (*worker, "--queues", "speak_fast", "--concurrency", "1", "--hostname", "bench_fast@%h"),
        ("beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(settings.HOME.root / "bench-beat")),
    ]


def broker() -> str:
    return os.environ.get("CELERY_BROKER_URL") or settings.HOME.broker_url(BROKER_NUMBER)


@contextmanager
def process(database_url: str, *command: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "engage.celery", *command],
        env=os.environ | {"DATABASE_URL": database_url, "ENGAGE_PROCESS": "worker"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _send(port: int, key: str, numbers: range, arrivals: dict[str, float]) -> dict[str, float]:
    """Post one event after the other, and wait until all mails have arrived; when each was sent."""
    sent: dict[str, float] = {}
    with socket.create_connection((HOST, port), timeout=10) as connection:
        for number in numbers:
            event = {"type": "track", "event": "Bench", "userId": f"u{number}", "properties": {"number": number}}
            identify = {"type": "identify", "userId": f"u{number}", "traits": {"email": f"p{number}@bench.test"}}
            body = json.dumps({"batch": [identify, event], "writeKey": key}).encode()
            sent[str(number)] = time.time()
            connection.sendall(post("/v1/batch", body))
            connection.recv(4096)
            time.sleep(PAUSE)
    end = time.monotonic() + 60
    while missing := sent.keys() - arrivals.keys():
        if time.monotonic() > end:
            raise RuntimeError(f"{len(missing)} of {len(sent)} mails did not arrive within 60 s")
        time.sleep(0.05)
    return sent


@contextmanager
def _mail_server() -> Iterator[tuple[dict[str, float], str]]:
    """When each subject arrived, and where to send."""
    arrivals: dict[str, float] = {}
    loop, ports = asyncio.new_event_loop(), list[int]()
    ready = threading.Event()

    class Timed(Sink):
        def taken(self, mail: bytes) -> None:
            for line in mail.split(b"\r\n"):
                if line.startswith(b"Subject: "):
                    arrivals.setdefault(line.removeprefix(b"Subject: Number ").decode(), time.time())

    async def listen() -> None:
        opened = await loop.create_server(Timed, HOST, 0)
        ports.append(opened.sockets[0].getsockname()[1])
        ready.set()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(listen())
        loop.run_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield arrivals, f"smtp://{HOST}:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


_NOTE_QUEUED = """
    CREATE TABLE bench_queued (number text PRIMARY KEY, at float);
    CREATE FUNCTION bench_note_queued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO bench_queued
        VALUES (NEW.variables #>> '{event,properties,number}', extract(epoch FROM clock_timestamp()));
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER bench_queued AFTER INSERT ON crm_dialogue_message
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bench_note_queued();
"""
"""Notes when each message was there to be sent: the last thing before its transaction commits."""
