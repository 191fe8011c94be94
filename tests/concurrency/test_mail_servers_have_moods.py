"""kill -9 of senders, of the broker and of the database, while a mail server is slow, tired, greylisting, refusing,
hanging up after the final dot and silent after it: nothing is lost, nothing of marketing goes twice, and nobody waits
for somebody else's mail server."""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from campaigns.channels.email.greeting import Server
from campaigns.channels.handing import BACKOFF
from engage.embedded.waiting import TooLong, until
from engage.launcher.programs import WORKER_PROCESSES
from tests.concurrency.moody import MoodySink, mood_of
from tests.concurrency.product import Product, running

EACH = Server("").connections
CONNECTIONS = {
    "worker": WORKER_PROCESSES * EACH,
    "worker/children": WORKER_PROCESSES * EACH,
    "worker/child": EACH,
    "worker_fast": EACH,
}
"""How many mails may be on their way when such a victim is killed: one for each connection."""
PATIENCE = 240
MOST_TRIES = len(BACKOFF) + 1
A_MINUTE = 60
FILL = """
import json
from pathlib import Path
from tests.concurrency.shop import fill_with
fill_with(*json.loads(Path({path!r}).read_text()))
"""
ANNOUNCED = 2  # times that one try may announce a mail: again where the connection died under it


@dataclass(frozen=True)
class Size:
    """`moods` people of each mood are among the `news` people who get news; every `receipt_every`th gets a receipt
    instead."""

    mails: int
    receipt_every: int
    moods: dict[str, int]
    most: int  # mails over one connection
    senders: int
    servers: int  # how often the broker is killed, and how often the database
    lease: int  # seconds


SHORT = Size(400, 5, {"no": 8, "grey": 8, "drop": 4, "silent": 2, "never": 1}, 7, senders=3, servers=1, lease=20)
LONG = Size(
    10_000, 5, {"no": 200, "grey": 200, "drop": 50, "silent": 10, "never": 3}, 100, senders=50, servers=5, lease=20
)


@pytest.mark.alone
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_nothing_is_lost_and_nobody_is_kept_waiting(
    request: pytest.FixtureRequest, moody_sink: MoodySink, tmp_path: Path
) -> None:
    size = LONG if request.config.getoption("--long") else SHORT
    moody_sink.most = size.most
    with running(EMAIL_URL=moody_sink.url, BELT_LEASE=str(size.lease)) as product:
        (people := tmp_path / "people.json").write_text(json.dumps(addresses(size)))
        product.shell(FILL.format(path=str(people)))
        killed = torment(product, moody_sink, size)
        longest = leave_in_peace(product, moody_sink)
        with told(product, moody_sink, killed, longest):
            until(lambda: settled(product), "an end of everything", PATIENCE, pause=0.5)
        assert_nothing_is_lost_or_went_twice(product, moody_sink, size, killed)
        assert_each_is_taken_as_the_server_said(product, moody_sink)
        assert longest < A_MINUTE
        assert "Everything adds up." in product.manage("reconcile")
        moody_sink.over.set()


def addresses(size: Size) -> tuple[list[str], list[str]]:
    """Of those who get news, and of those who get a receipt."""
    moods = [mood for mood, count in size.moods.items() for _ in range(count)]
    moods += ["plain"] * (size.mails - len(moods))
    random.shuffle(moods)
    all = [f"{mood}{number}@people.test" for number, mood in enumerate(moods)]
    return [a for n, a in enumerate(all) if n % size.receipt_every], all[:: size.receipt_every]


