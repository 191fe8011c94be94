"""kill -9 of the worker in the middle of telling how a contest ended: everybody who took part is told once."""

import sys

import pytest

from engage.embedded.waiting import until
from tests.concurrency.gate import gate
from tests.concurrency.product import Product, running

LEASE = 5
PATIENCE = 240
PEOPLE = {False: 6_000, True: 60_000}
VICTIMS = ("worker/children", "worker")
END = """
from campaigns.contests import actions, ending
from campaigns.contests.models import Contest, Entry
from campaigns.surveys.models import Response
from crm.contacts.models import Contact
from engage.lib import clock, sql
at = clock.now()
made = actions.make(title="Tables", rules=actions.Rules(prizes=[actions.Promised("A cake")]), by="Olga", at=at)
actions.publish(contest=made, by="Olga", at=at)
contest = Contest.objects.select_related("survey__current").get()
people = "SELECT gen_random_uuid(), 'Person ' || n FROM generate_series(1, %s) AS n"
sql.run(f"INSERT INTO crm_contacts_contact (uid, name) {{people}}", [{people}])
who = dict.fromkeys(("contact", "recorded_for"), Contact.objects.order_by("pk").first())
answer = Response.objects.create(
    survey=contest.survey, version=contest.survey.current, state="final", occasion="x", started=at, finished=at, **who
)
entry = Entry.objects.create(contest=contest, response=answer, standing="shown", at=at, **who)
sql.run(
    "INSERT INTO campaigns_contests_vote (uid, contest_id, entry_id, contact_id, recorded_for_id, refused, facts, "
    "counted_by, network, at) SELECT gen_random_uuid(), %s, %s, id, id, '', '{{}}', '', '', %s "
    "FROM crm_contacts_contact WHERE id <> %s", [contest.pk, entry.pk, at, entry.contact_id]
)
ending.end(contest=contest, by="Olga", at=at)
"""


@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_everybody_who_took_part_is_told_once_whoever_is_killed(request: pytest.FixtureRequest) -> None:
    people = PEOPLE[bool(request.config.getoption("--long"))]
    with running(BELT_LEASE=str(LEASE)) as product:
        torment(product, people)
        told = "SELECT count(DISTINCT contact_id), count(*) FROM crm_dialogue_message WHERE occurrence = 'end'"
        assert product.rows(told) == [(people, people)]
        names = "name IN ('Contest Won', 'Contest Ended')"
        heard = f"SELECT count(DISTINCT contact_id), count(*) FROM crm_events_event WHERE {names}"
        until(lambda: product.rows(heard)[0][1] >= people, "what journeys hear", PATIENCE, pause=0.2)
        assert product.rows(heard) == [(people, people)]
        assert product.rows("SELECT number, fraction FROM campaigns_contests_announcement") == [(people, 1.0)]


def torment(product: Product, people: int) -> None:
    """Kills one after the other, each when more are told and before all can be, and waits for the end."""
    how_many = "coalesce(({0}.counts ->> 'told')::int, 0)"

    def standing() -> tuple[str, int]:
        [found] = product.rows(f"SELECT state, {how_many.format('a')} FROM campaigns_contests_announcement AS a")
        return found

    share = people // (len(VICTIMS) + 2)
    with gate(product, "campaigns_contests_announcement", how_many.format("NEW")) as barred:
        product.shell(END.format(people=people))
        for number, victim in enumerate(VICTIMS, 1):
            enough = share * number
            barred.let(enough + share // 2)
            until(lambda: standing()[1] >= enough, f"{enough} people", PATIENCE, pause=0.02)  # noqa: B023
            product.kill(victim)
            assert standing()[0] == "telling"
    until(lambda: standing()[0] != "telling", "the end", PATIENCE, pause=0.2)
    assert standing() == ("done", people)
