"""200 parallel votes of one person are one; those of many are all counted; while it ends each is in or out."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction
from django.test import Client

from campaigns.contests.models import Comparison, Contest, Score, Vote
from campaigns.contests.voting import comparing, counting, jury
from engage.lib import clock
from engage.lib.crowds import Crowd
from tests import cast
from tests.campaigns.board.suggesting import owner, token
from tests.campaigns.board.test_voting_at_once import at_once
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import contest_of, counted, entrants, pair_of, vote_url

pytestmark = pytest.mark.django_db(transaction=True)
FREE = Crowd("free", free=10_000, most=10_000, seconds=600)


def test_two_hundred_of_one_person_are_one_vote_and_two_hundred_of_many_are_all_theirs(bob, monkeypatch):
    monkeypatch.setattr("campaigns.contests.voting.doors.DEEDS", FREE)
    contest, (one, other) = contest_of("votes", *entrants(2))
    t = token(bob)
    urls = [vote_url(contest, one), vote_url(contest, other)]
    acts = [lambda n=n: Client().post(urls[n % 2], {"t": t}).status_code for n in range(200)]
    assert set(at_once(acts)) == {303}
    assert Vote.objects.count() == 1 and sum(counted(contest).values()) == counting.people(contest) == 1
    links = [token(cast.contact(f"Guest {n}")) for n in range(40)]
    assert set(at_once([lambda t=t: Client().post(urls[0], {"t": t}).status_code for t in links])) == {303}
    assert counting.people(contest) == Vote.objects.count() == 41


def test_one_pair_answered_many_times_at_once_is_answered_once(bob, monkeypatch):
    monkeypatch.setattr("campaigns.contests.voting.doors.DEEDS", FREE)
    contest, _entries = contest_of("pairs", *entrants(4))
    t, url = token(bob), f"{path(contest)}pairs/"
    pair = pair_of(Client().get(url, {"t": t}))
    form = {"t": t, "pair": pair}
    acts = [lambda n=n: Client().post(url, form | {"choice": ("left", "right")[n % 2]}).status_code for n in range(60)]
    assert set(at_once(acts)) == {303} and Comparison.objects.count() == 1


def test_nobody_is_asked_more_often_than_is_allowed_by_answering_at_once(bob, monkeypatch):
    monkeypatch.setattr(comparing, "MOST", 3)
    contest, entries = contest_of("pairs", *entrants(5))
    pairs = [(str(a.uid), str(b.uid)) for a in entries for b in entries if a.pk < b.pk]

    def act(two: tuple[str, str]) -> int:
        return comparing.compare(contest=contest, owner=owner(bob), two=two, better=two[0], at=clock.now())

    assert sum(at_once([lambda two=two: act(two) for two in pairs * 2])) == 3
    assert Comparison.objects.count() == 3


def test_points_given_twice_at_once_are_one(monkeypatch):
    contest, (one,) = contest_of("jury", *entrants(1))
    juror = jury.appoint(contest=contest, name="Rosa", at=clock.now())
    url = f"{jury.jury_path(juror)}{one.uid}/"
    acts = [lambda n=n: Client().post(url, {"points-whole": n % 10 + 1, "quietly": "1"}).status_code for n in range(60)]
    assert set(at_once(acts)) == {204} and Score.objects.count() == 1


def test_no_vote_comes_after_the_contest_was_ended(monkeypatch):
    """Each is given before the end, or not at all."""
    contest, (one, _other) = contest_of("votes", *entrants(2))
    links = [token(cast.contact(f"Guest {n}")) for n in range(40)]
    ready = Barrier(2)
    said: dict[str, int] = {}

    def end() -> None:
        try:
            ready.wait()
            time.sleep(0.2)
            with transaction.atomic():
                fresh = Contest.objects.select_for_update().get(pk=contest.pk)
                said["counted"] = sum(counted(fresh).values())
                fresh.ended = clock.now()
                fresh.save()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(end)
        ready.wait()
        codes = at_once([lambda t=t: Client().post(vote_url(contest, one), {"t": t}).status_code for t in links])
        ending.result()
    assert set(codes) <= {303, 409} and codes.count(303) == said["counted"] == Vote.objects.count()
