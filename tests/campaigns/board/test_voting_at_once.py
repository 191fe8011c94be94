"""200 parallel votes of one person are one; those of many are all counted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from campaigns.board.models import Vote
from engage.lib.crowds import Crowd
from tests import cast
from tests.campaigns.board.suggesting import token, votes

pytestmark = pytest.mark.django_db(transaction=True)
FREE = Crowd("free", free=10_000, most=10_000, seconds=600)

THREADS = 20


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    """Their answers; each thread has a connection of its own, and all begin together."""
    ready = Barrier(THREADS)

    def run(mine: list[Callable[[], int]]) -> list[int]:
        try:
            ready.wait()
            return [act() for act in mine]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return [code for codes in pool.map(run, [acts[n::THREADS] for n in range(THREADS)]) for code in codes]


def test_two_hundred_of_one_person_are_one_vote_and_two_hundred_of_many_are_all_theirs(oats, bob, monkeypatch):
    monkeypatch.setattr("campaigns.board.views.DEEDS", FREE)
    url, t = f"/b/{oats.uid}/vote/", token(bob)
    assert set(at_once([lambda: Client().post(url, {"t": t}).status_code] * 200)) == {303}
    assert Vote.objects.filter(contact=bob).count() == 1 and votes(oats) == 2
    links = [token(cast.contact(f"Guest {n}")) for n in range(40)]
    assert set(at_once([lambda t=t: Client().post(url, {"t": t}).status_code for t in links])) == {303}
    assert votes(oats) == Vote.objects.count() == 42
