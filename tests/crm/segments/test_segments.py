"""Segments: who matches, why, and what is refused."""

from datetime import timedelta

import pytest

from crm.catalog.models import Order
from crm.contacts.actions import merge
from crm.contacts.models import Contact
from crm.rules import InvalidRule, describe, parse
from crm.segments import queries
from crm.segments.actions import InUse, create_segment, delete_segment, edit_segment
from crm.segments.models import Segment
from crm.segments.ready import Thresholds, make_ready, rules, thresholds
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db

NOW = cast.NOON
DAY = timedelta(days=1)
ENGLISH = {"field": "contact.language", "op": "is", "value": "en"}
ORDERED = {"did": "order", "within": {"days": 30}}


def order(person: Contact, days_ago: float, total: int = 10) -> None:
    Order.objects.create(
        external_id=f"{person.pk}-{days_ago}",
        contact=person,
        recorded_for=person,
        at=NOW - days_ago * DAY,
        total=total,
        currency="GBP",
        source="write",
    )


def create(name: str, rule: dict) -> Segment:
    return create_segment(name=name, rule=rule, by="Max", at=NOW)


def belongs_to(segment: Segment) -> dict:
    return {"did": "segment", "name": str(segment.uid)}


def first_names(rule: dict, **options) -> list[str]:
    return [contact.first_name for contact in queries.members(parse(rule), at=NOW, **options)]


def test_a_count_and_its_members_leave_out_who_was_merged_or_erased(django_assert_num_queries) -> None:
    alice, bob, _carol = cast.alice(), cast.bob(), cast.carol()
    Contact.objects.filter(pk=bob.pk).update(erased=NOW)
    merge(survivor=alice, absorbed=Contact.objects.create(language="en"), by="Olga", at=NOW)
    queries.count(parse(ENGLISH), at=NOW)  # the shop is read once a second

    with django_assert_num_queries(1):
        assert queries.count(parse(ENGLISH), at=NOW) == 1
    with django_assert_num_queries(2):
        assert first_names({"all": []}) == ["Alice", "Carol"]


def test_members_come_slice_by_slice() -> None:
    alice = cast.alice()
    cast.bob()
    cast.carol()

    assert first_names({"all": []}, size=1) == ["Alice"]
    assert first_names({"all": []}, after=alice.pk, size=5) == ["Bob", "Carol"]


def test_why_somebody_matches_is_told_leaf_by_leaf() -> None:
    alice = cast.alice()
    order(alice, 3)
    rule = parse({"all": [ENGLISH, {"none": [ORDERED]}]})

    why = queries.explain(rule, alice, at=NOW)

    assert not why.holds
    language, unless = why.children
    assert (language.holds, language.actual) == (True, "en")
    assert (unless.holds, unless.children[0].actual) == (False, 1)


def test_days_are_the_shops() -> None:
    """23:30 on 3 May in London is 22:30 in UTC: a window by calendar dates must say so."""
    alice = cast.alice()
    order(alice, 0.5625)  # 22:30 UTC on 3 May
    fourth = {"did": "order", "between": ["2026-05-04", "2026-05-04"]}
    third = {"did": "order", "between": ["2026-05-03", "2026-05-03"]}

    assert (first_names(third), first_names(fourth)) == (["Alice"], [])
    Order.objects.update(at=NOW.replace(day=3, hour=23, minute=30))  # 00:30 on 4 May in London
    assert (first_names(third), first_names(fourth)) == ([], ["Alice"])


def test_a_rule_that_cannot_be_read_is_refused_and_nothing_is_kept() -> None:
    with pytest.raises(InvalidRule):
        create("Odd", {"field": "contact.shoe", "op": "is", "value": 3})
    segment = create("Good", ENGLISH)
    with pytest.raises(InvalidRule):
        edit_segment(segment, rule={"any": []}, by="Max", at=NOW)

    assert list(Segment.objects.values_list("name", "rule", "version")) == [("Good", ENGLISH, 1)]


