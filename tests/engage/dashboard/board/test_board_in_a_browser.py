"""The board as it is seen, by customers and by colleagues, on a phone and a desk; and handled by keys."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from campaigns.board import deciding
from campaigns.board.models import Board
from engage.lib import clock, streaming
from engage.lib.live import listener
from tests import cast
from tests.campaigns.board.suggesting import suggested, token, voted, votes
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_the_board_is_for_everybody(browser: Browser, live_server, collected_static: None, monkeypatch, size) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    Board.objects.create(is_open=True, title="What next?", intro="Tell us what you miss. We read every one.")
    alice, bob = cast.alice(), cast.bob()
    oats = suggested(alice, "Oat milk at the counter", "For the flat white, and warm.", tell=True)
    suggested(bob, "Open on Sundays, at least until noon, for those of us who work all week", shown=True)
    suggested(bob, "A bench outside", shown=False)
    for n in range(3):
        voted(cast.contact(f"Guest {n}"), oats)
    deciding.decide(suggestion=oats, state="planned", answer="In June.", by="Max", at=clock.now())
    width = size["width"]
    context = browser.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/b/?t={token(bob)}")
    page.get_by_role("button", name="Vote for Oat milk at the counter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your vote counts.")).to_be_visible()
    assert votes(oats) == 5
    context.close()
    context = signed_in(browser, live_server.url, cast.max_(), size, "light")
    page = context.new_page()
    for name, path in {
        "public": "/b/",
        "public-one": f"/b/{oats.uid}/",
        "public-new": "/b/new/",
        "list": "/surveys/board/",
        "one": f"/surveys/board/{oats.uid}/?like=sundays",
        "settings": "/surveys/board/settings/",
    }.items():
        page.goto(live_server.url + path)
        looked_at(page, f"board-{name}-{width}")
    context.close()
    listener.join()
