"""However many are given at once, no more go out than there are, and nothing twice."""

from collections import Counter

import pytest

from campaigns.offers import actions
from campaigns.offers.actions import CannotGive
from campaigns.offers.models import Given, ListedCode
from engage.lib import clock
from tests import cast
from tests.campaigns.board.test_voting_at_once import at_once
from tests.campaigns.offers.offering import given, now, offered

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(*args) -> str:
    try:
        return str(given(*args).pk)
    except CannotGive as error:
        return type(error).__name__


def test_fifty_at_once_get_the_ten_that_there_are() -> None:
    offer, people = offered(most=10), [cast.contact(f"Guest {n}") for n in range(50)]
    came = at_once([lambda one=one: outcome(offer, one, f"test:{one.pk}") for one in people])
    assert Counter(one.isdigit() for one in came) == {True: 10, False: 40} and came.count("SoldOut") == 40
    assert now(offer).given_count == Given.objects.count() == len(set(Given.objects.values_list("code"))) == 10


def test_fifty_at_once_get_each_a_code_of_the_list_until_it_is_empty() -> None:
    offer = offered(coding="listed", listed=" ".join(f"TILL-{n}" for n in range(12)))
    people = [cast.contact(f"Guest {n}") for n in range(50)]
    came = at_once([lambda one=one: outcome(offer, one, f"test:{one.pk}") for one in people])
    assert came.count("SoldOut") == 38
    assert set(Given.objects.values_list("code")) == set(ListedCode.objects.exclude(taken=None).values_list("code"))
    assert Given.objects.count() == now(offer).given_count == 12


def test_one_cause_twenty_times_at_once_gives_one() -> None:
    offer, alice = offered(most=5), cast.alice()
    came = at_once([lambda: outcome(offer, alice, "contest:1")] * 20)
    assert len(set(came)) == 1 and came[0].isdigit() and now(offer).given_count == Given.objects.count() == 1


def test_twenty_colleagues_at_once_mark_it_as_used_once() -> None:
    offer = offered()
    mine = given(offer, cast.alice())
    came = at_once([lambda n=n: actions.use(given=mine, by=f"Ada {n}", at=clock.now()) for n in range(20)])
    assert came.count(True) == 1 and now(offer).used_count == 1
