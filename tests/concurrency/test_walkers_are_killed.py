"""kill -9 of the workers at random while people walk a journey of eleven steps, with two schedulers at once: everybody
walks the path that they would have walked undisturbed, and whatever a step does is done once."""

import json
import random
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import batched

import pytest

from engage.embedded.servers import PROJECT
from engage.embedded.waiting import until
from tests.concurrency.product import Product, running

LEASE = 5
PATIENCE = 600
BATCH = 100
VICTIMS = ("worker/child", "worker/child", "worker/children", "worker")


@dataclass(frozen=True)
class Size:
    kills: int
    people: int


SHORT = Size(kills=5, people=2_000)
LONG = Size(kills=50, people=50_000)


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    return LONG if request.config.getoption("--long") else SHORT


@pytest.mark.django_db
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_everybody_walks_the_path_of_undisturbed_people_whoever_is_killed(size: Size) -> None:
    with running(BELT_LEASE=str(LEASE)) as product, second_beat(product):
        key = product.shell(f"from tests.concurrency.walkers import fill; print(fill({size.people}))").split()[-1]
        with tasting(product, key):
            killed = torment(product, key, size)
            until(lambda: settled(product, size), "the end of every walk", PATIENCE, pause=0.5)
        print(f"killed {killed}")
        walks = product.rows(WALKS)
        assert_paths(walks, size)
        assert_messages(product, walks)
        assert_memories_and_tasks(product, walks)
        assert_offers(product, walks)
        assert_tallies(product, walks)


@contextmanager
def second_beat(product: Product) -> Iterator[None]:
    """Another scheduler beside the product's own."""
    schedule = product.home.root / "second-beat"
    command = [sys.executable, "-m", "celery", "--app", "engage.celery", "beat", "--loglevel", "ERROR", "--pidfile="]
    beat = subprocess.Popen(
        [*command, "--schedule", str(schedule)], cwd=PROJECT, env=product.environment, stdout=subprocess.DEVNULL
    )
    try:
        yield
        assert beat.poll() is None, "the second scheduler ended by itself"
    finally:
        beat.terminate()
        beat.wait(30)


@contextmanager
def tasting(product: Product, key: str) -> Iterator[None]:
    """Whoever waits to taste does so, once."""
    from tests.concurrency.walkers import TASTES

    over, done, failed = threading.Event(), set[int](), list[Exception]()

    def taste() -> None:
        while not over.wait(0.3):
            standing = {number for (number,) in product.rows(TASTERS)} - done
            post(product, key, TASTES, sorted(standing))
            done.update(standing)

    def run() -> None:
        try:
            taste()
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(60)
    assert failed == []


def post(product: Product, key: str, event: str, people: Iterable[int]) -> None:
    from tests.concurrency.walkers import said

    for part in batched(people, BATCH, strict=False):
        body = json.dumps({"batch": said(event, part), "writeKey": key}).encode()
        request = urllib.request.Request(f"{product.url}/v1/batch", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200


def torment(product: Product, key: str, size: Size) -> list[str]:
    """Kills one after the other, each when its share of people has begun and has walked a bit."""
    from tests.concurrency.walkers import BEGINS

    victims = random.choices(VICTIMS, k=size.kills)
    share = size.people // size.kills
    for number, victim in enumerate(victims):
        before = walked(product)
        post(product, key, BEGINS, range(number * share, (number + 1) * share))
        enough = before + random.randint(1, 4 * share)
        until(partial(has_walked, product, enough), f"{enough} visits", PATIENCE)
        [(active,)] = product.rows("SELECT count(*) FROM campaigns_journeys_enrolment WHERE state = 'active'")
        assert active, "nobody was under way"
        product.kill(victim)
    return victims


def walked(product: Product) -> int:
    return product.rows("SELECT coalesce(sum(visit), 0)::bigint FROM campaigns_journeys_enrolment")[0][0]


def has_walked(product: Product, enough: int) -> bool:
    return walked(product) >= enough


def settled(product: Product, size: Size) -> bool:
    [(begun, waiting)] = product.rows(
        "SELECT (SELECT count(*) FROM campaigns_journeys_enrolment), (SELECT count(*) FROM crm_events_inbox) "
        "+ (SELECT count(*) FROM campaigns_journeys_duewait) + (SELECT count(*) FROM crm_dialogue_outbox)"
    )
    return (begun, waiting) == (size.people, 0)


TASTERS = """
    SELECT substr(c.name, 8)::int FROM campaigns_journeys_enrolment AS e
    JOIN crm_contacts_contact AS c ON c.id = e.contact_id WHERE e.state = 'active' AND e.step = 'tasted'
"""
WALKS = """
    SELECT e.uid, e.contact_id, e.state || ' ' || e.outcome, c.language, c.country, e.began, path.steps, path.numbers
    FROM campaigns_journeys_enrolment AS e JOIN crm_contacts_contact AS c ON c.id = e.contact_id
    JOIN LATERAL (
        SELECT array_agg(v.step ORDER BY v.number) AS steps, array_agg(v.number ORDER BY v.number) AS numbers
        FROM campaigns_journeys_visit AS v WHERE v.enrolment_id = e.id
    ) AS path ON TRUE
"""


def assert_paths(walks: list[tuple], size: Size) -> None:
    from campaigns.journeys.parse import parse
    from tests.concurrency.walkers import JOURNEY, undisturbed

    definition = parse(JOURNEY)
    assert len(walks) == len({walk[1] for walk in walks}) == size.people
    wrong = [
        (steps, expected)
        for uid, _, _, language, country, began, steps, numbers in walks
        if steps != (expected := undisturbed(definition, uid, language, country, began))
        or numbers != [*range(1, len(steps) + 1)]
    ]
    assert wrong == []
    assert {state for _, _, state, *_ in walks} == {"ended finished"}


def visits(walks: list[tuple], *steps: str) -> Counter[str]:
    """The keys of their visits to these steps."""
    return Counter(
        f"{uid}:{number}" for uid, *_, path, _ in walks for number, step in enumerate(path, 1) if step in steps
    )


def assert_messages(product: Product, walks: list[tuple]) -> None:
    messages = product.rows("SELECT occurrence, state FROM crm_dialogue_message WHERE direction = 'out'")
    assert Counter(occurrence for occurrence, _ in messages) == visits(walks, "thank", "write", "goodbye")
    assert {state for _, state in messages} == {"kept"}


def assert_memories_and_tasks(product: Product, walks: list[tuple]) -> None:
    memories = product.rows("SELECT source_id, value, state FROM crm_preferences_preference")
    assert Counter(source for source, _, _ in memories) == visits(walks, "count")
    assert {(value, state) for _, value, state in memories} == {("1", "active")}
    tasks = Counter(contact for (contact,) in product.rows("SELECT contact_id FROM crm_dialogue_task"))
    assert tasks == Counter(contact for _, contact, *_, path, _ in walks if "call" in path)


def assert_offers(product: Product, walks: list[tuple]) -> None:
    given = product.rows("SELECT cause, code FROM campaigns_offers_given")
    assert Counter(cause for cause, _ in given) == Counter(
        f"enrolment:{uid}:gift" for uid, *_, path, _ in walks if "gift" in path
    )
    assert len({code for _, code in given}) == len(given)
    assert product.rows("SELECT given_count FROM campaigns_offers_offer") == [(len(given),)]


def assert_tallies(product: Product, walks: list[tuple]) -> None:
    counted = product.rows("SELECT step, sum(visits)::bigint FROM campaigns_journeys_steptally GROUP BY step")
    assert dict(counted) == Counter(step for *_, path, _ in walks for step in path)
