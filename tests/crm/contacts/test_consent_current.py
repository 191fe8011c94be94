"""Where a person stands with a topic is one look into an index, however many statements there are."""

import pytest

from campaigns.guards.queries import CONSENTS
from crm.contacts.evidence import current
from crm.contacts.models import Contact, Topic
from crm.lists.narrowing import applied
from engage.lib import clock, sql
from tests.plans import below, nodes

pytestmark = pytest.mark.django_db

PEOPLE, WORDS = 2_000, 10


@pytest.fixture
def ledger() -> list[int]:
    """Ten statements about each of two topics by each of these people; their ids."""
    topics = [Topic.objects.create(key=key, label=key.title()).pk for key in ("offers", "news")]
    people = [contact.pk for contact in Contact.objects.bulk_create(Contact() for _ in range(PEOPLE))]
    sql.run(
        """
        INSERT INTO crm_contacts_consent (contact_id, recorded_for_id, topic_id, channel, state, how, at)
        SELECT c, c, t, 'email', CASE WHEN n %% 2 = 0 THEN 'granted' ELSE 'withdrawn' END, 'form',
            now() - n * interval '1 day'
        FROM unnest(%s::bigint[]) AS c, unnest(%s::bigint[]) AS t, generate_series(0, %s) AS n
        """,
        [people, topics, WORDS - 1],
    )
    sql.run("ANALYZE crm_contacts_consent")
    sql.run("ANALYZE crm_contacts_contact")
    return people


def on_the_ledger(plan: list[dict]) -> list[dict]:
    return [node for node in plan if node.get("Relation Name") == "crm_contacts_consent"]


def is_one_look(plan: list[dict]) -> bool:
    """Only the index is read, in its own order."""
    read = on_the_ledger(plan)
    return bool(read) and all(
        node["Node Type"] in ("Index Scan", "Index Only Scan") and node["Index Name"] == "consent_current"
        for node in read
    )


def sorts(plan: list[dict]) -> bool:
    return any("Sort" in node["Node Type"] for node in plan)


@pytest.mark.parametrize("size", [1, 50, 500])
def test_what_the_guards_ask_for_a_chunk(ledger, size):
    plan = nodes(CONSENTS, [ledger[:size]])
    assert is_one_look(plan) and not sorts(plan)


def test_what_a_persons_page_and_her_own_ask(ledger):
    statement, values = current(Contact(pk=ledger[7])).query.sql_with_params()
    plan = nodes(statement, values)
    assert is_one_look(plan) and not sorts(plan)


@pytest.mark.parametrize("answer", ["yes", "no", "never"])
def test_what_the_list_of_people_asks_when_it_is_narrowed(ledger, answer):
    (filtered,) = applied({"permission": f"offers:{answer}"}, clock.now(), "owner")
    page = filtered.narrow(Contact.objects.filter(merged_into=None, erased=None)).order_by("-last_seen", "-id")[:51]
    plan = nodes(*page.query.sql_with_params())
    looks = [node for node in plan if node.get("Parent Relationship") == "SubPlan"]
    assert is_one_look(plan) and looks and not any(sorts(below(look)) for look in looks)
