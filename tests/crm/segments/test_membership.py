"""Who is in a watched segment is kept by the listening belt, by merges and by the sweep of time."""

from datetime import timedelta

import pytest

from crm.contacts.actions import merge, undo_merge
from crm.contacts.models import Contact
from crm.events.actions import Fact, derive
from crm.events.models import Event
from crm.segments import compiled, membership
from crm.segments.actions import create_segment, edit_segment
from crm.segments.listening import refresh_segments
from crm.segments.models import Membership, Segment
from crm.segments.sweeping import sweep
from engage import listen
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db

SEARCHED = {"did": "event", "name": "Products Searched", "within": {"days": 30}}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    compiled.forget()


def watched(name: str, rule: dict) -> Segment:
    segment = create_segment(name=name, rule=rule, by="Max", at=clock.now())
    create_segment(
        name=f"Not {name}", rule={"none": [{"did": "segment", "name": str(segment.uid)}]}, by="Max", at=clock.now()
    )
    segment.refresh_from_db()
    assert segment.watched
    return segment


def search(person: Contact, *, days_ago: float = 0) -> None:
    at = clock.now() - timedelta(days=days_ago)
    fact = Fact(
        contact=person.pk,
        recorded_for=person.pk,
        name="Products Searched",
        at=at,
        message_id=f"{person.pk} {at}",
    )
    derive([fact])
    listen.run()


def names_in(segment: Segment) -> list[str]:
    rows = segment.memberships.select_related("contact").order_by("contact__first_name")
    return [row.contact.first_name for row in rows]


def told(name: str) -> list[str]:
    return [event.contact.first_name for event in Event.objects.filter(name=name).select_related("contact")]


def test_who_does_something_enters_and_it_is_an_event() -> None:
    alice = cast.alice()
    cast.bob()
    segment = watched("Searchers", SEARCHED)
    search(alice)

    assert names_in(segment) == ["Alice"]
    event = Event.objects.get(name="Segment Entered")
    assert (event.contact, event.properties) == (alice, {"segment": str(segment.uid), "name": "Searchers"})
    search(alice)
    assert told("Segment Entered") == ["Alice"]


def test_what_is_history_moves_people_without_a_word() -> None:
    alice = cast.alice()
    segment = watched("Searchers", SEARCHED)
    search(alice, days_ago=3)

    assert names_in(segment) == ["Alice"]
    assert told("Segment Entered") == []


def test_time_alone_makes_people_leave() -> None:
    alice = cast.alice()
    segment = watched("Searchers", SEARCHED)
    search(alice, days_ago=3)
    assert sweep(at=clock.now()) == 0

    assert sweep(at=clock.now() + timedelta(days=28)) == 1
    assert names_in(segment) == []
    listen.run()
    assert told("Segment Left") == ["Alice"]


def test_time_alone_makes_people_enter() -> None:
    alice = cast.alice()
    segment = watched("Quiet", {"all": [{"did": "event"}, {"none": [SEARCHED]}]})
    search(alice)
    assert names_in(segment) == []

    sweep(at=clock.now() + timedelta(days=31))
    assert names_in(segment) == ["Alice"]


def test_rules_without_time_are_swept_only_when_all_are() -> None:
    cast.alice()
    segment = watched("English", {"field": "contact.language", "op": "is", "value": "en"})
    Membership.objects.all().delete()

    assert sweep(at=clock.now()) == 0
    assert sweep(at=clock.now(), everything=True) == 1
    assert names_in(segment) == ["Alice"]


def test_a_merge_leaves_the_absorbed_in_nothing_and_its_undoing_puts_them_back() -> None:
    alice, bob = cast.alice(), cast.bob()
    segment = watched("Searchers", SEARCHED)
    search(bob)
    joined = merge(survivor=alice, absorbed=bob, by="Olga", at=clock.now())
    assert names_in(segment) == ["Alice"]

    undo_merge(joined, by="Olga", at=clock.now())
    assert names_in(segment) == ["Bob"]


def test_a_chunk_costs_three_queries_and_three_more_for_what_changed(django_assert_num_queries) -> None:
    people = [Contact.objects.create(first_name=f"P{number}") for number in range(60)]
    watched("Searchers", SEARCHED)
    watched("Everyone", {"all": []})
    membership.refresh([person.pk for person in people], at=clock.now())
    events = [Event(contact=person, history=False, depth=0) for person in people]

    with django_assert_num_queries(3):
        refresh_segments(events[:2], at=clock.now())
    with django_assert_num_queries(3):
        refresh_segments(events, at=clock.now())
    Membership.objects.all().delete()
    with django_assert_num_queries(5):
        refresh_segments(events, at=clock.now())
    assert Membership.objects.count() == 60


def test_nothing_watched_costs_one_query(django_assert_num_queries) -> None:
    create_segment(name="Everyone", rule={"all": []}, by="Max", at=clock.now())
    event = Event(contact=cast.alice(), history=False, depth=0)
    with django_assert_num_queries(1):
        refresh_segments([event], at=clock.now())


def test_an_edited_rule_is_used_from_the_next_chunk_on() -> None:
    alice = cast.alice()
    segment = watched("Nobody", {"field": "contact.name", "op": "is", "value": "Nobody"})
    search(alice)
    assert names_in(segment) == []

    Segment.objects.filter(pk=segment.pk).update(rule=SEARCHED, version=2)
    search(alice)
    assert names_in(segment) == ["Alice"]
    edit_segment(segment, name="Searching", by="Max", at=clock.now())
    assert compiled.watched()[segment.pk].name == "Searching"


def test_a_rule_that_can_no_longer_be_read_holds_up_nobody() -> None:
    alice = cast.alice()
    broken = watched("Broken", {"all": []})
    segment = watched("Searchers", SEARCHED)
    Segment.objects.filter(pk=broken.pk).update(rule={"field": "gone", "op": "is_known"}, version=9)

    search(alice)
    assert names_in(segment) == ["Alice"]
