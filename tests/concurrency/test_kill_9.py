"""kill -9 of every process at random, while events come in and mail goes out: nothing lost, nothing done twice."""

import random
import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from campaigns.channels.email.greeting import Server
from engage.embedded.waiting import until
from engage.launcher.programs import WORKER_PROCESSES
from tests.concurrency.product import CHILDREN, PROGRAMS, Product, running
from tests.concurrency.sender import BATCH, Sender
from tests.concurrency.sink import SlowSink

LEASE = 20
PATIENCE = 240
EACH = Server("").connections
CONNECTIONS = {"worker": WORKER_PROCESSES * EACH, "worker/child": EACH, "worker_fast": EACH, "worker_fast/child": EACH}
"""How many mails may be on their way to the mail server when such a process is killed: one for each connection."""


@dataclass(frozen=True)
class Size:
    kills: int
    events: int
    people: int
    ordered_every: int  # of so many events one is an order, which sends a receipt


SHORT = Size(kills=8, events=3_000, people=250, ordered_every=20)
LONG = Size(kills=20, events=20_000, people=1_000, ordered_every=20)


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    return LONG if request.config.getoption("--long") else SHORT


@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_nothing_is_lost_or_done_twice_whoever_is_killed(size: Size, slow_sink: SlowSink) -> None:
    with running(EMAIL_URL=slow_sink.url, BELT_LEASE=str(LEASE)) as product:
        key = product.shell(f"from tests.concurrency.shop import fill; print(fill({size.people}))").split()[-1]
        sender = Sender(product.url, key, [event(number, size) for number in range(size.events)])
        killed = torment(product, sender, slow_sink, size)
        product.rows(LET_SOME_GO, size.people)
        sender.finish()
        until(lambda: settled(product), "an end or a reason for everything", PATIENCE, pause=0.5)
        assert sender.refused == []
        assert_every_event_is_there_once(product, size)
        assert_every_message_is_accounted_for(product, slow_sink, size, killed)
        assert "Everything adds up." in product.manage("reconcile")


def event(number: int, size: Size) -> dict[str, Any]:
    name = "Tea Ordered" if number % size.ordered_every == 0 else "Tea Tasted"
    user = f"u{number // size.ordered_every % size.people}"
    return {"type": "track", "event": name, "userId": user, "messageId": f"e{number}", "properties": {"number": number}}


def torment(product: Product, sender: Sender, sink: SlowSink, size: Size) -> list[str]:
    """Kills one process after the other, each while its share of events comes in and of mails goes out."""
    victims = [*PROGRAMS, *random.sample(CHILDREN, len(CHILDREN))] * size.kills
    victims = random.sample(victims[: size.kills], size.kills)
    for victim in victims:
        enough = len(sink.messages) + random.randint(1, 10)
        product.rows(LET_SOME_GO, size.people // size.kills)
        sender.allow(size.events // BATCH // size.kills)
        until(partial(sink.is_in_the_middle, enough), "mail under way", PATIENCE, pause=0.005)
        product.kill(victim)
    return victims


LET_SOME_GO = """
    WITH chosen AS (SELECT message_id FROM crm_dialogue_outbox WHERE due > now() + interval '1 hour' LIMIT %s)
    UPDATE crm_dialogue_outbox SET due = now() WHERE message_id IN (SELECT message_id FROM chosen) RETURNING 1
"""


def settled(product: Product) -> bool:
    """Nothing waits that could go on now: the queues hold only what has a time."""
    [(waiting,)] = product.rows(
        "SELECT (SELECT count(*) FROM crm_events_inbox) + (SELECT count(*) FROM campaigns_journeys_duewait) "
        "+ (SELECT count(*) FROM crm_dialogue_outbox WHERE due <= now() OR lease_until > now())"
    )
    return waiting == 0


def assert_every_event_is_there_once(product: Product, size: Size) -> None:
    found = Counter(row[0] for row in product.rows("SELECT message_id FROM crm_events_event WHERE kind = 'track'"))
    ours = {f"e{number}" for number in range(size.events)}
    assert {id: count for id, count in found.items() if count > 1} == {}
    assert ours - found.keys() == set()
    assert product.rows("SELECT reason FROM crm_events_deadletter") == []


def assert_every_message_is_accounted_for(product: Product, sink: SlowSink, size: Size, killed: list[str]) -> None:
    messages = product.rows("SELECT origin, state, why, header_id, until FROM crm_dialogue_message")
    states = Counter((state, why) for _, state, why, _, _ in messages)
    print(f"killed {killed}: {dict(states)}")
    receipts = [row for row in messages if row[0] != "bulk"]
    assert (len(receipts), len(messages) - len(receipts)) == (size.events // size.ordered_every, size.people)

    arrived = Counter(mail["Message-ID"] for mail in sink.messages)
    news = Counter(mail["To"] for mail in sink.messages if mail["Subject"] == "News")
    assert {to: count for to, count in news.items() if count > 1} == {}
    again = product.rows(
        "SELECT m.header_id, a.by, m.class FROM crm_dialogue_sentagain AS a "
        "JOIN crm_dialogue_message AS m ON m.id = a.message_id"
    )
    assert all((by, klass) == ("", "transactional") for _, by, klass in again)
    assert {id for id, count in arrived.items() if count > 1} <= {id for id, *_ in again}
    assert max(arrived.values()) <= 2
    assert {row[3] for row in messages if row[1] == "accepted"} - arrived.keys() == set()
    assert arrived.keys() - {row[3] for row in messages if row[1] in {"accepted", "unknown"}} == set()
    assert [row for row in messages if row[1] not in {"accepted", "unknown"} and not (row[2] and row[4])] == []

    unknown = len({row[3] for row in messages if row[1] == "unknown"} | {id for id, *_ in again})
    assert unknown <= sum(CONNECTIONS.get(name, 0) for name in killed)
    assert all(row[2] for row in messages if row[1] == "unknown")
