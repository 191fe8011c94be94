"""The list is ordered by sightings, which the database notes: seeing somebody again touches none of the contact's
indexes, and the list is still read along one."""

from datetime import timedelta

import pytest
from django.db.models import Max

from crm.contacts.actions import forget_sightings, touch
from crm.contacts.models import Contact, Sighting
from crm.lists.finding import everyone
from crm.lists.narrowing import applied, seen_range
from crm.lists.ordering import ORDER
from crm.lists.paging import page_of_people
from engage.lib import clock, sql
from tests import cast
from tests.plans import nodes

pytestmark = pytest.mark.django_db

MANY = 20_000


@pytest.fixture
def crowd() -> list[int]:
    """Everybody seen at another minute, but for ten who never were; every second one reads English."""
    made = sql.rows(
        """
        INSERT INTO crm_contacts_contact (uid, name, last_seen, language)
        SELECT gen_random_uuid(), 'Person ' || n, CASE WHEN n > 10 THEN now() - n * interval '1 minute' END,
            CASE WHEN n %% 2 = 0 THEN 'en' ELSE 'es' END
        FROM generate_series(1, %s) AS n RETURNING id
        """,
        [MANY],
    )
    for table in ("contact", "sighting"):
        sql.run(f"ANALYZE crm_contacts_{table}")
    return [pk for (pk,) in made]


def names() -> list[str]:
    return [person.name for person in page_of_people(everyone(), "").rows]


def test_who_does_something_again_comes_first_and_once():
    alice, bob = (cast.contact(name, last_seen=cast.NOON + timedelta(hours=n)) for n, name in enumerate(("A", "B")))
    assert names() == ["B", "A"]

    touch({alice.pk: cast.NOON + timedelta(hours=5)})

    assert names() == ["A", "B"]
    assert Sighting.objects.filter(contact=alice).count() == 2
    assert bob.last_seen


def test_who_was_seen_is_noted_however_it_is_written():
    alice = cast.contact("A")
    assert not Sighting.objects.exists()
    Contact.objects.filter(pk=alice.pk).update(last_seen=cast.NOON)
    Contact.objects.filter(pk=alice.pk).update(last_seen=cast.NOON, name="Alice")
    Contact.objects.filter(pk=alice.pk).update(last_seen=None)
    Contact.objects.bulk_create([Contact(last_seen=cast.NOON)])
    assert [sighting.at for sighting in Sighting.objects.all()] == [cast.NOON] * 2


def test_at_night_those_go_that_a_later_one_replaced():
    alice = cast.contact("A", last_seen=cast.NOON)
    bob = cast.contact("B", last_seen=cast.NOON)
    touch({alice.pk: cast.NOON + timedelta(hours=1)})
    Contact.objects.filter(pk=bob.pk).update(last_seen=None)

    forget_sightings()

    [left] = Sighting.objects.all()
    assert (left.contact_id, left.at) == (alice.pk, cast.NOON + timedelta(hours=1))
    assert names() == ["A", "B"]


def test_seeing_people_again_writes_them_on_their_own_pages():
    """With no index on what changes, that is a heap-only update: no index of the contact learns of it."""
    people = Contact.objects.bulk_create(Contact(last_seen=cast.NOON) for _ in range(500))
    chosen = [person.pk for person in people[::50]]
    before = pages_of(chosen)

    touch(dict.fromkeys(chosen, cast.NOON + timedelta(hours=1)))

    assert pages_of(chosen) == before
    indexes = sql.rows("SELECT indexdef FROM pg_indexes WHERE tablename = 'crm_contacts_contact'")
    assert indexes and not any("last_seen" in text for (text,) in indexes)


def pages_of(contacts: list[int]) -> list[tuple]:
    return sql.rows(
        "SELECT id, (ctid::text::point)[0] FROM crm_contacts_contact WHERE id = ANY(%s) ORDER BY id", [contacts]
    )


def plan(filters: dict[str, str]) -> list[dict]:
    """Every node of the plan of the list's first page."""
    at = clock.now()
    found = applied(filters, at, "owner")
    page = ORDER.sorted(ORDER.part(everyone(filters=found), seen_range(found, at)))[:51]
    return nodes(*page.query.sql_with_params())


@pytest.mark.parametrize("filters", [{}, {"quiet": "7"}, {"language": "en"}])
def test_a_page_is_read_along_the_index_of_sightings(crowd, filters):
    read = plan(filters)
    assert "sighting_once" in {node.get("Index Name") for node in read}
    assert "Sort" not in {node["Node Type"] for node in read}


def test_deep_in_the_list_everybody_stands_once(crowd):
    cursor, seen = "", []
    while True:
        page = page_of_people(everyone(), cursor, size=4_000)
        seen += [person.pk for person in page.rows]
        if not page.next:
            break
        cursor = page.next
    assert sorted(seen) == sorted(crowd)
    assert Contact.objects.aggregate(last=Max("last_seen"))["last"] == Contact.objects.get(pk=seen[0]).last_seen
