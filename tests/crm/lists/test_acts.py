"""What can be done to many: what it changes, whom it leaves as they are, and that undoing takes back exactly that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crm.contacts.actions import lift_pause, merge, pause, record_consent
from crm.contacts.models import Company, Consent, Contact, Pause, Topic
from crm.events.models import Inbox
from crm.lists import bulk
from crm.lists.models import BulkAct, BulkChange
from crm.preferences.actions import Statement, forget, remember
from crm.preferences.models import Preference, PreferenceKey
from crm.segments.models import Picked
from crm.segments.picking import create_picked_segment, put_in, take_out
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db
type Done = Callable[..., BulkAct]


@pytest.fixture
def do(max_) -> Done:
    def do(act: str, *people: Contact, **said: Any) -> BulkAct:
        chosen = [one.pk for one in people]
        return bulk.begin(act, said, number=len(chosen), colleague=max_, at=clock.now(), chosen=chosen)

    return do


def undone(job: BulkAct) -> BulkAct:
    bulk.undo(job, by="Max", at=clock.now())
    job.refresh_from_db()
    assert job.state == "undone"
    return job


@pytest.fixture
def friends():
    return create_picked_segment(name="Friends", by="Max", at=cast.NOON)


def test_putting_in_says_how_many_and_takes_out_only_those(do: Done, friends) -> None:
    alice, bob = cast.alice(), cast.bob()
    put_in(friends, [alice.pk], by="Olga", at=cast.NOON)
    job = do("put-in", alice, bob, id=friends.pk, name="Friends")
    assert (job.state, job.counts) == ("done", {"changed": 1, "looked_at": 2})
    undone(job)
    assert list(Picked.objects.values_list("contact__first_name", "by")) == [("Alice", "Olga")]


def test_whoever_was_put_in_again_by_somebody_since_stays_in(do: Done, friends) -> None:
    alice, bob = cast.alice(), cast.bob()
    job = do("put-in", alice, bob, id=friends.pk, name="Friends")
    take_out(friends, [alice.pk], at=clock.now())
    put_in(friends, [alice.pk], by="Olga", at=clock.now())
    assert undone(job).counts["stays"] == 1
    assert Picked.objects.get().contact == alice


def test_taking_out_is_undone_as_they_stood_there(do: Done, friends) -> None:
    alice, bob = cast.alice(), cast.bob()
    put_in(friends, [alice.pk, bob.pk], by="Olga", at=cast.NOON)
    job = do("take-out", alice, bob, id=friends.pk, name="Friends")
    assert not Picked.objects.exists()
    put_in(friends, [bob.pk], by="Ada", at=clock.now())
    undone(job)
    assert set(Picked.objects.values_list("contact__first_name", "by", "at__year")) == {
        ("Alice", "Olga", 2026),
        ("Bob", "Ada", clock.now().year),
    }


def test_a_pause_that_lasts_longer_stays_and_a_shorter_one_comes_back(do: Done) -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    soon = clock.now() + timedelta(days=2)
    pause(contact=alice, until=None, by="customer", at=cast.NOON)
    pause(contact=bob, until=soon, by="Ada", at=cast.NOON)
    job = do("pause", alice, bob, carol, days=7)
    assert (job.counts["changed"], job.reasons) == (2, {"longer": 1})
    standing = Pause.objects.filter(lifted=None)
    assert {one.contact.first_name: one.by for one in standing} == {"Alice": "customer", "Bob": "Max", "Carol": "Max"}
    undone(job)
    assert {one.contact.first_name: one.until for one in Pause.objects.filter(lifted=None)} == {
        "Alice": None,
        "Bob": soon,
    }


def test_a_pause_that_somebody_changed_since_is_left_alone(do: Done) -> None:
    alice = cast.alice()
    job = do("pause", alice, days=7)
    pause(contact=alice, until=None, by="customer", at=clock.now())
    assert undone(job).counts["stays"] == 1
    assert Pause.objects.get(lifted=None).by == "customer"


def test_nobodys_own_switch_is_turned_by_lifting(do: Done) -> None:
    alice, bob = cast.alice(), cast.bob()
    pause(contact=alice, until=None, by="customer", at=cast.NOON)
    pause(contact=bob, until=None, by="Ada", at=cast.NOON)
    job = do("lift", alice, bob)
    assert (job.counts["changed"], job.reasons) == (1, {"own_word": 1})
    assert Pause.objects.get(lifted=None).contact == alice
    undone(job)
    assert Pause.objects.filter(lifted=None).count() == 2


def test_lifting_is_not_undone_over_a_pause_of_since(do: Done) -> None:
    bob = cast.bob()
    pause(contact=bob, until=None, by="Ada", at=cast.NOON)
    job = do("lift", bob)
    pause(contact=bob, until=clock.now() + timedelta(days=1), by="customer", at=clock.now())
    assert undone(job).counts["stays"] == 1
    lift_pause(contact=bob, by="Ada", at=clock.now())
    assert not Pause.objects.filter(lifted=None).exists()


def test_what_is_remembered_is_noticed_and_never_comes_back_to_who_had_it_forgotten(do: Done) -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    PreferenceKey.objects.create(key="milk", label="Milk")
    remember(
        [Statement(one.pk, one.pk, "milk", "oat", "stated", cast.NOON, "survey") for one in (alice, bob)], at=cast.NOON
    )
    forget(Preference.objects.get(contact=bob), by="customer", at=cast.NOON)
    job = do("remember", alice, bob, carol, key="milk", label="Milk", value="soy")
    assert job.reasons == {"forgotten": 1}
    assert Preference.objects.get(contact=carol).kind == "observed"
    assert Contact.objects.get(pk=alice.pk).attributes == {"milk": "oat"}, "what she told us stands above it"
    assert Contact.objects.get(pk=carol.pk).attributes == {"milk": "soy"}
    undone(job)
    assert Contact.objects.get(pk=carol.pk).attributes == {}
    assert not Preference.objects.filter(value="soy").exists()


def test_a_company_made_for_it_goes_with_it_and_who_moved_on_stays_there(do: Done) -> None:
    old, new = Company.objects.create(name="Old"), Company.objects.create(name="New")
    alice, bob = cast.contact("Alice", company=old), cast.bob()
    job = do("company", alice, bob, id=new.pk, name="New", made=True)
    assert set(Contact.objects.values_list("company__name", flat=True)) == {"New"}
    elsewhere = Company.objects.create(name="Elsewhere")
    Contact.objects.filter(pk=bob.pk).update(company=elsewhere)
    assert undone(job).counts["stays"] == 1
    assert list(Contact.objects.order_by("pk").values_list("company__name", flat=True)) == ["Old", "Elsewhere"]
    assert not Company.objects.filter(name="New").exists()


def test_permission_is_only_taken_from_who_gave_it_and_journeys_hear_of_it(do: Done) -> None:
    alice, bob = cast.alice(), cast.bob()
    offers = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=offers, state="granted", how="form", at=cast.NOON)
    told = Inbox.objects.count()
    job = do("withdraw", alice, bob, id=offers.pk, name="Offers", words="They all wrote to us")
    last = Consent.objects.latest("at")
    assert (last.contact, last.state, last.how, last.words) == (alice, "withdrawn", "staff", "They all wrote to us")
    assert Consent.objects.count() == 2 and Inbox.objects.count() == told + 1
    undone(job)
    assert Consent.objects.get().state == "granted"


def test_a_merge_in_between_does_not_keep_it_from_being_undone(do: Done, friends) -> None:
    alice, other = cast.alice(), cast.contact("A. Moreau")
    job = do("put-in", alice, other, id=friends.pk, name="Friends")
    merge(survivor=alice, absorbed=other, by="Olga", at=clock.now())
    assert set(BulkChange.objects.values_list("contact", flat=True)) == {alice.pk}
    assert undone(job).counts["back"] == 2
    assert not Picked.objects.exists()


def test_it_is_undone_once_and_not_after_its_time(do: Done, friends) -> None:
    alice = cast.alice()
    job = undone(do("put-in", alice, id=friends.pk, name="Friends"))
    with pytest.raises(bulk.NotNow):
        bulk.undo(job, by="Max", at=clock.now())
    job = do("put-in", alice, id=friends.pk, name="Friends")
    with pytest.raises(bulk.NotNow):
        bulk.undo(job, by="Max", at=clock.now() + timedelta(days=31))
    assert Picked.objects.exists()