def torment(product: Product, sink: MoodySink, size: Size) -> list[str]:
    """Kills one after the other, each in the middle of its share of the mails; the last share is for peace."""
    victims = [random.choice(list(CONNECTIONS)) for _ in range(size.senders)]
    victims += ["valkey", "postgres"] * size.servers
    random.shuffle(victims)
    for victim in victims:
        enough = len(sink.messages) + random.randint(1, 20)
        product.rows(LET_SOME_GO, size.mails // (len(victims) + 1))
        until(lambda: sink.is_in_the_middle(enough), "mail under way", PATIENCE, pause=0.005)  # noqa: B023
        product.kill(victim)
    return victims


LET_SOME_GO = """
    WITH chosen AS (
        SELECT message_id FROM crm_dialogue_outbox WHERE due > now() + interval '6 hours'
        ORDER BY hashint8(message_id) LIMIT %s)
    UPDATE crm_dialogue_outbox SET due = now() WHERE message_id IN (SELECT message_id FROM chosen) RETURNING 1
"""
"""Of those that were never tried: what a mail server put off is due earlier, or soon."""


def leave_in_peace(product: Product, sink: MoodySink) -> float:
    """Lets the rest go while nobody is killed; how many seconds the last of those took whose mail server is as it
    should be."""
    rest = product.rows(NEVER_TRIED)
    calm = {address for (address,) in rest if mood_of(address) == "plain"}
    assert calm, "all left before there was peace"
    began = time.monotonic()
    product.rows(LET_SOME_GO, len(rest))
    try:
        until(lambda: calm <= sink.came().keys(), "the mails of those who are as they should be", PATIENCE, pause=0.2)
    except TooLong:
        print(f"{len(calm - sink.came().keys())} of {len(calm)} did not come; in the queue:")
        print(*product.rows(QUEUED), *product.rows("SELECT * FROM crm_events_beltstop"), sep="\n")
        print(product.log("worker")[-5000:], product.log("beat")[-2000:])
        raise
    return max(sink.came()[address] for address in calm) - began


QUEUED = """
    SELECT now() - o.due, o.lane, o.lease, o.lease_until - now(), o.attempts, o.mark, count(*)
    FROM crm_dialogue_outbox AS o GROUP BY 1, 2, 3, 4, 5, 6
"""
NEVER_TRIED = """
    SELECT i.value FROM crm_dialogue_outbox AS o JOIN crm_dialogue_message AS m ON m.id = o.message_id
    JOIN crm_contacts_identity AS i ON i.contact_id = m.contact_id
    WHERE o.due > now() + interval '6 hours'
"""


def settled(product: Product) -> bool:
    """Nothing waits any more, where the time that mail servers ask for is over at once."""
    product.rows("UPDATE crm_dialogue_outbox SET due = now() WHERE due > now() AND lease IS NULL RETURNING 1")
    return product.rows("SELECT count(*) FROM crm_dialogue_outbox") == [(0,)]


@dataclass(frozen=True)
class Row:
    address: str
    klass: str
    state: str
    why: str
    again: bool


def ledger(product: Product) -> list[Row]:
    return [Row(*row) for row in product.rows(LEDGER)]


LEDGER = """
    SELECT i.value, m.class, m.state, m.why, a.message_id IS NOT NULL
    FROM crm_dialogue_message AS m JOIN crm_contacts_identity AS i ON i.contact_id = m.contact_id
    LEFT JOIN crm_dialogue_sentagain AS a ON a.message_id = m.id AND a.by = ''
"""


@contextmanager
def told(product: Product, sink: MoodySink, killed: list[str], longest: float) -> Iterator[None]:
    """Prints what became of everything, however it ended."""
    try:
        yield
    finally:
        report(product, sink, killed, longest)


def report(product: Product, sink: MoodySink, killed: list[str], longest: float) -> None:
    states = Counter((row.klass, row.state, row.why, row.again) for row in ledger(product))
    twice = Counter(Counter(address for [address] in sink.rcpt_tos).values())
    print(f"killed {dict(Counter(killed))}: {dict(states)}; arrived so often: {dict(twice)}; in peace {longest:.1f} s")


def assert_nothing_is_lost_or_went_twice(product: Product, sink: MoodySink, size: Size, killed: list[str]) -> None:
    rows, arrived = ledger(product), Counter(address for [address] in sink.rcpt_tos)
    assert len(rows) == len({row.address for row in rows}) == size.mails
    assert {row.state for row in rows} <= {"accepted", "unknown", "failed"}
    assert all(row.why for row in rows if row.state != "accepted")
    assert [row for row in rows if row.state == "accepted" and not arrived[row.address]] == []
    assert [row for row in rows if row.state == "failed" and arrived[row.address]] == []
    twice = [row for row in rows if arrived[row.address] > 1]
    assert [row for row in twice if not (row.again and arrived[row.address] == 2)] == []
    assert all(row.klass == "transactional" for row in rows if row.again)
    hung_up = size.moods["drop"] + size.moods["silent"]
    unclear = sum(row.again or row.state == "unknown" for row in rows)
    assert unclear <= hung_up + sum(CONNECTIONS.get(name, 0) for name in killed)


def assert_each_is_taken_as_the_server_said(product: Product, sink: MoodySink) -> None:
    """Whoever is refused has it once and for all, whoever is put off is tried again, and nobody for ever."""
    for row in ledger(product):
        found, tries = (row.state, row.why), sink.asked[row.address]
        match mood_of(row.address):
            case "no" | "never":
                assert found == ("failed", "refused"), row
                assert 0 < tries <= ANNOUNCED * MOST_TRIES, row
            case "drop" | "silent":
                assert row.state == "unknown" or row.again, row
            case _:
                assert row.state in {"accepted", "unknown"}, row
