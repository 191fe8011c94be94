"""Two rows become one person and can be two again, even after more happened."""

import json
from datetime import timedelta

import pytest

from crm.contacts.actions import CannotMerge, hold, merge, undo_merge
from crm.contacts.models import Contact, Merge
from crm.contacts.normal import IdentityKey
from crm.events import actions
from crm.events.models import Event
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


def told(person: Contact, value: str, at=cast.NOON, **fields: object) -> None:
    statement = Statement(
        contact=person.pk, recorded_for=person.pk, key="milk", value=value, kind="stated", at=at, source_kind="survey"
    )
    remember([statement], at=at)


def happened(person: Contact, name: str) -> None:
    fact = actions.Fact(
        contact=person.pk, recorded_for=person.pk, name=name, at=clock.now(), message_id=f"{name} {person.pk}"
    )
    actions.derive([fact])
    listen.run()


def join(survivor: Contact, absorbed: Contact) -> Merge:
    return merge(survivor=survivor, absorbed=absorbed, by="Olga", at=cast.NOON)


def active(person: Contact) -> set[str]:
    return set(person.preferences.filter(state="active").values_list("value", flat=True))


def test_everything_moves_and_everything_comes_back() -> None:
    alice, carol = cast.alice(), cast.carol()
    happened(carol, "Page Viewed")
    told(carol, "oat")

    joined = join(alice, carol)
    assert Event.objects.get(name="Page Viewed").contact == alice
    assert active(alice) == {"oat"}
    assert alice.identities.count() == 3

    undo_merge(joined, by="Olga", at=cast.NOON)
    assert Event.objects.get(name="Page Viewed").contact == carol
    assert active(carol) == {"oat"}
    assert active(alice) == set()
    assert (alice.identities.count(), carol.identities.count()) == (1, 2)
    assert Contact.objects.filter(merged_into=None).count() == 2


def test_what_came_after_the_merge_goes_back_by_the_identity_that_brought_it() -> None:
    alice, carol = cast.alice(), cast.carol()
    joined = join(alice, carol)
    for address in ("alice@shop.example", "carol@work.example"):
        call = {"type": "identify", "traits": {"email": address}, "messageId": address}
        actions.accept(source="write", call="batch", body=json.dumps({"batch": [call]}), events=1)
    listen.run()
    assert set(Event.objects.values_list("contact", flat=True)) == {alice.pk}

    undo_merge(joined, by="Olga", at=cast.NOON)
    assert Event.objects.get(message_id="alice@shop.example").contact == alice
    assert Event.objects.get(message_id="carol@work.example").contact == carol


def test_preferences_that_clash_go_by_rank_and_time_and_part_again() -> None:
    alice, carol = cast.alice(), cast.carol()
    told(alice, "oat")
    told(carol, "soy", at=cast.NOON + timedelta(days=1))

    joined = join(alice, carol)
    assert active(alice) == {"soy"}

    undo_merge(joined, by="Olga", at=cast.NOON)
    assert (active(alice), active(carol)) == ({"oat"}, {"soy"})


def test_an_inner_merge_is_undone_under_an_outer_one() -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    told(bob, "oat")
    inner = join(carol, bob)
    join(alice, carol)
    assert active(alice) == {"oat"}

    undo_merge(inner, by="Olga", at=cast.NOON)
    assert active(bob) == {"oat"}
    assert active(alice) == set()
    assert Contact.objects.get(pk=carol.pk).merged_into == alice


def test_an_outer_merge_is_undone_with_what_the_absorbed_had_absorbed() -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    told(bob, "oat")
    join(carol, bob)
    outer = join(alice, carol)

    undo_merge(outer, by="Olga", at=cast.NOON)
    assert active(carol) == {"oat"}


def test_undoing_twice_changes_nothing() -> None:
    alice, carol = cast.alice(), cast.carol()
    joined = join(alice, carol)
    undo_merge(joined, by="Olga", at=cast.NOON)
    told(carol, "oat")
    undo_merge(joined, by="Olga", at=cast.NOON)

    assert active(carol) == {"oat"}


def test_one_person_cannot_be_merged_with_herself() -> None:
    alice, carol = cast.alice(), cast.carol()
    join(alice, carol)
    with pytest.raises(CannotMerge):
        join(alice, carol)
    with pytest.raises(CannotMerge):
        join(alice, alice)


def test_hold_leads_from_an_absorbed_contact_to_the_present_one() -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    join(carol, bob)
    join(alice, carol)

    held = hold([IdentityKey("email", "bob@shop.example")], [bob.pk, carol.pk])

    assert held.contacts == {alice.pk}
    assert held.present == {bob.pk: alice.pk, carol.pk: alice.pk}
    assert held.owners[IdentityKey("email", "bob@shop.example")] == (alice.pk, bob.pk)


def test_a_higher_statement_supersedes_whatever_order_they_arrive_in() -> None:
    alice = cast.alice()
    rank = {"contact": alice.pk, "recorded_for": alice.pk, "key": "milk", "source_kind": "rule"}
    stated = Statement(**rank, value="oat", kind="stated", at=cast.NOON)
    guessed = Statement(**rank, value="cow", kind="inferred", at=cast.NOON + timedelta(days=30))
    older = Statement(**rank, value="soy", kind="stated", at=cast.NOON - timedelta(days=1))
    for order in ([stated, guessed, older], [older, guessed, stated], [guessed, older, stated]):
        Preference.objects.all().delete()
        for statement in order:
            remember([statement], at=cast.NOON)
        assert active(alice) == {"oat"}
        assert set(Preference.objects.filter(state="superseded").values_list("superseded_by__value", flat=True)) == {
            "oat"
        }
