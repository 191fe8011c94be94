"""kill -9 of the worker in the middle of an act on many people, and of its undoing: each once, and back to nothing."""

import sys

import pytest

from engage.embedded.waiting import until
from tests.concurrency.gate import gate
from tests.concurrency.product import Product, running

LEASE = 5
PATIENCE = 240
PEOPLE = {False: 16_000, True: 400_000}
VICTIMS = ("worker/children", "worker")
BEGIN = """
from crm.business.models import User
from crm.lists import bulk
from crm.segments.picking import create_picked_segment
from engage.lib import clock, sql
people = "SELECT gen_random_uuid(), 'Person ' || n FROM generate_series(1, %s) AS n"
sql.run(f"INSERT INTO crm_contacts_contact (uid, name) {{people}}", [{people}])
olga = User.objects.create_user("olga@team.example", role="owner", name="Olga")
at = clock.now()
group = create_picked_segment(name="Everybody", by="Olga", at=at)
said = {{"id": group.pk, "name": group.name}}
bulk.begin("put-in", said, number={people}, colleague=olga, at=at, filters={{}})
"""
UNDO = """
from crm.lists import bulk
from crm.lists.models import BulkAct
from engage.lib import clock
bulk.undo(BulkAct.objects.get(), by="Olga", at=clock.now())
"""


@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_everybody_is_put_in_once_whoever_is_killed_and_taken_out_again(request: pytest.FixtureRequest) -> None:
    people = PEOPLE[bool(request.config.getoption("--long"))]
    with running(BELT_LEASE=str(LEASE)) as product:
        torment(product, BEGIN.format(people=people), "changed", people, "running")
        assert product.rows("SELECT state, counts ->> 'changed' FROM crm_lists_bulkact") == [("done", str(people))]
        assert product.rows("SELECT count(DISTINCT contact_id), count(*) FROM crm_segments_picked") == [
            (people, people)
        ]
        assert product.rows("SELECT count(DISTINCT contact_id), count(*) FROM crm_lists_bulkchange") == [
            (people, people)
        ]
        torment(product, UNDO, "back", people, "undoing")
        assert product.rows("SELECT state, counts ->> 'back' FROM crm_lists_bulkact") == [("undone", str(people))]
        assert product.rows("SELECT count(*) FROM crm_segments_picked") == [(0,)]


def torment(product: Product, begin: str, counted: str, people: int, state: str) -> None:
    """Kills one after the other, each when the act has come a bit further and before it can have come to its end, and
    waits for that."""
    how_many = f"coalesce((%s.counts ->> '{counted}')::int, 0)"

    def standing() -> tuple[str, int]:
        [(now, number)] = product.rows(f"SELECT state, {how_many % 'a'} FROM crm_lists_bulkact AS a")
        return now, number

    share = people // (len(VICTIMS) + 2)
    with gate(product, "crm_lists_bulkact", how_many % "NEW") as barred:
        product.shell(begin)
        for number, victim in enumerate(VICTIMS, 1):
            enough = share * number
            barred.let(enough + share // 2)
            until(lambda: standing()[1] >= enough, f"{enough} people", PATIENCE, pause=0.02)  # noqa: B023
            product.kill(victim)
            assert standing()[0] == state
    until(lambda: standing()[0] != state, f"the end of {state}", PATIENCE, pause=0.2)
