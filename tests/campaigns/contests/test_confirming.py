"""Whoever sent a photo in time can confirm their address until a day after the last could be sent, and no longer."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from campaigns.contests import actions, confirming, ending
from campaigns.contests.models import Contest, Entry
from campaigns.surveys.models import Response
from crm.contacts.models import Identity
from crm.dialogue.models import Message
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import now, opened, path, proof_link, send
from tests.campaigns.contests.ended import drawn, filed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def sent(contest: Contest, address: str = "dora@shop.example") -> str:
    """The path in the mail."""
    assert send(Client(), contest, email=address).status_code == 200
    return proof_link()


def closing(**fields) -> tuple[Contest, datetime]:
    closes = clock.now() + 2 * HOUR
    return opened(closes=closes, **fields), closes


def later(at: datetime) -> time_machine.travel:
    return time_machine.travel(at, tick=False)


def test_the_page_and_the_mail_say_until_when(client):
    contest, closes = closing()
    page = said(client.get(path(contest)))
    assert "We mail a link to your address; open it before" in page
    sent(contest)
    mail = Message.objects.filter(origin="own-answer").get().text
    assert "Please do so before" in mail and f"{closes + DAY:%H:%M}" in mail
    with later(closes + HOUR):
        assert "What was sent before can be confirmed until" in said(client.get(path(contest)))
    with later(closes + DAY):
        assert "can be confirmed" not in said(client.get(path(contest)))


def test_nothing_is_said_where_the_link_ends_before_or_no_day_is_known(client):
    for contest in (opened(closes=clock.now() + 9 * DAY), opened(title="Until it is closed")):
        sent(contest)
        assert "Please do so before" not in Message.objects.filter(origin="own-answer").latest("id").text
    assert "We mail a link" not in said(client.get(path(contest)))


def test_within_the_day_it_is_entered(client):
    contest, closes = closing()
    link = sent(contest)
    with later(closes + DAY - timedelta(seconds=1)):
        assert "One step is left" in said(client.get(link))
        assert client.post(link).status_code == 200
    assert Entry.objects.get().standing == "waiting" and Response.objects.get().state == "final"


def test_later_a_page_says_so_and_nothing_is_entered_or_proved(client):
    contest, closes = closing()
    link = sent(contest)
    with later(closes + DAY):
        for page in (client.get(link), client.post(link)):
            assert page.status_code == 410
            assert "It comes too late" in said(page) and "It could be confirmed until" in said(page)
            assert f'href="{path(contest)}"' in page.content.decode()
    assert not Entry.objects.exists() and Response.objects.get().state == "waiting"
    assert not Identity.objects.filter(value="dora@shop.example").exclude(proof="").exists()


@pytest.mark.parametrize("settle", [ending.end, ending.fix_list])
def test_once_it_is_settled_nothing_is_entered_either(client, settle):
    contest = opened(by="draw" if settle is ending.fix_list else "votes")
    link = sent(contest)
    settle(contest=contest, by="Olga", at=clock.now())
    page = client.post(link)
    assert page.status_code == 410 and "It is settled already" in said(page)
    assert not Entry.objects.exists()


def test_whoever_confirmed_in_time_reads_that_it_counts_also_later(client):
    contest, closes = closing()
    link = sent(contest)
    client.post(link)
    with later(closes + 2 * DAY):
        assert "Your answer counts" in said(client.get(link))


def test_it_does_not_end_while_somebody_may_confirm_what_they_sent_in_time():
    contest, closes = closing(votes_close=clock.now() + 3 * HOUR)
    filed(contest, cast.alice())
    sent(contest)
    at = closes + 2 * HOUR
    assert ending.preview(contest, at).unconfirmed == 1 and ending.to_end(at=at) == []
    with pytest.raises(ending.CannotEnd) as refused:
        ending.end(contest=contest, by="Olga", at=at)
    assert refused.value.why == ["unconfirmed"]
    assert [one for one, _stage in ending.to_end(at=closes + DAY)] == [contest]
    assert ending.end(contest=contest, by="Olga", at=closes + DAY).ended


def test_where_it_was_closed_by_hand_it_can_end_at_once_and_that_somebody_sent_one_is_said(client):
    client.force_login(cast.olga())
    contest = opened(by="votes")
    filed(contest, cast.alice())
    sent(contest)
    actions.close(contest=contest, by="Max", at=clock.now())
    page = said(client.get(f"/contests/{contest.uid}/end/"))
    assert "1 photo was sent and waits for its address" in page and "End it and say who won" in page
    assert ending.preview(now(contest), clock.now() + DAY).unconfirmed == 0
    assert ending.end(contest=contest, by="Olga", at=clock.now()).ended


def test_a_list_fixes_itself_only_when_nobody_can_confirm_any_more():
    at = clock.now()
    contest, by_hand = drawn(closes=at + HOUR), drawn(title="By hand")
    for one in (contest, by_hand):
        filed(one, cast.contact("Guest"))
        sent(one, f"{one.pk}@shop.example")
    actions.close(contest=by_hand, by="Max", at=at)
    ending.fix_lists(at=at + 2 * HOUR)
    assert not now(contest).listed and not now(by_hand).listed
    with pytest.raises(ending.CannotEnd):
        ending.fix_list(contest=contest, by="Max", at=at + 2 * HOUR)
    ending.fix_lists(at=at + HOUR + confirming.GRACE)
    assert now(contest).listed and now(by_hand).listed
