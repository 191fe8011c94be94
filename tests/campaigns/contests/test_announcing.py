"""Everybody who took part is told once how it ended, a slice at a time, whatever becomes of them or of the worker
meanwhile."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.contests import actions, announcing, answering, ending, passing
from campaigns.contests.models import Announcement, Contest, Entry, Prize
from crm.contacts.actions import erase, merge, pause, undo_merge
from crm.contacts.jobs.hand import claim
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from crm.events.models import Event
from engage import listen
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import now, opened
from tests.campaigns.contests.ended import answer_to, answers, filed_many, voted

pytestmark = pytest.mark.django_db


class Gone(BaseException):
    """The worker is no more."""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch):
    monkeypatch.setattr(announcing, "SLICE", 2)


def over(entrants: int = 6, **rules) -> tuple[Contest, list[Entry]]:
    """It has ended, and nobody is told. The first has most votes."""
    contest = opened(by="votes", **rules)
    entries = filed_many(contest, entrants)
    for n, entry in enumerate([entries[0], entries[0], entries[1]]):
        voted(cast.contact(f"Voter {n}"), entry)
    actions.close(contest=contest, by="Max", at=clock.now())
    ending.end(contest=contest, by="Olga", at=clock.now())
    return now(contest), entries


def after(slices: int, then, monkeypatch):
    """`then` comes when so many slices are written, and before the next looks who is left."""
    took_part, looks = answering.took_part, []

    def look(contest, **fields):
        looks.append(1)
        if len(looks) == 2 * slices + 1:
            then()
        return took_part(contest, **fields)

    monkeypatch.setattr(answering, "took_part", look)


def facts() -> int:
    listen.run()
    return Event.objects.filter(name__in=[answering.WON, answering.ENDED]).count()


def stumble(*args, **kwargs):
    raise RuntimeError("a letter")


def vanish(*args, **kwargs):
    raise Gone


def test_nobody_is_told_in_the_request_and_everybody_by_the_worker():
    contest, _entries = over()
    assert contest.ended and not answers(contest) and facts() == 0
    job = Announcement.objects.get()
    assert (job.state, job.number, job.told, job.by) == ("telling", 9, 0, "Olga")
    assert announcing.run() == 1
    job.refresh_from_db()
    assert (job.state, job.told, job.fraction) == ("done", 9, 1.0) and job.finished
    assert len(answers(contest)) == 9 and facts() == 9 and announcing.run() == 0


def test_a_worker_that_is_gone_leaves_what_it_wrote_and_the_next_goes_on(monkeypatch):
    contest, _entries = over()
    with monkeypatch.context() as patch, pytest.raises(Gone):
        after(2, vanish, patch)
        announcing.run()
    assert len(answers(contest)) == Announcement.objects.get().told == 4
    announcing.run()
    assert len(answers(contest)) == facts() == 9


def test_who_holds_it_is_alone_with_it_until_the_lease_is_over():
    contest, _entries = over()
    held = claim(Announcement, at=clock.now())
    assert held and announcing.run() == 0 and not answers(contest)
    Announcement.objects.update(leased_until=clock.now() - timedelta(seconds=1))
    assert announcing.run() == 1
    announcing.carry_out(held)
    assert len(answers(contest)) == 9


def test_what_fails_for_good_is_said_and_gone_on_with_by_a_button(client, monkeypatch):
    contest, _entries = over()
    client.force_login(cast.olga())
    url = reverse("end_contest", args=[contest.uid])
    with monkeypatch.context() as patch:
        after(1, stumble, patch)
        announcing.run()
    page = said(client.get(url))
    assert "A letter could not be written (RuntimeError)" in page and "2 of 9 told." in page
    assert "could not all be told" in said(client.get(reverse("home")))
    again = reverse("tell_again", args=[contest.uid])
    assert client.get(again).status_code == 405
    assert "nobody is told twice" in said(client.post(again, follow=True))
    announcing.run()
    assert "9 people have been written to, each once." in said(client.get(url))
    client.post(again)
    assert announcing.run() == 0 and len(answers(contest)) == 9
    assert "could not all be told" not in said(client.get(reverse("home")))
    client.force_login(cast.ada())
    assert client.post(again).status_code == 403


def test_two_who_become_one_between_two_slices_are_told_once(monkeypatch):
    contest, entries = over()
    told, waits = entries[0].contact, entries[5].contact
    after(1, lambda: merge(survivor=waits, absorbed=told, by="Ada", at=clock.now()), monkeypatch)
    announcing.run()
    assert [one.contact for one in answers(contest)].count(waits) == 1 and len(answers(contest)) == 8 == facts()


def test_whoever_becomes_one_with_somebody_longer_known_is_told_all_the_same(monkeypatch):
    stranger = cast.contact("Known before")
    contest, entries = over()
    last = entries[5].contact
    after(1, lambda: merge(survivor=stranger, absorbed=last, by="Ada", at=clock.now()), monkeypatch)
    announcing.run()
    assert answer_to(contest, stranger).recorded_for == last and len(answers(contest)) == 9


def test_who_was_one_and_is_two_again_is_told_where_they_were_not(monkeypatch):
    contest, entries = over()
    first, last = entries[0].contact, entries[5].contact
    done = merge(survivor=first, absorbed=last, by="Ada", at=clock.now())
    after(1, lambda: undo_merge(done, by="Ada", at=clock.now()), monkeypatch)
    announcing.run()
    assert {one.contact for one in answers(contest)} >= {first, last} and len(answers(contest)) == 9


def test_whoever_is_merged_before_they_are_held_is_told_as_who_they_are_now(monkeypatch):
    contest, entries = over(2)
    others, second = cast.contact("Another"), entries[1].contact
    hold = announcing.hold
    merges = [lambda: merge(survivor=others, absorbed=second, by="Ada", at=clock.now())]

    def held(**fields):
        if merges:
            merges.pop()()
        return hold(**fields)

    monkeypatch.setattr(announcing, "hold", held)
    announcing.run()
    assert answer_to(contest, others) and len(answers(contest)) == 5


def test_who_is_erased_or_stops_all_meanwhile_is_not_written_to(monkeypatch):
    contest, entries = over()

    def both():
        erase(contact=Contact.objects.get(pk=entries[4].contact_id), by="Olga", at=clock.now())
        pause(contact=entries[5].contact, until=None, by="customer", at=clock.now())

    after(1, both, monkeypatch)
    announcing.run()
    assert len(answers(contest)) == 7 and Announcement.objects.get().state == "done"


def test_a_prize_that_is_passed_on_meanwhile_is_told_of_once(monkeypatch):
    contest, entries = over(prizes=(actions.Promised("A cake"),))
    second = entries[1].contact

    def next_one():
        erase(contact=entries[0].contact, by="Olga", at=clock.now())
        passing.pass_on(contest=contest, place=1, by="Olga", at=clock.now())

    after(0, next_one, monkeypatch)
    announcing.run()
    letters = Message.objects.filter(contact=second, origin=f"contest:{contest.uid}")
    assert Prize.objects.get().entry.contact == second
    assert sorted((one.occurrence, "A cake" in one.text) for one in letters) == [("end", False), ("prize:1", True)]
