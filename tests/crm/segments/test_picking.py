"""Groups of people who were put in by hand: segments like any other."""

from datetime import timedelta

import pytest

from crm.contacts.actions import merge
from crm.rules import describe, parse
from crm.segments import queries
from crm.segments.actions import create_segment, watch_what_is_needed
from crm.segments.models import Membership, Picked, Segment
from crm.segments.picking import create_picked_segment, is_picked, put_in, take_out
from tests import cast

pytestmark = pytest.mark.django_db
NOW = cast.NOON


@pytest.fixture
def friends() -> Segment:
    return create_picked_segment(name="Friends of the house", by="Max", at=NOW)


def names(segment: Segment) -> list[str]:
    return [contact.first_name for contact in queries.members(parse(segment.rule), at=NOW)]


def test_it_holds_whom_was_put_in_and_reads_as_a_sentence(friends) -> None:
    alice, bob = cast.alice(), cast.bob()
    cast.carol()
    assert names(friends) == []
    assert put_in(friends, [alice.pk, bob.pk, 999_999], by="Max", at=NOW) == 2
    assert put_in(friends, [alice.pk], by="Ada", at=NOW) == 0, "who is in it stays as she was put in"
    assert names(friends) == ["Alice", "Bob"]
    assert take_out(friends, [bob.pk], at=NOW) == 1
    assert names(friends) == ["Alice"]
    assert describe(parse(friends.rule)) == "People who were put into the group “Friends of the house”"
    assert is_picked(friends)


def test_a_group_that_builds_on_it_follows_at_once(friends) -> None:
    alice = cast.alice()
    middle = create_segment(name="Middle", rule={"did": "segment", "name": str(friends.uid)}, by="Max", at=NOW)
    assert not is_picked(middle)
    watch_what_is_needed(at=NOW)
    put_in(friends, [alice.pk], by="Max", at=NOW)
    assert list(Membership.objects.values_list("segment__name", "contact__first_name")) == [
        ("Friends of the house", "Alice")
    ]
    assert [one.first_name for one in queries.members(parse(middle.rule), at=NOW + timedelta(1))] == ["Alice"]


def test_whoever_turns_out_to_be_the_same_person_is_in_it_once(friends) -> None:
    alice, other = cast.alice(), cast.contact("A. Moreau")
    put_in(friends, [alice.pk, other.pk], by="Max", at=NOW)
    merge(survivor=alice, absorbed=other, by="Olga", at=NOW)
    assert names(friends) == ["Alice"]
    assert take_out(friends, [alice.pk], at=NOW) == 2 and not Picked.objects.exists()
