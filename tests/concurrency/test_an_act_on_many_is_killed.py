"""kill -9 of the worker in the middle of an act on many people, and of its undoing: each once, and back to nothing."""

import sys

import pytest

from engage.embedded.waiting import until
from tests.concurrency.product import Product, running

LEASE = 5
PATIENCE = 240
PEOPLE = {False: 40_000, True: 400_000}
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
        product.shell(BEGIN.format(people=people))
        torment(product, "changed", people, "running")
        assert product.rows("SELECT state, counts ->> 'changed' FROM crm_lists_bulkact") == [("done", str(people))]
        assert product.rows("SELECT count(DISTINCT contact_id), count(*) FROM crm_segments_picked") == [
            (people, people)
        ]
        assert product.rows("SELECT count(DISTINCT contact_id), count(*) FROM crm_lists_bulkchange") == [
            (people, people)
        ]
        product.shell(UNDO)
        torment(product, "back", people, "undoing")
        assert product.rows("SELECT state, counts ->> 'back' FROM crm_lists_bulkact") == [("undone", str(people))]
        assert product.rows("SELECT count(*) FROM crm_segments_picked") == [(0,)]


def torment(product: Product, counted: str, people: int, state: str) -> None:
    """Kills one after the other, each when the act has come a bit further, and waits for its end."""

    def standing() -> tuple[str, int]:
        query = "SELECT state, coalesce((counts ->> '%s')::int, 0) FROM crm_lists_bulkact" % counted  # noqa: UP031
        [(now, number)] = product.rows(query)
        return now, number

    for number, victim in enumerate(VICTIMS, 1):
        enough = people * number // (len(VICTIMS) + 2)
        until(lambda: standing()[1] >= enough, f"{enough} people", PATIENCE, pause=0.02)  # noqa: B023
        assert standing()[0] == state, "it was over before anybody was killed: more people"
        product.kill(victim)
    until(lambda: standing()[0] != state, f"the end of {state}", PATIENCE, pause=0.2)
