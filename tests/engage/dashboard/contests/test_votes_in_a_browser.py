"""Voting, comparing and judging as they are seen, on a phone and a desk; by keys, and without script."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from campaigns.contests.models import Comparison, Score, Vote
from campaigns.contests.voting import jury, suspecting
from engage.lib import clock, streaming
from engage.lib.live import listener
from tests import cast
from tests.campaigns.board.suggesting import token
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import contest_of, counted, entrants, voted
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])


@SIZES
def test_voting_is_for_everybody(browser: Browser, live_server, collected_static: None, monkeypatch, size) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    people = entrants(3)
    contest, (one, other, _third) = contest_of("votes", *people)
    for n in range(6):
        voted(cast.contact(f"Guest {n}"), one, network="f" * 32, ago=n)
    voted(people[2], other), voted(people[0], one)
    suspecting.look(contest, clock.now())
    bob, width = cast.bob(), size["width"]
    context = browser.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}{path(contest)}entry/{other.uid}/?t={token(bob)}")
    page.get_by_role("button", name="Vote for this photo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your vote counts for this photo.")).to_be_visible()
    assert counted(contest)[other.pk] == 2
    page.goto(f"{live_server.url}{path(contest)}entry/{one.uid}/")
    expect(page.get_by_label("Your e-mail address")).to_be_visible()
    context.close()
    context = signed_in(browser, live_server.url, cast.olga(), size, "light")
    page = context.new_page()
    for name, url in {
        "contest": path(contest),
        "entry": f"{path(contest)}entry/{one.uid}/",
        "vote": f"{path(contest)}vote/{one.uid}/",
        "rings": f"/contests/{contest.uid}/votes/",
    }.items():
        page.goto(live_server.url + url)
        looked_at(page, f"votes-{name}-{width}")
    page.get_by_role("button", name="Count all of them").first.click()
    expect(page.get_by_text("Olga counts them")).to_be_visible()
    assert Vote.objects.filter(refused="ring").count() == 0
    context.close()
    listener.join()


@SIZES
def test_pairs_are_compared_by_keys_and_without_script(browser: Browser, live_server, collected_static, size) -> None:
    contest, _entries = contest_of("pairs", *entrants(4))
    bob, width = cast.bob(), size["width"]
    url = f"{live_server.url}{path(contest)}pairs/?t={token(bob)}"
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    looked_at(page, f"pairs-{width}")
    for n, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowDown"), 1):
        page.keyboard.press(key)
        expect(page.get_by_text(f"Pair {n + 1}.")).to_be_visible()
    assert Comparison.objects.count() == 3 and Comparison.objects.filter(better=None).count() == 1
    page.get_by_role("button", name="The left one").click()
    expect(page.get_by_text("Pair 5.")).to_be_visible()
    context.close()
    context = browser.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("button", name="The right one").click()
    expect(page.get_by_text("Pair 6.")).to_be_visible()
    page.get_by_role("button", name="Neither, go on").click()
    expect(page.get_by_text("There are no more pairs for you")).to_be_visible()
    page.goto(f"{live_server.url}{path(contest)}pairs/")
    expect(page.get_by_role("button", name="Send me the link")).to_be_visible()
    context.close()
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.goto(f"{live_server.url}{path(contest)}pairs/")
    looked_at(page, f"pairs-who-{width}")
    context.close()


@SIZES
def test_a_jury_judges_on_a_phone_saved_at_once(
    browser: Browser, live_server, collected_static, monkeypatch, size
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    contest, entries = contest_of("jury", *entrants(3), criteria=("Care and craft", "Idea"))
    juror = jury.appoint(contest=contest, name="Chef Rosa", at=clock.now())
    jury.appoint(contest=contest, user=cast.ada(), at=clock.now())
    url, width = live_server.url + jury.jury_path(juror), size["width"]
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    looked_at(page, f"jury-{width}")
    page.get_by_role("link", name="Begin").click()
    page.get_by_role("radio", name="8").first.check()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Score.objects.get().points == 8
    page.get_by_role("radio", name="8").first.press("ArrowRight")
    page.get_by_role("radio", name="6").nth(1).check()
    looked_at(page, f"judge-{width}")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("1 of 3 judged")).to_be_visible()
    assert sorted(Score.objects.values_list("points", flat=True)) == [6, 9]
    context.close()
    context = browser.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}{entries[0].uid}/")
    page.get_by_role("radio", name="3").first.check()
    page.get_by_role("button", name="Save and go on").click()
    assert Score.objects.filter(entry=entries[0], points=3).exists()
    context.close()
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    context = signed_in(browser, live_server.url, cast.olga(), size, "light")
    page = context.new_page()
    page.goto(f"{live_server.url}/contests/{contest.uid}/jury/")
    looked_at(page, f"jurors-{width}")
    context.close()
    listener.join()
