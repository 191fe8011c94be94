"""Colleagues who wish hear by one mail that something begins to wait for them, and not again for each."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from campaigns.board.models import Suggestion
from campaigns.contests.models import Entry, Vote
from crm.business.actions import update_business
from crm.dialogue.actions.notices import wish_waiting
from crm.dialogue.models import WaitingTold, WaitingWish
from engage import piles
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import opened
from tests.campaigns.contests.ended import filed, voted

pytestmark = pytest.mark.django_db
SOON, DAY = timedelta(minutes=11), timedelta(days=1)


@pytest.fixture
def ada():
    ada = cast.ada()
    wish_waiting(by=ada, wanted=True, at=clock.now())
    return ada


@pytest.fixture
def contest():
    return opened(by="votes")


def waits(contest, name: str = "Alice", **fields) -> Entry:
    entry = filed(contest, cast.contact(name), standing="waiting")
    Entry.objects.filter(pk=entry.pk).update(**fields)
    return entry


def test_several_photos_are_one_mail_ten_minutes_later_and_once(ada, contest):
    at = clock.now()
    for name in ("Alice", "Bob", "Carol"):
        waits(contest, name)
    assert piles.send(at=at) == 0
    assert (piles.send(at=at + SOON), piles.send(at=at + SOON)) == (1, 0)
    waits(contest, "Dave", at=at + SOON)
    assert piles.send(at=at + 2 * SOON) == 0
    (sent,) = mail.outbox
    assert sent.to == ["ada@team.example"] and sent.subject == "3 photos wait to be looked at"
    assert reverse("entries_queue", args=[contest.uid]) in sent.body and "Alice" not in sent.body
    assert reverse("my_notices") in sent.body


def test_what_was_looked_at_in_time_is_told_to_nobody_and_the_next_pile_is(ada, contest):
    at = clock.now()
    entry = waits(contest)
    Entry.objects.update(standing="shown")
    assert piles.send(at=at + SOON) == 0
    Entry.objects.filter(pk=entry.pk).update(standing="waiting")
    assert piles.send(at=at + SOON) == 1
    Entry.objects.update(standing="shown")
    piles.send(at=at + SOON)
    assert not WaitingTold.objects.exists()
    Entry.objects.update(standing="waiting")
    assert piles.send(at=at + SOON) == 1


def test_a_pile_that_nobody_looks_at_is_told_of_a_day_later_only_if_something_came(ada, contest):
    at = clock.now()
    waits(contest)
    piles.send(at=at + SOON)
    assert piles.send(at=at + SOON + DAY) == 0
    waits(contest, "Bob", at=at + DAY)
    assert (piles.send(at=at + SOON + DAY), piles.send(at=at + SOON + DAY)) == (1, 0)


def test_all_that_waits_is_one_mail(ada, contest):
    at = clock.now()
    entry = waits(contest)
    voted(cast.bob(), entry, refused="ring")
    carol = cast.carol()
    Suggestion.objects.create(title="A", words="B", contact=carol, recorded_for=carol, at=at, changed=at)
    assert piles.send(at=at + SOON) == 1
    (sent,) = mail.outbox
    assert sent.subject == "Some things wait for you"
    for words in ("1 photo waits", "1 suggestion waits", "1 vote in a contest looks made"):
        assert words in sent.body


@pytest.mark.parametrize("change", [{"counted_by": "Olga"}, {"refused": "own"}])
def test_votes_that_were_decided_on_or_are_ones_own_wait_for_nobody(ada, contest, change):
    voted(cast.bob(), filed(contest, cast.alice()), refused="ring")
    Vote.objects.update(**change)
    assert piles.send(at=clock.now() + SOON) == 0


def test_after_the_end_nothing_waits(ada, contest):
    voted(cast.bob(), waits(contest), refused="ring")
    type(contest).objects.update(ended=clock.now())
    assert piles.send(at=clock.now() + SOON) == 0


def test_nobody_is_told_who_did_not_ask_or_left_nor_of_a_demo_shop(ada, contest):
    waits(contest)
    later = clock.now() + SOON
    update_business(by="Olga", at=clock.now(), demo=True)
    assert piles.send(at=later) == 0
    update_business(by="Olga", at=clock.now(), demo=False)
    type(ada).objects.update(is_active=False)
    assert piles.send(at=later) == 0
    type(ada).objects.update(is_active=True)
    wish_waiting(by=ada, wanted=False, at=later)
    assert piles.send(at=later) == 0 and not WaitingTold.objects.exists()


def test_each_switches_it_for_themselves_and_not_the_other(client):
    client.force_login(cast.ada())
    url = reverse("my_notices")
    assert "Mail about what waits" in said(client.get(url))
    client.post(url, {"waiting": "1"})
    assert WaitingWish.objects.count() == 1 and "Switch it off" in said(client.get(url))
    client.post(url, {"wanted": "1"})
    client.post(url, {"wanted": ""})
    assert WaitingWish.objects.count() == 1
    client.post(url, {"waiting": ""})
    assert not WaitingWish.objects.exists()
