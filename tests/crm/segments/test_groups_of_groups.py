"""A watched group that speaks of another follows it, whatever moves the other: a chunk, history, time, an edit."""

from datetime import timedelta

import pytest

from crm.catalog.models import Order
from crm.contacts.models import Contact
from crm.events.models import Inbox
from crm.segments import compiled, membership
from crm.segments.actions import create_segment, edit_segment
from crm.segments.models import Membership, Segment
from crm.segments.sweeping import sweep
from tests import cast

pytestmark = pytest.mark.django_db
NOW = cast.NOON
DAY = timedelta(days=1)
RECENT = {"did": "order", "within": {"days": 30}}


def order(person: Contact, days_ago: float) -> None:
    Order.objects.create(
        external_id=f"{person.pk}-{days_ago}",
        contact=person,
        recorded_for=person,
        at=NOW - days_ago * DAY,
        total=10,
        currency="GBP",
        source="write",
    )


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    compiled.forget()


@pytest.fixture
def top() -> Segment:
    """Recent buyers, those who are not, and whoever is either: each stands on the one before."""
    below = create_segment(name="Recent", rule=RECENT, by="Max", at=NOW)
    others = create_segment(name="Others", rule={"none": [_in(below)]}, by="Max", at=NOW)
    either = create_segment(name="Top", rule={"any": [_in(others)]}, by="Max", at=NOW)
    Segment.objects.update(watched=True)
    return either


def _in(segment: Segment) -> dict:
    return {"did": "segment", "name": str(segment.uid)}


def groups_of(person: Contact) -> set[str]:
    return set(Membership.objects.filter(contact=person).values_list("segment__name", flat=True))


def test_a_chunk_moves_all_of_them_at_once(top) -> None:
    alice = cast.alice()
    membership.refresh([alice.pk], at=NOW)
    assert groups_of(alice) == {"Others", "Top"}
    order(alice, 1)
    membership.refresh([alice.pk], at=NOW)
    assert groups_of(alice) == {"Recent"}


def test_history_moves_them_without_a_word(top) -> None:
    alice = cast.alice()
    Inbox.objects.all().delete()
    order(alice, 1)
    membership.refresh([alice.pk], at=NOW, quiet=[alice.pk])
    assert groups_of(alice) == {"Recent"}
    assert not Inbox.objects.exists()


def test_time_moves_them(top) -> None:
    alice = cast.alice()
    order(alice, 1)
    membership.refresh([alice.pk], at=NOW)
    sweep(at=NOW + 29 * DAY - timedelta(microseconds=1))
    assert groups_of(alice) == {"Recent"}
    sweep(at=NOW + 29 * DAY)
    assert groups_of(alice) == {"Others", "Top"}


def test_an_edit_moves_those_above(top) -> None:
    alice = cast.alice()
    order(alice, 40)
    membership.refresh([alice.pk], at=NOW)
    assert groups_of(alice) == {"Others", "Top"}
    below = Segment.objects.get(name="Recent")
    edit_segment(below, rule=RECENT | {"within": {"days": 60}}, by="Max", at=NOW)
    assert "Recent" in groups_of(alice) and "Others" not in groups_of(alice)
