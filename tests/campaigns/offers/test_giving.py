"""An offer is given once for each cause, to as many as there are, and used once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from campaigns.offers import actions, queries
from campaigns.offers.actions import BadCodes, Ended, NameTaken, Nobody, SoldOut, Terms
from campaigns.offers.codes import ALPHABET, SIGNS
from campaigns.offers.giving import Why, Wish, give_all
from campaigns.offers.links import offer_url, scanned
from campaigns.offers.models import Given, ListedCode, Offer
from crm.business.models import Business
from crm.business.queries import business
from crm.contacts.actions import Owner, erase, merge, undo_merge
from crm.events.models import Event
from crm.rules import compile_where, parse
from engage import listen
from engage.everything import everything
from engage.lib import clock, sql
from tests import cast
from tests.campaigns.offers.offering import given, now, offered

pytestmark = pytest.mark.django_db


def happened(name: str) -> list[dict]:
    listen.run()
    return list(Event.objects.filter(name=name).order_by("pk").values_list("properties", flat=True))


def test_one_cause_gives_once_and_another_gives_again(alice) -> None:
    offer = offered()
    first, again, other = given(offer, alice), given(offer, alice), given(offer, alice, "test:2")
    assert first.pk == again.pk != other.pk and now(offer).given_count == 2
    assert len({first.code, other.code}) == 2 and all(len(one.code) == SIGNS for one in (first, other))
    assert set(first.code + other.code) <= set(ALPHABET)
    assert happened("Offer Given") == [{"offer": offer.key, "name": "A bag of beans"}] * 2


def test_no_more_are_given_than_there_are(alice, bob) -> None:
    offer = offered(most=1)
    mine = given(offer, alice)
    with pytest.raises(SoldOut):
        given(offer, bob, "test:2")
    assert given(offer, alice).pk == mine.pk and now(offer).given_count == 1 and now(offer).left == 0
    actions.change(offer=offer, terms=Terms(offer.name, most=2))
    given(offer, bob, "test:2")
    actions.change(offer=offer, terms=Terms(offer.name, most=1))
    assert now(offer).left == 0


def test_what_was_stopped_or_is_over_is_given_no_more_and_what_was_given_stays(alice, bob) -> None:
    stopped, short = offered(), offered("For a day", closes=clock.now() + timedelta(days=1))
    mine, its = given(stopped, alice), given(short, alice)
    assert {key for key, _name in queries.choices()} == {stopped.key, short.key}
    actions.stop(offer=stopped, at=clock.now())
    assert [key for key, _name in queries.choices()] == [short.key]
    with pytest.raises(Ended):
        given(stopped, bob, "test:2")
    actions.go_on(offer=stopped)
    assert given(stopped, bob, "test:2").code != mine.code
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        with pytest.raises(Ended):
            given(short, bob, "test:2")
        assert given(short, alice).pk == its.pk and its.is_late(clock.now())


def test_codes_of_the_owners_till_are_given_one_each_and_never_twice(alice, bob) -> None:
    offer = offered(coding="listed", listed="TILL-1\nTILL-2, till-1\n")
    assert [given(offer, one, f"test:{one.pk}").code for one in (alice, bob)] == ["TILL-1", "TILL-2"]
    assert queries.codes_left([offer]) == {offer.pk: 0}
    with pytest.raises(SoldOut):
        given(offer, alice, "test:more")
    assert actions.add_codes(offer=offer, listed="till-2 TILL-3") == 1
    erase(contact=alice, by="owner", at=clock.now())
    assert given(offer, bob, "test:again").code == "TILL-3"
    assert ListedCode.objects.filter(taken=None).count() == 0


def test_one_code_for_everybody_and_none_at_all(alice, bob) -> None:
    shared, bare = offered("Ten off", coding="shared", shared="SPRING10"), offered("A seat", coding="none")
    both = [given(shared, one, f"test:{one.pk}") for one in (alice, bob)]
    assert [one.shown_code for one in both] == ["SPRING10"] * 2 and [one.code for one in both] == ["", ""]
    assert given(bare, alice).shown_code == ""
    assert queries.shared_by(" spring10") == [shared] and queries.of_code("spring10") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"coding": "listed"},
        {"coding": "listed", "listed": "x" * 41},
        {"coding": "listed", "listed": "schön"},
        {"coding": "listed", "listed": "A\x00B"},
        {"coding": "shared"},
        {"coding": "own", "shared": "X"},
    ],
)
def test_codes_that_are_none_make_no_offer(db, wrong) -> None:
    with pytest.raises(BadCodes):
        offered(**wrong)
    assert not Offer.objects.exists()


def test_two_offers_are_not_called_the_same_and_each_has_a_key(db) -> None:
    first, second = offered("Tea & cake"), offered("Tea, cake!")
    assert (first.key, second.key) == ("tea_cake", "tea_cake_2")
    assert offered("茶").key == "offer" and offered("咖啡").key == "offer_2"
    with pytest.raises(NameTaken):
        offered("TEA & CAKE")
    with pytest.raises(NameTaken):
        actions.change(offer=second, terms=Terms("tea & cake"))
    assert now(second).name == "Tea, cake!"


def test_it_is_good_to_the_end_of_the_shops_day_and_no_longer_than_the_offer(alice) -> None:
    Business.objects.update_or_create(pk=business().pk, defaults={"timezone": "Europe/London"})
    with time_machine.travel("2026-05-04T12:00:00Z", tick=False):
        days = given(offered(lasts_days=14), alice)
        assert days.good_until.isoformat() == "2026-05-18T22:59:59+00:00"
        closes = clock.now() + timedelta(days=3)
        assert given(offered("Short", lasts_days=14, closes=closes), alice).good_until == closes
        assert given(offered("Ever"), alice).good_until is None
        assert given(offered("Today", lasts_days=0), alice).good_until.isoformat() == "2026-05-04T22:59:59+00:00"


def test_it_is_used_once_and_that_can_be_taken_back(alice) -> None:
    offer = offered()
    mine = given(offer, alice)
    assert actions.use(given=mine, by="Ada", at=clock.now()) is True
    assert actions.use(given=mine, by="Max", at=clock.now()) is False
    mine.refresh_from_db()
    assert mine.used_by == "Ada" and now(offer).used_count == 1
    assert actions.undo_use(given=mine) is True and actions.undo_use(given=mine) is False
    assert now(offer).used_count == 0
    assert actions.use(given=mine, by="Max", at=clock.now()) is True and now(offer).used_count == 1
    found = happened("Offer Used")
    assert found == [{"offer": offer.key, "name": offer.name}] * 2 and mine.code not in str(found)


def test_what_somebody_was_given_goes_with_them_and_comes_back(alice, bob) -> None:
    mine = given(offered(), alice)
    joined = merge(survivor=bob, absorbed=alice, by="Ada", at=clock.now())
    assert [one.pk for one in queries.given_to(bob.pk)] == [mine.pk]
    assert given(mine.offer, alice).pk == mine.pk
    undo_merge(joined, by="Ada", at=clock.now())
    assert [one.pk for one in queries.given_to(alice.pk)] == [mine.pk] and not queries.given_to(bob.pk)


def test_the_count_of_what_was_given_stays_when_somebody_is_erased(alice) -> None:
    offer = offered(most=1)
    mine = given(offer, alice)
    actions.use(given=mine, by="Ada", at=clock.now())
    assert everything(alice)["offers"][0]["code"] == mine.code
    erase(contact=alice, by="customer", at=clock.now())
    assert not Given.objects.exists() and (now(offer).given_count, now(offer).used_count) == (1, 1)
    assert queries.of_code(mine.code) == []
    with pytest.raises(Nobody):
        given(offer, alice, "test:2")


def test_rules_ask_who_was_given_what_and_who_used_it(alice, bob) -> None:
    offer = offered()
    mine, _his = given(offer, alice), given(offer, bob, "test:2")
    actions.use(given=mine, by="Ada", at=clock.now())

    def who(*where: dict) -> set[int]:
        rule = parse({"did": "offer", "name": offer.key, "where": list(where)})
        condition, params = compile_where(rule, clock.now())
        return {row[0] for row in sql.rows(f"SELECT c.id FROM crm_contacts_contact c WHERE {condition}", params)}

    assert who() == {alice.pk, bob.pk}
    assert who({"column": "used", "op": "is", "value": True}) == {alice.pk}


def test_many_are_given_to_at_once_in_their_order_and_each_hears_why_not(alice, bob) -> None:
    people = [cast.contact(f"Guest {n}") for n in range(4)]
    few, gone = offered("Few", most=2), offered("Gone")
    actions.stop(offer=gone, at=clock.now())
    wishes = [Wish(few.key, Owner(one.pk, one.pk), f"w:{one.pk}") for one in people]
    wishes = [*wishes[:2], wishes[0], *wishes[2:]]
    wishes += [Wish(key, Owner(alice.pk, alice.pk), "w:x") for key in (gone.key, "none")]
    with transaction.atomic():
        first, second, same, *others = give_all(wishes, at=clock.now())
    assert first is same and first.contact_id == people[0].pk and second.contact_id == people[1].pk
    assert others == [Why.SOLD_OUT, Why.SOLD_OUT, Why.ENDED, Why.UNKNOWN]
    assert now(few).given_count == Given.objects.count() == 2


def test_a_scanner_reads_the_link_too(alice) -> None:
    mine = given(offered(coding="none"), alice)
    url = offer_url(mine)
    assert scanned(url) == mine.uid and queries.of_code(f" {url}\n") == [mine]
    other = "A" if url[-2] != "A" else "B"
    for wrong in (f"{url[:-2]}{other}/", "https://evil.example/offer/x/", "/offer/", "", "\x00", "é" * 32, "a" * 5000):
        assert scanned(wrong) is None and queries.of_code(wrong) == []
