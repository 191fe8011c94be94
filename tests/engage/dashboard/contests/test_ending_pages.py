"""Ending a contest from the dashboard: what would happen is said before, who may not is refused, and the table of links
that were passed on."""

import csv
import io

import pytest
from django.urls import reverse

from campaigns.contests import actions, announcing, ending
from campaigns.contests.actions import Promised
from campaigns.contests.models import Contest, Entry, Prize, Share
from campaigns.offers import actions as offers
from crm.contacts.actions import erase
from crm.contacts.models import Exported
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import now, opened
from tests.campaigns.contests.ended import answers, drawn, filed, filed_many, voted
from tests.campaigns.contests.test_sharing import go, share
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
PAGES = ["end_contest", "contest_shares"]
DEEDS = ["end_contest", "fix_list", "export_shares"]


@pytest.fixture
def olga(client):
    person = cast.olga()
    client.force_login(person)
    return person


def at(name: str, contest: Contest, *more: object) -> str:
    return reverse(name, args=[contest.uid, *more])


def test_agents_neither_look_nor_end_nor_take_away(client):
    contest = drawn()
    client.force_login(cast.ada())
    assert {client.get(at(name, contest)).status_code for name in PAGES} == {403}
    assert {client.post(at(name, contest)).status_code for name in DEEDS} == {403}
    assert client.post(at("pass_prize", contest, 1)).status_code == 403
    assert "End and draw" not in said(client.get(at("contest", contest)))
    client.logout()
    assert client.post(at("end_contest", contest)).status_code == 302 and not now(contest).ended


def test_what_is_not_there_is_404_and_a_get_does_nothing(client, olga):
    contest = drawn()
    gone = Contest(uid="0190a3b4-0000-7000-8000-000000000001")
    assert {client.get(at(name, gone)).status_code for name in PAGES} == {404}
    assert client.post(at("pass_prize", gone, 1)).status_code == 404
    assert client.get(at("fix_list", contest)).status_code == 405
    client.get(at("end_contest", contest))
    assert not now(contest).listed and not now(contest).ended


def test_it_is_said_before_what_will_happen_and_to_how_many(client, olga):
    offer = offers.make(terms=offers.Terms(name="Ten off", most=1), by="Olga", at=clock.now())
    contest = opened(by="votes", prizes=(Promised("Ten off", offer.key), Promised("A tea")))
    first, second, third = filed_many(contest, 3)
    for n, entry in enumerate([first, first, second, third]):
        voted(cast.contact(f"Voter {n}"), entry)
    url = at("end_contest", contest)
    open_still = said(client.get(url))
    assert "Who leads is not shown" in open_still and "Guest 0" not in open_still
    actions.close(contest=contest, by="Max", at=clock.now())
    Contest.objects.update(votes_close=clock.now())
    page = said(client.get(url))
    assert "Guest 0" in page and "7 people who took part are written to, each once." in page
    assert "It cannot be undone." in page and "2 entries share place 2" in page and "End it and say who won" in page
    offers.stop(offer=offer, at=clock.now())
    page = said(client.get(url))
    assert "The offer cannot be given" in page and "End it and say who won" not in page
    refused = client.post(url)
    assert refused.status_code == 409 and "cannot be given" in said(refused) and not now(contest).ended
    offers.go_on(offer=offer)
    Entry.objects.filter(pk=third.pk).update(standing="waiting")
    assert "First look at 1 photo that waits" in said(client.get(url))
    assert client.post(url).status_code == 409
    Entry.objects.update(standing="shown")
    done = said(client.post(url, follow=True))
    assert "It has ended." in done and "by Olga" in done and "0 of 7 told" in done and not answers(contest)
    announcing.run()
    assert "7 people have been written to, each once." in said(client.get(url))
    assert client.post(url).status_code == 302 and announcing.run() == 0 and len(answers(contest)) == 7


