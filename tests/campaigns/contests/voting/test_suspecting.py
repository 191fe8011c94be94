"""Rings in real votes: refused with why, counted by the owner nevertheless, and that stays."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.contests.models import CountedRing, Vote
from campaigns.contests.voting import suspecting
from campaigns.contests.voting.ranking import ranked
from crm.contacts.models import Contact
from engage.lib import clock
from engage.maintenance import nightly, sweep
from tests import cast
from tests.campaigns.board.suggesting import said, token
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import contest_of, counted, ended, entrants, places, vote_url, voted

pytestmark = pytest.mark.django_db


@pytest.fixture
def flooded(db):
    """Five for the first entry from one network, and one for the second from elsewhere."""
    contest, (one, other) = contest_of("votes", *entrants(2))
    for n in range(5):
        voted(cast.contact(f"Guest {n}"), one, network="f" * 32, ago=n)
    voted(cast.contact("Honest"), other, network="0" * 32)
    return contest, one, other


def look(contest) -> list[suspecting.Ring]:
    suspecting.look(contest, clock.now())
    return suspecting.found_in(contest)


def test_many_from_one_network_are_refused_by_the_sweep_with_why(flooded):
    contest, one, other = flooded
    assert counted(contest) == {one.pk: 5, other.pk: 1}
    sweep()
    assert counted(contest) == {other.pk: 1} and places(contest) == [(other, 1)]
    (ring,) = suspecting.found_in(contest)
    assert (ring.kind, len(ring.votes), ring.facts["n"], ring.counted_by) == ("network", 5, 5, "")
    assert all("network" not in vote.facts for vote in ring.votes)


def test_ranking_looks_first(flooded):
    contest, _one, other = flooded
    assert places(contest) == [(other, 1)] and ranked(contest)[0].result == {"votes": 1}


def test_the_owner_counts_a_ring_for_good_those_who_join_it_later_too_and_can_undo_it(flooded):
    contest, one, other = flooded
    (ring,) = look(contest)
    suspecting.count_ring(contest=contest, key=ring.key, by="Olga", at=clock.now())
    voted(cast.contact("Late"), one, network="f" * 32)
    (ring,) = look(contest)
    assert ring.counted_by == "Olga" and counted(contest) == {one.pk: 6, other.pk: 1}
    suspecting.refuse_ring(contest=contest, key=ring.key, at=clock.now())
    assert counted(contest) == {other.pk: 1} and look(contest)[0].counted_by == ""


def test_the_owner_counts_one_vote_of_a_ring_and_it_stays_through_every_look(flooded):
    contest, one, other = flooded
    (ring,) = look(contest)
    suspecting.count_vote(vote=ring.votes[0], by="Olga")
    look(contest)
    assert counted(contest) == {one.pk: 1, other.pk: 1}
    suspecting.refuse_vote(vote=ring.votes[0])
    assert counted(contest) == {other.pk: 1}


def test_whoever_moves_a_vote_out_of_a_ring_is_looked_at_anew(flooded):
    contest, one, other = flooded
    (ring,) = look(contest)
    guest = ring.votes[0].contact
    suspecting.count_vote(vote=ring.votes[0], by="Olga")
    voted(guest, other, network="f" * 32)
    vote = Vote.objects.get(contact=guest)
    assert (vote.refused, vote.facts, vote.counted_by) == ("", {}, "")
    assert look(contest) == [] and counted(contest) == {one.pk: 4, other.pk: 2}


def test_one_mailbox_under_several_spellings_has_its_latest_vote(db):
    contest, (one, other) = contest_of("votes", *entrants(2))
    voted(cast.contact("A", "ann@gmail.com"), one, ago=9)
    voted(cast.contact("B", "a.n.n+x@gmail.com"), other, ago=5)
    (ring,) = look(contest)
    assert ring.kind == "mailbox" and counted(contest) == {other.pk: 1}


def test_an_address_that_somebody_only_claims_makes_no_ring(db):
    contest, (one,) = contest_of("votes", *entrants(1))
    voted(cast.contact("A", "ann@shop.example", proof=""), one)
    voted(cast.contact("B", "ann+x@shop.example"), one)
    assert look(contest) == [] and counted(contest) == {one.pk: 2}


def test_two_who_entered_and_vote_for_each_other_are_a_circle(db):
    people = entrants(2)
    contest, (one, other) = contest_of("votes", *people)
    voted(people[0], other), voted(people[1], one)
    assert look(contest)[0].kind == "circle" and counted(contest) == {}
    for n in range(6):
        voted(cast.contact(f"Fan {n}"), (one, other)[n % 2])
    assert look(contest) == [] and counted(contest) == {one.pk: 4, other.pk: 4}


def test_newcomers_of_one_domain_at_once_are_a_ring_and_people_we_knew_before_not(db):
    contest, (one, _other) = contest_of("votes", *entrants(2))
    for n in range(5):
        known = cast.contact(f"Known {n}", f"known{n}@guild.example")
        voted(known, one)
    assert look(contest) == []
    newcomers = [cast.contact(f"New {n}", f"new{n}@made-up.example") for n in range(5)]
    Contact.objects.filter(pk__in=[one.pk for one in newcomers]).update(created=clock.now())
    for one_of_them in newcomers:
        voted(one_of_them, one)
    (ring,) = look(contest)
    assert (ring.kind, ring.facts["domain"]) == ("domain", "made-up.example") and counted(contest) == {one.pk: 5}


def test_nobody_but_the_owner_can_tell(client, flooded, bob):
    contest, one, _other = flooded
    look(contest)
    member = Vote.objects.filter(refused="ring").first().contact
    page = said(client.get(f"{path(contest)}entry/{one.uid}/"))
    assert "6 people have voted" in page
    for person in (member, bob):
        page = said(client.post(vote_url(contest, one), {"t": token(person)}, follow=True))
        assert "Your vote counts for this photo" in page and "look" not in page


def test_what_is_settled_stays_and_a_month_later_nothing_says_from_where_votes_came(flooded):
    contest, _one, _other = flooded
    (ring,) = look(contest)
    suspecting.count_ring(contest=contest, key=ring.key, by="Olga", at=clock.now())
    contest = ended(contest)
    CountedRing.objects.all().delete()
    suspecting.look(contest, clock.now())
    before = counted(contest)
    assert not Vote.objects.exclude(refused="").exists() and "f" * 32 in str(
        Vote.objects.filter(facts__rings__0__n=5)[0].facts
    )
    CountedRing.objects.create(contest=contest, key=ring.key, at=clock.now(), by="Olga")
    nightly()
    assert Vote.objects.exclude(network="").count() == 6
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        nightly()
        assert not Vote.objects.exclude(network="").exists() and not CountedRing.objects.exists()
        assert all("f" * 32 not in str(vote.facts) for vote in Vote.objects.all())
        assert suspecting.found_in(contest)[0].facts["n"] == 5 and counted(contest) == before


def test_a_contest_that_nobody_ended_forgets_them_a_month_after_voting_closed_and_looks_no_more(flooded):
    contest, _one, other = flooded
    look(contest)
    contest.votes_close = clock.now() + timedelta(minutes=1)
    contest.save()
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        nightly()
        assert not Vote.objects.exclude(network="").exists()
        assert places(contest) == [(other, 1)]
