"""An honest crowd behind one address votes, also in a browser; a script is held up."""

import urllib.request

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from campaigns.board import pages
from campaigns.board.models import Board
from campaigns.contests.models import Comparison, Vote
from campaigns.contests.voting import doors
from campaigns.proving import hurdles
from campaigns.proving.models import Claim
from engage.lib import crowds
from engage.lib.crowds import Crowd
from tests import cast
from tests.campaigns.board.suggesting import said, suggested, token, unhurried, votes
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import contest_of, counted, entrants, pair_of, vote_url
from tests.engage.dashboard.looking import PHONE, looked_at
from tests.engage.lib.test_crowds import solved

pytestmark = pytest.mark.django_db(transaction=True)
FEW = Crowd("few", free=2, most=4, seconds=600)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Two are free, and four are taken."""
    monkeypatch.setattr(crowds, "HARDEST", 50)
    monkeypatch.setattr(doors, "DEEDS", FEW)
    for module in ("campaigns.board.views", "campaigns.board.pages"):
        monkeypatch.setattr(f"{module}.DEEDS", FEW)


def work(page) -> dict[str, str]:
    asked = next(one["work"] for one in page.context if "work" in one and one["work"])
    return solved(asked)


def test_a_crowd_votes_with_some_work_and_far_above_nobody_does():
    contest, (one, _other) = contest_of("votes", *entrants(2))
    url, links = vote_url(contest, one), [token(cast.contact(f"Guest {n}")) for n in range(5)]
    assert [Client().post(url, {"t": t}).status_code for t in links[:2]] == [303, 303]
    for t in links[2:4]:
        script = Client().post(url, {"t": t})
        assert script.status_code == 429 and "Please press the button once more" in said(script)
        page = Client().get(url, {"t": t})
        assert Client().post(url, {"t": t, **work(page)}).status_code == 303
    refused = Client().post(url, {"t": links[4], **work(Client().get(url, {"t": links[4]}))})
    assert refused.status_code == 429 and "in some minutes" in said(refused)
    assert counted(contest) == {one.pk: 4} and Vote.objects.count() == 4


def test_a_crowd_compares_photos():
    contest, _entries = contest_of("pairs", *entrants(4))
    url, t = f"{path(contest)}pairs/", token(cast.bob())
    for _time in range(2):
        form = {"t": t, "pair": pair_of(Client().get(url, {"t": t})), "choice": "left"}
        assert Client().post(url, form).status_code == 303
    page = Client().get(url, {"t": t})
    form = {"t": t, "pair": pair_of(page), "choice": "left"}
    script = Client().post(url, form)
    assert script.status_code == 429 and pair_of(script) and Comparison.objects.count() == 2
    assert Client().post(url, {**form, **work(page)}).status_code == 303 and Comparison.objects.count() == 3


def test_a_crowd_votes_on_the_board():
    Board.objects.create(is_open=True)
    oats = suggested(cast.carol(), "Oat milk")
    url, links = f"/b/{oats.uid}/vote/", [token(cast.contact(f"Guest {n}")) for n in range(3)]
    assert [Client().post(url, {"t": t}).status_code for t in links] == [303, 303, 429]
    page = Client().get(f"/b/{oats.uid}/", {"t": links[2]})
    assert Client().post(url, {"t": links[2], **work(page)}).status_code == 303
    assert votes(oats) == 4 and pages.DEEDS is FEW


def test_strangers_of_one_network_are_mailed_to_as_many_as_work_for_it(monkeypatch):
    for module in ("campaigns.proving.asking", "campaigns.contests.voting.doors"):
        monkeypatch.setattr(f"{module}.MAILS", Crowd("mails", free=1, most=3, seconds=3600))
    contest, (one, _other) = contest_of("votes", *entrants(2))
    url = vote_url(contest, one)

    def ask(number: int, **fields: str) -> int:
        return Client().post(url, unhurried(email=f"d{number}@shop.example", **fields)).status_code

    assert [ask(0), ask(1)] == [200, 429]
    assert [ask(n, **work(Client().get(url))) for n in (1, 2)] == [200, 200]
    assert ask(3, **work(Client().get(url))) == 429 and Claim.objects.count() == 3
    assert hurdles.forms("x").most > 3


def test_in_a_browser_the_work_is_done_while_the_page_is_read(
    browser: Browser, live_server, collected_static: None, monkeypatch
) -> None:
    monkeypatch.setattr(doors, "DEEDS", Crowd("few", free=1, most=9, seconds=600))
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    contest, (one, _other) = contest_of("votes", *entrants(2))
    context = browser.new_context(viewport=PHONE)
    for number, name in enumerate(("Guest 0", "Guest 1")):
        page = context.new_page()
        page.goto(f"{live_server.url}{path(contest)}entry/{one.uid}/?t={token(cast.contact(name))}")
        assert page.locator("#proof").count() == number
        looked_at(page, f"crowd-{number}")
        page.get_by_role("button", name="Vote for this photo").click()
        expect(page.get_by_text("Your vote counts for this photo.")).to_be_visible()
    assert counted(contest) == {one.pk: 2}
    context.close()
