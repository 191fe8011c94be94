"""A vote is a person's: by a link of ours, or an address that they proved; once, and taken back as easily."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.board import actions
from campaigns.board.models import Suggestion, Vote
from campaigns.proving.models import Claim
from crm.contacts.actions import merge, suppress, undo_merge
from crm.contacts.models import Contact, Identity
from crm.dialogue.actions import block
from crm.dialogue.models import Message
from crm.events.models import Event
from engage import listen
from engage.lib import clock
from engage.maintenance import nightly
from tests import cast
from tests.campaigns.board.suggesting import (
    now,
    owner,
    proof_links,
    proved,
    said,
    suggested,
    token,
    unhurried,
    voted,
    votes,
)

pytestmark = pytest.mark.django_db


def test_by_the_link_of_a_message_it_counts_at_once_and_can_be_taken_back(client, oats, bob):
    t = token(bob)
    page = client.post(f"/b/{oats.uid}/vote/", {"t": t, "tell": "1"}, follow=True)
    assert "Your vote counts" in said(page) and votes(oats) == 2 and Vote.objects.get(contact=bob).tell
    again = client.post(f"/b/{oats.uid}/vote/", {"t": t}, follow=True)
    assert "It counts once" in said(again) and votes(oats) == 2 and Vote.objects.get(contact=bob).tell
    back = client.post(f"/b/{oats.uid}/back/", {"t": t}, follow=True)
    assert "taken back" in said(back) and votes(oats) == 1
    assert client.cookies == {} or not client.cookies


def test_a_link_that_was_handed_on_shows_nothing_of_what_they_voted_for(client, oats, bob):
    voted(bob, oats)
    t = token(bob)
    for url in (f"/b/?t={t}", f"/b/{oats.uid}/?t={t}"):
        page = said(client.get(url))
        assert "You voted" not in page and "Bob" not in page and "Alice" not in page


def test_without_a_link_it_counts_once_the_address_is_proved(client, oats):
    page = client.post(f"/b/{oats.uid}/vote/", unhurried(email="dora@shop.example", tell="1"))
    assert "Look into your mail" in said(page) and votes(oats) == 1 and Claim.objects.get().said["tell"] is True
    (mail,) = Message.objects.filter(origin="prove")
    assert (mail.klass, mail.address) == ("security", "dora@shop.example") and "Oat milk at the counter" in mail.text
    for _look in range(3):
        assert "Yes, count my vote" in said(client.get(proof_links()[0]))
    assert votes(oats) == 1
    page = proved(client)
    assert "Thank you, it counts" in said(page) and "Take it back" in said(page) and votes(oats) == 2
    dora = Contact.objects.get(identities__value="dora@shop.example", identities__proof="link")
    assert Vote.objects.get(contact=dora).tell
    kept = Claim.objects.get()
    assert (kept.address, kept.said) == ("", {}) and kept.confirmed
    assert "It counts once" in said(client.post(proof_links()[0])) and votes(oats) == 2


def test_who_is_known_already_votes_as_themselves_and_the_device_is_remembered_only_by_their_tick(client, oats, bob):
    client.post(f"/b/{oats.uid}/vote/", unhurried(email="bob@shop.example"))
    client.post(proof_links()[0], {"remember": "1"})
    assert Vote.objects.filter(contact=bob).exists() and votes(oats) == 2 and "engage_device" in client.cookies
    page = said(client.get("/b/"))
    assert "You voted" in page
    client.post(f"/b/{oats.uid}/back/")
    assert votes(oats) == 1


def test_what_nobody_proves_counts_nowhere_and_is_gone_after_a_week(client, oats):
    people = Contact.objects.count()
    client.post(f"/b/{oats.uid}/vote/", unhurried(email="dora@shop.example"))
    (link,) = proof_links()
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        assert client.post(link).status_code == 404
        nightly()
        assert not Claim.objects.exists() and votes(oats) == 1
        assert not Identity.objects.filter(value="dora@shop.example").exists()
        assert Contact.objects.filter(erased=None).count() == people
        assert client.get(link).status_code == 404


def test_many_requests_for_one_address_send_one_mail_and_none_to_who_is_not_to_be_written_to(client, oats):
    for _time in range(3):
        client.post(f"/b/{oats.uid}/vote/", unhurried(email="dora@shop.example"))
    assert len(proof_links()) == 1
    suppress(address="erin@shop.example", channel="email", reason="complaint", by="", at=clock.now())
    page = client.post(f"/b/{oats.uid}/vote/", unhurried(email="erin@shop.example"))
    assert "Look into your mail" in said(page) and len(proof_links()) == 1


@pytest.mark.parametrize("form", [{}, {"t": "forged.forged"}, {"t": "x" * 5000}, {"email": "no address"}])
def test_nothing_is_counted_for_whoever_cannot_say_who_they_are(client, oats, form):
    page = client.post(f"/b/{oats.uid}/vote/", unhurried(**form))
    assert page.status_code == 400 and "does not look like an e-mail address" in said(page) and votes(oats) == 1


def test_machines_and_haste_and_floods_are_kept_out(client, oats):
    url, dora = f"/b/{oats.uid}/vote/", "dora@shop.example"
    assert client.post(url, unhurried(email=dora, website="x")).status_code == 200
    quick = client.post(url, {**unhurried(email=dora), "made": client.get(url[:-5]).context["made"]})
    assert quick.status_code == 400 and dora in said(quick) and not Claim.objects.exists()
    assert client.post(url, {"email": dora}).status_code == 400
    codes = {client.post(url, unhurried(email=f"d{n}@shop.example")).status_code for n in range(22)}
    assert codes == {200, 429} and Claim.objects.count() == 20
    foreign = client.post(url, unhurried(email=dora), headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_whom_we_do_not_answer_is_thanked_and_not_counted(client, oats, bob):
    block(contact=bob, by=cast.ada(), at=clock.now())
    client.post(f"/b/{oats.uid}/vote/", {"t": token(bob)})
    assert votes(oats) == 1
    made = suggested(bob, "Buy my pills", shown=False)
    assert made.standing == "refused"


def test_two_who_are_one_person_have_one_vote_and_two_again_when_they_are_two(oats, alice, bob):
    carol = cast.carol()
    voted(bob, oats), voted(carol, oats)
    assert votes(oats) == 3
    done = merge(survivor=bob, absorbed=carol, by="Ada", at=clock.now())
    assert votes(oats) == 2 and not voted(bob, oats)
    undo_merge(done, by="Ada", at=clock.now())
    assert votes(oats) == 3
    merge(survivor=bob, absorbed=carol, by="Ada", at=clock.now())
    assert actions.take_back(suggestion=oats, contact=carol.pk) and votes(oats) == 1


def test_suggesting_and_voting_are_facts_that_hold_none_of_the_authors_words(oats, bob):
    voted(bob, oats)
    listen.run()
    facts = {(event.name, event.contact_id): event.properties for event in Event.objects.all()}
    told = {"suggestion": str(oats.uid), "state": "new"}
    assert facts == {("Suggestion Made", oats.contact_id): told, ("Suggestion Voted", bob.pk): told}


def test_what_went_into_another_is_voted_for_there(client, oats, bob):
    soy = suggested(bob, "Plant milk")
    Suggestion.objects.filter(pk=soy.pk).update(into=oats)
    assert client.get(f"/b/{soy.uid}/")["Location"].startswith(f"/b/{oats.uid}/")
    assert not actions.vote(suggestion=oats, owner=owner(bob), tell=False, at=clock.now())
    assert actions.vote(suggestion=soy, owner=owner(cast.carol()), tell=False, at=clock.now())
    assert votes(oats) == 3 and now(soy).votes == 1