def test_groups_of_groups_read_well_and_may_not_go_in_circles() -> None:
    inner = create("English", ENGLISH)
    middle = create("English buyers", {"all": [belongs_to(inner), ORDERED]})
    outer = create("The others", {"none": [belongs_to(middle)]})

    assert describe(parse(middle.rule)) == ("People who belong to the group “English” and ordered in the last 30 days")
    with pytest.raises(InvalidRule, match="depend on itself"):
        edit_segment(inner, rule=belongs_to(outer), by="Max", at=NOW)
    with pytest.raises(InvalidRule, match="depend on itself"):
        edit_segment(inner, rule=belongs_to(inner), by="Max", at=NOW)
    with pytest.raises(InvalidRule, match="is not one of"):
        create("Nothing", {"did": "segment", "name": "0198c0de-0000-7000-8000-000000000000"})


def test_what_others_depend_on_is_watched_and_cannot_be_deleted() -> None:
    cast.alice()
    inner = create("English", ENGLISH)
    assert not Segment.objects.get(pk=inner.pk).watched
    outer = create("Not English", {"none": [belongs_to(inner)]})

    inner.refresh_from_db()
    assert inner.watched
    assert [row.contact.first_name for row in inner.memberships.all()] == ["Alice"]
    assert first_names(outer.rule) == []
    with pytest.raises(InUse) as refused:
        delete_segment(inner, by="Max", at=NOW)
    assert refused.value.dependents == ["Not English"]

    delete_segment(outer, by="Max", at=NOW)
    inner.refresh_from_db()
    assert not inner.watched
    assert not inner.memberships.exists()
    delete_segment(inner, by="Max", at=NOW)
    assert not Segment.objects.exists()


def test_an_edited_rule_changes_who_is_in_it_and_tells_nobody() -> None:
    cast.alice()
    cast.bob()
    inner = create("English", ENGLISH)
    create("Not English", {"none": [belongs_to(inner)]})

    edit_segment(inner, rule={"field": "contact.first_name", "op": "is", "value": "Bob"}, by="Max", at=NOW)

    assert [row.contact.first_name for row in inner.memberships.all()] == ["Bob"]
    inner.refresh_from_db()
    assert inner.version == 2


def test_five_groups_are_ready_and_made_once() -> None:
    alice, bob = cast.alice(), cast.bob()
    Contact.objects.create(created=NOW)
    for days_ago in (70, 90, 100):
        order(alice, days_ago, total=80)
    made = make_ready(by="Olga", at=NOW)

    assert [segment.name for segment in made] == ["New", "Regular", "Best", "Gone quiet", "Never bought"]
    assert {segment.ready: first_names(segment.rule) for segment in made} == {
        "new": ["Alice", "Bob"],
        "regular": ["Alice"],
        "best": ["Alice"],
        "gone-quiet": ["Alice"],
        "never-bought": ["Bob"],
    }
    edit_segment(made[0], name="Fresh", by="Olga", at=NOW)
    assert make_ready(by="Olga", at=NOW) == []
    assert Segment.objects.filter(name="Fresh").exists()
    assert bob


def test_thresholds_come_from_the_shops_own_rhythm() -> None:
    assert thresholds(at=NOW) == Thresholds()
    for number in range(30):
        person = Contact.objects.create(first_name=f"P{number}", created=NOW)
        for visit in range(5 if number % 3 == 0 else 2):
            order(person, visit * (20 + number % 10) + 1, total=100 + number)

    assert thresholds(at=NOW) == Thresholds(new_days=30, regular_orders=5, best_total=590, quiet_days=28)
    assert all(parse(rule) for _name, rule in rules(thresholds(at=NOW)).values())


def test_the_clock_is_asked_by_nobody_here() -> None:
    """`at` decides: the same rule as of another day finds others."""
    order(cast.alice(), 3)
    assert queries.count(parse(ORDERED), at=NOW) == 1
    assert queries.count(parse(ORDERED), at=NOW + 60 * DAY) == 0
    assert clock.now() > NOW