def test_a_list_is_fixed_then_drawn_from(client, olga):
    contest = drawn(prizes=(Promised("A cake"),))
    filed_many(contest, 3)
    url = at("end_contest", contest)
    page = said(client.get(url))
    assert "Take no more photos, and fix the list" in page and "Draw the winners and end it" not in page
    assert client.post(url).status_code == 409
    assert "3 entries are in it" in said(client.post(at("fix_list", contest), follow=True))
    page = said(client.get(url))
    assert "Draw the winners and end it" in page and "you neither" in page
    client.post(url)
    winner = Prize.objects.get().entry.contact
    assert str(winner) in said(client.get(url))


def test_a_prize_whose_winner_is_gone_is_passed_on_by_a_button_once(client, olga):
    contest = drawn(prizes=(Promised("A cake"),))
    filed_many(contest, 2)
    ending.fix_list(contest=contest, by="Max", at=clock.now())
    ending.end(contest=contest, by="Max", at=clock.now())
    url = at("end_contest", contest)
    assert "Pass it on to" not in said(client.get(url))
    assert "was not passed on" in said(client.post(at("pass_prize", contest, 1), follow=True))
    erase(contact=Prize.objects.get().entry.contact, by="Olga", at=clock.now())
    assert "Pass it on to Guest" in said(client.get(url))
    assert "It was passed on." in said(client.post(at("pass_prize", contest, 1), follow=True))
    assert "passed on" in said(client.get(url)) and "Pass it on to" not in said(client.get(url))
    assert Prize.objects.get().entry.place == 2


def test_the_pages_take_as_many_queries_for_ten_as_for_two(client, olga):
    def taken(count: int) -> list[int]:
        contest = opened(by="votes", title=f"Of {count}", prizes=(Promised("A cake"),))
        for n in range(count):
            person = cast.contact(f"Guest {count} {n}")
            entry = filed(contest, person)
            voted(cast.contact(f"Voter {count} {n}"), entry)
            go(share(contest, entry, person))
        actions.close(contest=contest, by="Max", at=clock.now())
        Contest.objects.filter(pk=contest.pk).update(votes_close=clock.now())
        before = [queries_of(client, at(name, contest)) for name in PAGES]
        ending.end(contest=contest, by="Max", at=clock.now())
        public = f"/contest/{contest.survey.key}/draw/"
        return [*before, queries_of(client, at("end_contest", contest)), queries_of(client, public)]

    taken(1)  # what a process keeps
    assert taken(2) == taken(10)


def test_who_brought_how_many_is_seen_and_taken_away_and_that_is_on_record(client, olga):
    contest, alice = opened(), cast.contact("=Alice", "alice@shop.example")
    entry = filed(contest, alice, caption="<b>Pears</b>")
    assert "Nobody has come by a link" in said(client.get(at("contest_shares", contest)))
    own, page = share(contest, entry, alice), share(contest)
    go(own), go(own, REMOTE_ADDR="198.51.100.7"), go(page)
    Share.objects.filter(pk=own.pk).update(entries=3, votes=5, shares=7)
    seen = client.get(at("contest_shares", contest))
    assert "=Alice" in said(seen) and "the page itself" in said(seen)
    assert b"<b>Pears" not in seen.content and said(seen).index("=Alice") < said(seen).index("the page itself")
    file = client.post(at("export_shares", contest))
    header, first, second = list(csv.reader(io.StringIO(file.getvalue().decode())))
    assert header == ["code", "person", "entry", "shares", "visits", "entries", "votes"]
    assert first[1] == "'=Alice" and first[3:] == ["7", "2", "3", ""] and second[1:3] == ["", ""]
    record = Exported.objects.get()
    assert record.by == "Olga" and record.rows == 2 and record.finished
    Contest.objects.filter(pk=contest.pk).update(ended=clock.now())
    again = client.post(at("export_shares", contest)).getvalue().decode()
    assert list(csv.reader(io.StringIO(again)))[1][3:] == ["7", "2", "3", "5"], "votes are said once it has ended"
