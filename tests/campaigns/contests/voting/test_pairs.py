"""Two photos without names, put before people who proved who they are: each pair once, nobody's own, all as often."""

from collections import Counter

import pytest

from campaigns.contests import answering
from campaigns.contests.models import Comparison, Entry
from campaigns.contests.voting import comparing, counting
from campaigns.contests.voting.pairing import MOST
from campaigns.contests.voting.ranking import ranked
from crm.contacts.actions import erase, merge, undo_merge
from crm.contacts.models import Contact
from crm.dialogue.actions import block
from crm.events.models import Event
from engage import everything, listen
from engage.lib import clock, tokens
from tests import cast
from tests.campaigns.board.suggesting import owner, proof_links, proved, said, token, unhurried
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import compared, contest_of, ended, entrants, pair_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(db):
    return contest_of("pairs", *entrants(4))


def chosen(contest, person, one: Entry, other: Entry, better: Entry | None = None) -> bool:
    two = (str(one.uid), str(other.uid))
    said_so = str(better.uid) if better else ""
    return comparing.compare(contest=contest, owner=owner(person), two=two, better=said_so, at=clock.now())


def test_whoever_comes_by_a_link_sees_two_without_names_and_chooses_until_all_pairs_are_through(client, four, bob):
    contest, entries = four
    t, url = token(bob), f"{path(contest)}pairs/"
    for n in range(6):
        page = client.get(url, {"t": t})
        assert f"Pair {n + 1}." in said(page) and "Entrant" not in said(page)
        assert pair_of(page) == pair_of(client.get(url, {"t": t}))
        assert compared(client, contest, t, ("left", "right", "neither")[n % 3]).status_code == 303
    assert "no more pairs for you" in said(client.get(url, {"t": t}))
    rows = list(Comparison.objects.values_list("left", "right", "better"))
    assert len({row[:2] for row in rows}) == 6 and [row[2] for row in rows].count(None) == 2
    assert all(left < right for left, right, _better in rows) and not client.cookies
    assert set(Counter(pk for row in rows for pk in row[:2]).values()) == {3} and len(entries) == 4


def test_what_is_chosen_is_what_stood_there(client, four, bob):
    contest, _entries = four
    asked = comparing.ask(contest, owner(bob))
    assert asked is not None
    compared(client, contest, token(bob), "right")
    assert Comparison.objects.get().better == asked.second


def test_a_stranger_proves_an_address_first_and_then_begins(client, four):
    contest, _entries = four
    url = f"{path(contest)}pairs/"
    assert "Your e-mail address" in said(client.get(url)) and "Which is better" not in said(client.get(url))
    assert client.post(url, unhurried(email="no address")).status_code == 400
    assert client.post(url, {"email": "dora@shop.example"}).status_code == 400
    assert client.post(url, {"pair": "x", "choice": "left"}).status_code == 400
    assert "Look into your mail" in said(client.post(url, unhurried(email="dora@shop.example")))
    assert "Yes, show me the photos" in said(client.get(proof_links()[0]))
    page = proved(client)
    assert "Which is better?" in said(page)
    t = page.request["QUERY_STRING"].partition("t=")[2].partition("&")[0]
    compared(client, contest, t)
    assert Comparison.objects.get().contact.identities.get(kind="email").value == "dora@shop.example"


def test_nobody_is_asked_about_their_own_entry_or_counted_for_it_when_it_becomes_theirs(client, bob):
    contest, entries = contest_of("pairs", bob, *entrants(2))
    assert not chosen(contest, bob, entries[0], entries[1], entries[0])
    while asked := comparing.ask(contest, owner(bob)):
        assert entries[0] not in (asked.first, asked.second)
        assert chosen(contest, bob, asked.first, asked.second, asked.first)
    assert Comparison.objects.count() == 1
    carol = cast.carol()
    assert chosen(contest, carol, entries[0], entries[1], entries[0])
    assert counting.wins(contest)[entries[0].pk, entries[1].pk] == 1
    done = merge(survivor=bob, absorbed=carol, by="Ada", at=clock.now())
    assert (entries[0].pk, entries[1].pk) not in counting.wins(contest)
    undo_merge(done, by="Ada", at=clock.now())
    assert counting.wins(contest)[entries[0].pk, entries[1].pk] == 1


def test_each_pair_counts_once_for_a_person_who_became_one_of_two(four, bob):
    contest, entries = four
    carol = cast.carol()
    assert chosen(contest, bob, entries[0], entries[1], entries[0])
    Comparison.objects.update(at=clock.now().replace(year=2020))
    assert chosen(contest, carol, entries[1], entries[0], entries[1])
    done = merge(survivor=bob, absorbed=carol, by="Ada", at=clock.now())
    assert counting.wins(contest) == {(entries[1].pk, entries[0].pk): 1} and counting.people(contest) == 1
    assert not chosen(contest, bob, entries[0], entries[1], entries[0])
    undo_merge(done, by="Ada", at=clock.now())
    assert sum(counting.wins(contest).values()) == 2 and counting.people(contest) == 2


