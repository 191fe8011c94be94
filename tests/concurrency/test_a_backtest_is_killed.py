"""kill -9 of the worker in the middle of a backtest: it goes on from where it was, and finds what one finds that
nobody disturbed."""

import json
import sys

import pytest

from engage.embedded.waiting import until
from tests.concurrency.gate import gate
from tests.concurrency.product import Product, running

LEASE = 5
PATIENCE = 240
PEOPLE = {False: 12_000, True: 100_000}
VICTIMS = {False: ("worker/children", "worker"), True: ("worker/children", "worker") * 3}
FILL = """
from datetime import timedelta
from engage.lib import clock, ids, sql, partitions
at = clock.now()
for first in partitions.months((at - timedelta(days=100)).date(), 5):
    partitions.ensure("crm_events_event", first)
sql.run("INSERT INTO crm_contacts_contact (uid, name) "
        "SELECT gen_random_uuid(), 'Person ' || n FROM generate_series(1, %s) AS n", [{people}])
sql.run('''
    INSERT INTO crm_events_event (contact_id, recorded_for_id, message_id, kind, name, at, received, history, source,
        properties, context, cause, depth)
    SELECT c.id, c.id, c.id || '-' || n, 'track', 'Tea Ordered', moment, moment, TRUE, 'import', '{{}}', '{{}}', '', 0
    FROM crm_contacts_contact AS c, generate_series(1, 4) AS n,
        LATERAL (SELECT %s - make_interval(days => (n * (17 + c.id %% 5))::int) AS moment) AS m
''', [at])
"""
BEGIN = """
from datetime import timedelta
from campaigns.journeys.actions import create_journey
from campaigns.journeys.backtest.actions import begin
from engage.lib import clock
at = clock.now()
draft = {{
    "trigger": {{"event": "Tea Ordered"}}, "entry": {{"again": "always"}}, "goal": {{"event": "Tea Ordered"}},
    "start": "pause",
    "steps": {{
        "pause": {{"kind": "wait", "for": {{"days": 18}}, "next": "write"}},
        "write": {{"kind": "send", "class": "transactional", "design": {{"subject": "S", "body": "B"}}, "next": "bye"}},
        "bye": {{"kind": "end", "reason": "Wrote"}},
    }},
}}
journey = create_journey(name={name!r}, draft=draft, by="Max", at=at)
begin(journey, since=at - timedelta(days=99), until=at, by="Max", at=at)
"""


@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_backtest_whose_worker_is_killed_finds_what_an_undisturbed_one_finds(request: pytest.FixtureRequest) -> None:
    long = bool(request.config.getoption("--long"))
    people = PEOPLE[long]
    with running(BELT_LEASE=str(LEASE)) as product:
        product.shell(FILL.format(people=people))
        cursors = torment(product, BEGIN.format(name="Disturbed"), VICTIMS[long], people)
        assert cursors == sorted(cursors), "it went back"
        disturbed = result(product, "Disturbed")
        product.shell(BEGIN.format(name="Undisturbed"))
        assert disturbed == result(product, "Undisturbed")
        found = disturbed["bounds"]["nobody"]
        assert (found["entered"], found["steps"]["write"]) == (people, found["steps"]["bye"])
        assert sum(found["fates"].values()) == found["steps"]["write"] > people


def torment(product: Product, begin: str, victims: tuple[str, ...], people: int) -> list[int]:
    """Kills one after the other, each when the backtest has come a bit further and before it can have come to its end;
    how far it was each time."""
    cursors: list[int] = []
    share = people // (len(victims) + 2)
    with gate(product, "campaigns_journeys_backtest", "NEW.cursor") as barred:
        product.shell(begin)
        for number, victim in enumerate(victims, 1):
            enough = share * number
            barred.let(enough + share // 2)
            until(lambda: standing(product)[1] >= enough, f"{enough} people", PATIENCE, pause=0.02)  # noqa: B023
            cursors.append(standing(product)[1])
            product.kill(victim)
            state, cursor = standing(product)
            assert state == "running"
            cursors.append(cursor)
    return cursors


def standing(product: Product) -> tuple[str, int]:
    [(state, cursor)] = product.rows("SELECT state, cursor FROM campaigns_journeys_backtest ORDER BY id LIMIT 1")
    return state, cursor


def result(product: Product, name: str) -> dict:
    def done() -> bool:
        return product.rows(FOUND, name)[0][0] == "done"

    until(done, "the end of the backtest", PATIENCE, pause=0.2)
    [(_, found)] = product.rows(FOUND, name)
    found = json.loads(found)
    for bound in found["bounds"].values():
        bound.pop("examples", None)
    return found


FOUND = """
    SELECT b.state, b.result::text FROM campaigns_journeys_backtest AS b
    JOIN campaigns_journeys_journey AS j ON j.id = b.journey_id WHERE j.name = %s
"""
