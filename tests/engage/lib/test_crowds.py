"""Much from one network: so much is free, then it is to be worked for, ever longer; far above none is taken."""

import hashlib
from datetime import timedelta
from itertools import count

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from engage.lib import clock, crowds
from engage.lib.crowds import Challenge, Crowd, Verdict

CROWD = Crowd("test", free=3, most=9, seconds=10**9)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(crowds, "HARDEST", 40)
    cache.clear()


def solved(asked: Challenge) -> dict[str, str]:
    number = next(n for n in count() if hashlib.sha256(f"{asked.salt}{n}".encode()).hexdigest() == asked.digest)
    return {"proof": asked.token, "proof-number": str(number)}


def post(form: dict[str, str] | None = None, *, place: str = "192.0.2.1"):
    return RequestFactory().post("/", form or {}, REMOTE_ADDR=place)


def act(form: dict[str, str] | None = None, *, place: str = "192.0.2.1", purpose: str = "test") -> Verdict:
    request = post(form, place=place)
    return crowds.judge(request, CROWD, worked=crowds.done(request, purpose, clock.now()))


def asked(place: str = "192.0.2.1") -> Challenge | None:
    return crowds.work(post(place=place), "test", CROWD, at=clock.now())


def test_so_much_is_free_then_worked_for_and_far_above_refused():
    assert asked() is None and [act() for _ in range(3)] == [Verdict.TAKEN] * 3
    most = []
    for _person in range(6):
        assert act() is Verdict.WORK
        challenge = asked()
        most.append(challenge.most)
        assert act(solved(challenge)) is Verdict.TAKEN
    assert most == [40, 40, 40, 80, 80, 80]
    assert act(solved(crowds.challenge("test", 10_000, clock.now()))) is Verdict.REFUSED


def test_what_is_refused_for_want_of_work_counts_nothing():
    for _ in range(3):
        act()
    assert {act() for _ in range(50)} == {Verdict.WORK} and asked().most == 40


def test_each_network_is_a_crowd_of_its_own_and_one_of_version_6_has_all_its_addresses():
    places = [f"2001:db8::{n}" for n in range(3)]
    assert {act(place=place) for place in places} == {Verdict.TAKEN}
    assert act(place="2001:db8::9") is Verdict.WORK and act(place="2001:db8:1::9") is Verdict.TAKEN
    assert act(place="192.0.2.7") is Verdict.TAKEN


def test_work_is_good_once_for_what_it_was_asked_for_and_not_for_ever():
    for _ in range(3):
        act()
    form = solved(asked())
    assert act(form, purpose="other") is Verdict.WORK
    late = solved(crowds.challenge("test", 40, clock.now() - timedelta(hours=3)))
    wrong = [late, {**form, "proof": "x.y"}, *({**form, "proof-number": said} for said in ("", "x", "²", "9" * 9))]
    assert {act(one) for one in wrong} == {Verdict.WORK}
    assert [act(form), act(form)] == [Verdict.TAKEN, Verdict.WORK]


def test_work_that_was_easy_some_time_ago_is_no_store_for_a_script():
    """Half as hard as is asked now is enough, because the crowd grows while a page is read; less is not."""
    for _ in range(3):
        act()
    easy = [solved(crowds.challenge("test", most, clock.now())) for most in (19, 20)]
    assert [act(one) for one in easy] == [Verdict.WORK, Verdict.TAKEN]


def test_of_several_crowds_the_hardest_asks_and_all_count():
    small = Crowd("small", free=1, most=2, seconds=10**9)
    request = post()
    assert crowds.judge(request, CROWD, small, worked=0) is Verdict.TAKEN
    assert crowds.judge(request, CROWD, small, worked=0) is Verdict.WORK
    assert crowds.judge(request, CROWD, small, worked=40) is Verdict.TAKEN
    assert crowds.judge(request, CROWD, small, worked=10**6) is Verdict.REFUSED
    assert [act(), act()] == [Verdict.TAKEN, Verdict.WORK]
