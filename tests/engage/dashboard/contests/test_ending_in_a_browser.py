"""The draw is checked by the visitor's own browser; how it ends, and links to pass on, as they are seen."""

import re
import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from campaigns.contests import actions, announcing, ending
from campaigns.contests.actions import Promised
from campaigns.contests.models import Contest, Entry, Share
from crm.contacts.actions import erase
from engage.lib import clock
from tests import cast
from tests.campaigns.contests.contesting import entered, opened, path
from tests.campaigns.contests.ended import drawn, filed, filed_many, voted
from tests.campaigns.contests.test_sharing import go, share
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
RIGHT = ["The seed is the one that was promised.", "The list is the one that was fixed.", "Who came first is right."]
WRONG = ["This is not the seed that was promised.", "This is not the list that was fixed.", "Somebody else came first."]


def ended_draw() -> Contest:
    contest = drawn(prizes=(Promised("A cake"), Promised("A tea")))
    entries = filed_many(contest, 9)
    Entry.objects.filter(pk=entries[0].pk).update(caption="Under the pear tree", shown_as="Dora")
    ending.fix_list(contest=contest, by="Max", at=clock.now())
    erase(contact=entries[4].contact, by="Olga", at=clock.now())
    return contest


@SIZES
def test_anybody_checks_a_draw_in_their_browser(browser: Browser, live_server, collected_static: None, size) -> None:
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    contest = ended_draw()
    context = browser.new_context(viewport=size)
    page, width = context.new_page(), size["width"]
    page.goto(live_server.url + path(contest) + "draw/")
    looked_at(page, f"draw-before-{width}")
    expect(page.get_by_role("button", name="Check it in this browser")).to_have_count(0)
    ending.end(contest=contest, by="Max", at=clock.now())
    page.reload()
    check, said = page.get_by_role("button", name="Check it in this browser"), page.locator(".draw-said li")
    check.press("Enter")
    expect(said).to_have_text(RIGHT)
    page.get_by_text("The numbers of the entries").click()
    looked_at(page, f"draw-after-{width}")
    record = page.request.get(live_server.url + path(contest) + "draw/record.json").json()
    last = {"among": record["drawn_from"], "came": record["drawn"][0]["came"][::-1]}
    forged = {**record, "commitment": "0" * 64, "drawn_from_sha256": "0" * 64, "drawn": [last]}
    page.route(re.compile("record.json"), lambda route: route.fulfill(json=forged))
    check.click()
    expect(said).to_have_text(WRONG)
    page.route(re.compile("record.json"), lambda route: route.abort())
    check.click()
    expect(said).to_have_text(["This browser cannot check it here. Use the file and the ten lines."])
    assert context.cookies() == []
    context.close()


@SIZES
def test_a_link_is_passed_on_by_buttons_and_counted(
    browser: Browser, live_server, collected_static: None, size
) -> None:
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    contest = opened(by="votes")
    entry = entered(contest, cast.alice(), caption="Under the pear tree")
    context = browser.new_context(viewport=size, permissions=["clipboard-read", "clipboard-write"])
    page, width = context.new_page(), size["width"]
    page.goto(live_server.url + path(contest) + f"entry/{entry.uid}/")
    one = share(contest, entry)
    expect(page.get_by_label("The link")).to_have_value(re.compile(f"/contest/go/{one.code}/$"))
    with page.expect_response(re.compile("/passed/")) as told:
        page.get_by_role("button", name="Copy").press("Enter")
    assert told.value.status == 204
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/contest/go/{one.code}/")
    assert Share.objects.get(pk=one.pk).shares == 1
    looked_at(page, f"entry-passing-{width}")
    assert page.get_by_role("link", name="WhatsApp").get_attribute("href").startswith("https://wa.me/?text=")
    assert context.cookies() == []
    context.close()


@SIZES
def test_how_it_ends_is_seen_by_its_owner(browser: Browser, live_server, collected_static: None, size) -> None:
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    width = size["width"]
    contest = opened(by="votes", prizes=(Promised("A cake"), Promised("A tea")))
    entries = filed_many(contest, 4)
    for n, entry in enumerate([entries[0], entries[0], entries[1], entries[2]]):
        voted(cast.contact(f"Voter {n}"), entry)
    for entry in entries[:2]:
        go(share(contest, entry, entry.contact))
    go(share(contest))
    draw = drawn(title="A draw", prizes=(Promised("A cake"),))
    for name in ("Gus", "Hal", "Ida"):
        filed(draw, cast.contact(name))
    context = signed_in(browser, live_server.url, cast.olga(), size, "light")
    page = context.new_page()
    page.goto(f"{live_server.url}/contests/{draw.uid}/end/")
    looked_at(page, f"end-draw-{width}")
    page.get_by_role("button", name="Take no more photos, and fix the list").click()
    expect(page.get_by_text("It does not change any more.")).to_be_visible()
    looked_at(page, f"end-draw-listed-{width}")
    page.get_by_role("button", name="Draw the winners and end it").click()
    expect(page.get_by_role("heading", name=re.compile("^Ended"))).to_be_visible()
    actions.close(contest=contest, by="Max", at=clock.now())
    Contest.objects.filter(pk=contest.pk).update(votes_close=clock.now())
    page.goto(f"{live_server.url}/contests/{contest.uid}/end/")
    looked_at(page, f"end-votes-{width}")
    page.get_by_role("button", name="End it and say who won").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Ended"))).to_be_visible()
    expect(page.get_by_text("0 of 8 told.")).to_be_visible()
    looked_at(page, f"ended-telling-{width}")
    announcing.run()
    erase(contact=entries[0].contact, by="Olga", at=clock.now())
    page.reload()
    expect(page.get_by_text("have been written to, each once.")).to_be_visible()
    looked_at(page, f"ended-{width}")
    page.get_by_role("link", name="Shares").click()
    expect(page.get_by_role("table")).to_be_visible()
    looked_at(page, f"shares-{width}")
    page.goto(live_server.url + path(contest))
    looked_at(page, f"contest-ended-{width}")
    page.goto(live_server.url + path(contest) + "draw/")
    looked_at(page, f"draw-ties-{width}")
    context.close()
