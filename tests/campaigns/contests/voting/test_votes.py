"""One vote of each person who proved who they are; moved and taken back while voting is open; and nobody counts it
before the end."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.contests import answering
from campaigns.contests.models import Entry, Vote
from campaigns.contests.voting import counting, votes
from campaigns.contests.voting.networks import hashed
from campaigns.contests.voting.ranking import ranked
from campaigns.proving.models import Claim
from crm.contacts.actions import erase, merge, undo_merge
from crm.contacts.models import Contact
from crm.dialogue.actions import block, unblock
from crm.dialogue.models import Message
from crm.events.models import Event
from engage import everything, listen
from engage.lib import clock
from engage.maintenance import nightly
from tests import cast
from tests.campaigns.board.suggesting import owner, proof_links, proved, said, token, unhurried
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import (
    contest_of,
    counted,
    ended,
    entrants,
    places,
    vote_url,
    voted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(db):
    """A contest by votes with two entries."""
    return contest_of("votes", *entrants(2))


def test_by_the_link_of_a_message_it_counts_at_once_is_moved_and_taken_back(client, two, bob):
    contest, (one, other) = two
    t = token(bob)
    page = client.post(vote_url(contest, one), {"t": t}, follow=True)
    assert "Your vote counts for this photo" in said(page) and counted(contest) == {one.pk: 1}
    client.post(vote_url(contest, one), {"t": t})
    client.post(vote_url(contest, other), {"t": t})
    assert counted(contest) == {other.pk: 1} and Vote.objects.count() == 1
    page = client.post(f"{path(contest)}vote/back/", {"t": t}, follow=True)
    assert "taken back" in said(page) and counted(contest) == {} and not client.cookies


def test_a_link_that_was_handed_on_shows_nothing_of_what_they_voted_for(client, two, bob):
    contest, (one, other) = two
    voted(bob, one)
    t = token(bob)
    for url in (path(contest), f"{path(contest)}entry/{one.uid}/", f"{path(contest)}vote/", vote_url(contest, other)):
        page = said(client.get(url, {"t": t}))
        assert "You have voted" not in page and "Your vote is for" not in page and "Bob" not in page


def test_without_a_link_it_counts_once_the_address_is_proved(client, two):
    contest, (one, other) = two
    page = client.post(vote_url(contest, one), unhurried(email="dora@shop.example"))
    assert "Look into your mail" in said(page) and counted(contest) == {} and counting.people(contest) == 0
    (mail,) = Message.objects.filter(origin="prove")
    assert mail.klass == "security" and "Table 0" in mail.text
    assert "Yes, count my vote" in said(client.get(proof_links()[0])) and counted(contest) == {}
    page = said(proved(client))
    assert "Thank you, your vote counts" in page and "Take it back" in page and counted(contest) == {one.pk: 1}
    dora = Contact.objects.get(identities__value="dora@shop.example", identities__proof="link")
    vote = Vote.objects.get(contact=dora)
    assert vote.network == hashed(contest, "127.0.0.1") and Claim.objects.get().said == {}
    assert "It counts once" in said(client.post(proof_links()[0])) and counted(contest) == {one.pk: 1}
    client.post(vote_url(contest, other), unhurried(email="dora@shop.example"))
    assert counted(contest) == {one.pk: 1}
    page = said(proved(client))
    assert "Your vote is for this photo" in page and counted(contest) == {other.pk: 1}


def test_who_is_remembered_on_this_device_reads_what_they_voted_for_and_moves_it(client, two, bob):
    contest, (one, other) = two
    client.post(vote_url(contest, one), unhurried(email="bob@shop.example"))
    client.post(proof_links()[0], {"remember": "1"})
    page = said(client.get(vote_url(contest, other)))
    assert "Your vote is for:" in page and "Table 0" in page and "Move my vote" in page
    client.post(vote_url(contest, other))
    assert counted(contest) == {other.pk: 1} and "Table 1" in said(client.get(f"{path(contest)}vote/"))
    client.post(f"{path(contest)}vote/back/")
    assert counted(contest) == {} and Vote.objects.count() == 0


def test_what_nobody_proves_counts_nowhere_and_is_gone_after_a_week(client, two):
    contest, (one, _other) = two
    client.post(vote_url(contest, one), unhurried(email="dora@shop.example"))
    (link,) = proof_links()
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        assert client.post(link).status_code == 404
        nightly()
        assert not Claim.objects.exists() and counted(contest) == {}


@pytest.mark.parametrize(
    "form", [{}, {"t": "forged.forged"}, {"t": "x" * 5000}, {"email": "no address"}, {"email": "\x00@shop.example"}]
)
def test_nothing_is_counted_for_whoever_cannot_say_who_they_are(client, two, form):
    contest, (one, _other) = two
    page = client.post(vote_url(contest, one), unhurried(**form))
    assert page.status_code == 400 and "does not look like an e-mail address" in said(page)
    assert counted(contest) == {} and not Claim.objects.exists()


def test_machines_and_haste_and_floods_and_other_sites_are_kept_out(client, two, bob):
    contest, (one, _other) = two
    url, dora = vote_url(contest, one), "dora@shop.example"
    assert client.post(url, unhurried(email=dora, website="x")).status_code == 200
    assert client.post(url, {"email": dora}).status_code == 400 and not Claim.objects.exists()
    assert client.post(url, unhurried(email=dora), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    codes = {client.post(url, unhurried(email=f"d{n}@shop.example")).status_code for n in range(22)}
    assert codes == {200, 429} and Claim.objects.count() == 20
    t = token(bob)
    codes = [client.post(url, {"t": t}).status_code for _time in range(245)]
    assert codes[0] == 303 and codes[-1] == 429


@pytest.mark.parametrize("standing", ["waiting", "refused"])
def test_only_what_is_shown_is_voted_for_and_a_vote_for_what_is_hidden_later_counts_no_more(client, two, bob, standing):
    contest, (one, other) = two
    voted(bob, one)
    Entry.objects.filter(pk=one.pk).update(standing=standing)
    assert counted(contest) == {} and client.get(vote_url(contest, one)).status_code == 404
    assert client.post(vote_url(contest, one), {"t": token(bob)}).status_code == 404
    assert voted(bob, other) and counted(contest) == {other.pk: 1}


def test_before_and_after_nothing_is_taken(client, two, bob):
    contest, (one, other) = two
    voted(bob, one)
    contest.votes_close = clock.now() - timedelta(seconds=1)
    contest.save()
    assert client.post(vote_url(contest, other), {"t": token(bob)}).status_code == 409
    assert client.post(f"{path(contest)}vote/back/", {"t": token(bob)}).status_code == 409
    assert not votes.give(entry=other, owner=owner(bob), network="", at=clock.now())
    assert not votes.take_back(contest=contest, contact=bob.pk, at=clock.now())
    assert counted(contest) == {one.pk: 1}


def test_a_vote_that_is_proved_after_the_end_is_not_taken_and_is_told_so(client, two):
    contest, (one, _other) = two
    client.post(vote_url(contest, one), unhurried(email="dora@shop.example"))
    ended(contest)
    page = said(proved(client))
    assert "Voting is not open" in page and counted(contest) == {}


@pytest.mark.parametrize("by", ["pairs", "jury", "draw"])
def test_contests_that_are_found_otherwise_have_no_votes(client, bob, by):
    contest, (one,) = contest_of(by, *entrants(1))
    assert client.post(vote_url(contest, one), {"t": token(bob)}).status_code == 404
    assert not votes.give(entry=one, owner=owner(bob), network="", at=clock.now())
    assert "Vote for this photo" not in said(client.get(f"{path(contest)}entry/{one.uid}/"))


def test_whom_we_do_not_answer_reads_the_same_and_is_not_counted_until_we_do(client, two, bob):
    contest, (one, _other) = two
    block(contact=bob, by=cast.ada(), at=clock.now())
    page = client.post(vote_url(contest, one), {"t": token(bob)}, follow=True)
    assert "Your vote counts for this photo" in said(page)
    assert counted(contest) == {} and counting.people(contest) == 0
    assert {contact for contact, _first in answering.took_part(contest, most=9)} == {one.contact_id for one in two[1]}
    unblock(contact=bob, by=cast.olga(), at=clock.now())
    assert counted(contest) == {one.pk: 1}


def test_a_vote_for_ones_own_entry_is_refused_and_reads_the_same(client, bob):
    contest, (one, other) = contest_of("votes", bob, *entrants(1))
    page = client.post(vote_url(contest, one), {"t": token(bob)}, follow=True)
    assert "Your vote counts for this photo" in said(page)
    assert counted(contest) == {} and Vote.objects.get().refused == "own"
    voted(bob, other)
    assert counted(contest) == {other.pk: 1} and Vote.objects.get().refused == ""


def test_whoever_turns_out_to_be_the_author_voted_for_their_own_until_they_are_two_again(two, bob):
    contest, (one, other) = two
    voted(bob, one)
    done = merge(survivor=Contact.objects.get(pk=one.contact_id), absorbed=bob, by="Ada", at=clock.now())
    assert counted(contest) == {} and Vote.objects.get().refused == "own"
    undo_merge(done, by="Ada", at=clock.now())
    assert counted(contest) == {one.pk: 1} and Vote.objects.get().refused == ""
    into_bob = merge(survivor=bob, absorbed=Contact.objects.get(pk=one.contact_id), by="Ada", at=clock.now())
    assert counted(contest) == {} and into_bob.survivor_id == bob.pk and other.pk


def test_two_who_are_one_person_have_the_later_vote_and_two_again_when_they_are_two(two, bob):
    contest, (one, other) = two
    carol = cast.carol()
    voted(bob, one, ago=10), voted(carol, other)
    done = merge(survivor=bob, absorbed=carol, by="Ada", at=clock.now())
    assert counted(contest) == {other.pk: 1} and counting.people(contest) == 1
    undo_merge(done, by="Ada", at=clock.now())
    assert counted(contest) == {one.pk: 1, other.pk: 1} and counting.people(contest) == 2
    merge(survivor=bob, absorbed=carol, by="Ada", at=clock.now())
    assert votes.take_back(contest=contest, contact=carol.pk, at=clock.now()) and counting.people(contest) == 0


def test_erased_people_have_no_vote_and_what_they_entered_no_votes(two, bob):
    contest, (one, other) = two
    carol = cast.carol()
    voted(bob, one), voted(carol, other)
    erase(contact=bob, by="Olga", at=clock.now())
    assert counted(contest) == {other.pk: 1}
    erase(contact=Contact.objects.get(pk=other.contact_id), by="Olga", at=clock.now())
    assert counted(contest) == {} and not Vote.objects.exists()


def test_it_is_in_everything_about_a_person_and_a_fact_that_does_not_name_the_entry(two, bob):
    contest, (one, other) = two
    voted(bob, one), voted(bob, other)
    (row,) = everything.everything(bob)["contest_votes"]
    assert row["entry__caption"] == "Table 1" and "refused" not in row
    listen.run()
    (event,) = Event.objects.filter(name="Contest Voted")
    assert (event.contact_id, event.properties) == (bob.pk, {"contest": str(contest.uid)})


def test_places_are_by_votes_and_equals_share_one(bob):
    contest, entries = contest_of("votes", *entrants(4))
    for n, entry in enumerate([0, 0, 1, 2]):
        voted(cast.contact(f"Guest {n}"), entries[entry])
    assert places(contest) == [(entries[0], 1), (entries[1], 2), (entries[2], 2)]
    assert [one.result for one in ranked(contest)] == [{"votes": 2}, {"votes": 1}, {"votes": 1}]


def test_a_network_says_the_same_within_a_contest_and_nothing_elsewhere(two):
    contest, _entries = two
    other, _more = contest_of("votes")
    assert hashed(contest, "10.0.0.1") == hashed(contest, "10.0.0.1") != hashed(contest, "10.0.0.2")
    assert hashed(contest, "2001:db8::1") == hashed(contest, "2001:db8::ffff") != hashed(contest, "2001:db8:0:1::1")
    assert hashed(contest, "10.0.0.1") != hashed(other, "10.0.0.1") and hashed(contest, None) == ""
