"""The same product on servers of the owner's: PostgreSQL over TCP, and Redis or RabbitMQ of the distribution."""

import base64
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest
from kombu import Connection

from engage.embedded.servers import PROJECT
from engage.embedded.waiting import until

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=["redis_url", "rabbitmq_url"])
def broker(request) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def owners_database(second_postgres: str) -> str:
    """A migrated database of its own on the second server."""
    with psycopg.connect(second_postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS owners")
        connection.execute("CREATE DATABASE owners")
    url = second_postgres.rpartition("/")[0] + "/owners"
    manage("migrate", "--verbosity=0", DATABASE_URL=url)
    return url


def manage(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, **environment}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def track(url: str, key: str, message_id: str) -> int:
    event = {"userId": "u1", "event": "Tea Tasted", "messageId": message_id, "properties": {"leaves": "green"}}
    request = urllib.request.Request(f"{url}/v1/track", json.dumps(event).encode())
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{key}:".encode()).decode())
    with urllib.request.urlopen(request) as response:
        return response.status


def test_an_event_goes_through_the_listening_belt(owners_database, broker, run_web, run_worker, tmp_path: Path):
    servers = {"DATABASE_URL": owners_database, "CELERY_BROKER_URL": broker}
    key = manage("create_key", "--kind", "write", "server", **servers)
    run_worker(**servers)
    message_id = f"over-{broker.partition(':')[0]}"
    assert track(run_web(**servers), key, message_id) == 200

    def recorded() -> bool:
        with psycopg.connect(owners_database) as connection:
            query = "SELECT count(*) FROM crm_events_event WHERE message_id = %s AND name = 'Tea Tasted'"
            return connection.execute(query, [message_id]).fetchone() == (1,)

    until(recorded, "the recording of the event", seconds=30)


def test_rabbitmq_keeps_wake_ups_in_quorum_queues_and_rejected_ones_aside(owners_database, rabbitmq_url, run_worker):
    run_worker(DATABASE_URL=owners_database, CELERY_BROKER_URL=rabbitmq_url)
    with Connection(rabbitmq_url) as connection:
        channel = connection.default_channel
        for name in ("listen", "walk", "speak", "speak_fast", "default", "dead"):
            channel.queue_declare(name, passive=True)
        with pytest.raises(connection.channel_errors, match="'x-queue-type' .* current is 'quorum'"):
            classic = {"x-dead-letter-exchange": "engage.dead", "x-max-length": 1000, "x-queue-type": "classic"}
            connection.channel().queue_declare("listen", durable=True, auto_delete=False, arguments=classic)
