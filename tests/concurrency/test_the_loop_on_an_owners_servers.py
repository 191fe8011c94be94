"""Accept, listen, walk, speak on servers of the owner's: PostgreSQL over TCP, Redis or RabbitMQ of the distribution."""

import base64
import json
import os
import subprocess
import sys
import urllib.request
from itertools import count

import psycopg
import pytest

from engage.embedded.servers import PROJECT
from engage.embedded.waiting import until
from tests import prepared

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=["redis_url", "rabbitmq_url"])
def broker(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture
def database(second_postgres: str) -> str:
    """Migrated and empty, on the second server."""
    with psycopg.connect(second_postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS loop WITH (FORCE)")
        connection.execute(f"CREATE DATABASE loop TEMPLATE {prepared.DATABASE}")
    return second_postgres.rpartition("/")[0] + "/loop"


def manage(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_wake_ups_alone_carry_an_event_to_its_mail(database, broker, run_web, run_worker, smtp_sink) -> None:
    """There is no beat: each belt runs only because the one before woke it through the broker."""
    servers = {"DATABASE_URL": database, "CELERY_BROKER_URL": broker, "EMAIL_URL": smtp_sink.url}
    key = manage("shell", "--no-imports", "-c", "from tests.concurrency.shop import fill; print(fill(20))", **servers)
    url = run_web(**servers)
    run_worker(beat=False, **servers)
    run_worker(beat=False, **servers)
    orders = count()

    def answered() -> bool:
        order(url, key, next(orders))  # a wake-up that is lost costs a tick, and nothing ticks here
        return bool(smtp_sink.messages)

    until(answered, "a receipt", seconds=60, pause=3)
    assert {mail["Subject"] for mail in smtp_sink.messages} == {"Thank you"}
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT DISTINCT state FROM crm_dialogue_message WHERE origin <> 'bulk'").fetchall()
    assert ("accepted",) in found


def order(url: str, key: str, number: int) -> None:
    event = {"userId": f"u{number}", "event": "Tea Ordered", "messageId": f"o{number}"}
    request = urllib.request.Request(f"{url}/v1/track", json.dumps(event).encode())
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{key}:".encode()).decode())
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