def test_pairs_that_we_did_not_put_before_this_person_are_not_taken(client, four, bob):
    contest, entries = four
    other, others = contest_of("pairs", *[cast.contact(f"More {n}", f"more{n}@home.example") for n in range(2)])
    t, url = token(bob), f"{path(contest)}pairs/"
    mine = pair_of(client.get(url, {"t": t}))
    carols = pair_of(client.get(url, {"t": token(cast.carol())}))
    forged = tokens.sign("pair", str(contest.uid), bob.pk, str(entries[0].uid), str(entries[1].uid))
    elsewhere = pair_of(client.get(f"{path(other)}pairs/", {"t": t}))
    for pair in ("", "x.y", carols, forged, elsewhere, mine[:-3], "\x00"):
        assert client.post(url, {"t": t, "pair": pair, "choice": "left"}).status_code == 400, pair
    for choice in ("", "both", "left\x00"):
        assert client.post(url, {"t": t, "pair": mine, "choice": choice}).status_code == 400
    assert not Comparison.objects.exists() and len(others) == 2
    assert client.post(url, {"t": t, "pair": mine, "choice": "left"}).status_code == 303
    assert client.post(url, {"t": t, "pair": mine, "choice": "right"}).status_code == 303
    assert Comparison.objects.count() == 1


def test_a_person_is_asked_fifty_times_at_most(client, bob):
    contest, entries = contest_of("pairs", *entrants(12))
    for _time in range(MOST):
        asked = comparing.ask(contest, owner(bob))
        assert asked and chosen(contest, bob, asked.first, asked.second, asked.first)
    assert comparing.ask(contest, owner(bob)) is None
    done = set(Comparison.objects.values_list("left", "right"))
    left = [(a, b) for a in entries for b in entries if a.pk < b.pk and (a.pk, b.pk) not in done]
    assert left and not chosen(contest, bob, *left[0])
    seen = Counter(pk for two in done for pk in two)
    assert max(seen.values()) - min(seen.values()) <= 1


def test_over_is_over_and_what_is_hidden_is_not_asked_about(client, four, bob):
    contest, entries = four
    Entry.objects.filter(pk=entries[0].pk).update(standing="refused")
    assert not chosen(contest, bob, entries[0], entries[1])
    while asked := comparing.ask(contest, owner(bob)):
        assert entries[0] not in (asked.first, asked.second)
        chosen(contest, bob, asked.first, asked.second, asked.first)
    page = client.get(f"{path(ended(contest))}pairs/", {"t": token(cast.carol())})
    assert page.status_code == 409 and "Voting is not open" in said(page)
    assert not chosen(contest, cast.contact("Late"), entries[1], entries[2])


def test_whom_we_do_not_answer_compares_and_is_not_counted(client, four, bob):
    contest, _entries = four
    block(contact=bob, by=cast.ada(), at=clock.now())
    assert compared(client, contest, token(bob)).status_code == 303
    assert counting.wins(contest) == {} and counting.people(contest) == 0
    assert bob.pk not in dict(answering.took_part(contest, most=9))


def test_erased_people_have_chosen_nothing_and_it_is_in_everything_about_them_before(four, bob):
    contest, entries = four
    chosen(contest, bob, entries[0], entries[1], entries[0])
    (row,) = everything.everything(bob)["comparisons"]
    assert row["better__caption"] == "Table 0"
    erase(contact=bob, by="Olga", at=clock.now())
    assert not Comparison.objects.exists()
    carol = cast.carol()
    chosen(contest, carol, entries[0], entries[1], entries[0])
    erase(contact=Contact.objects.get(pk=entries[0].contact_id), by="Olga", at=clock.now())
    assert not Comparison.objects.exists()


def test_the_fact_is_told_once_and_everybody_is_answered_once(four, bob):
    contest, entries = four
    chosen(contest, bob, entries[0], entries[1], entries[0]), chosen(contest, bob, entries[0], entries[2])
    listen.run()
    assert Event.objects.filter(name="Contest Voted", contact=bob).count() == 1
    assert answering.took_part(contest, most=9)[-1] == (bob.pk, bob.pk)


def test_ranking_follows_what_people_chose(four):
    contest, entries = four
    for n in range(8):
        guest = cast.contact(f"Guest {n}")
        for a in range(4):
            for b in range(a + 1, 4):
                chosen(contest, guest, entries[a], entries[b], entries[a] if (n + a + b) % 8 else None)
    found = ranked(contest)
    assert [one.entry for one in found] == entries and [one.place for one in found] == [1, 2, 3, 4]
    assert found[0].result["share"] > found[3].result["share"] and found[0].result["comparisons"] == 21
    assert set(found[0].result) == {"share", "comparisons", "unsure"}
