"""A poll as it is seen, and how it moves while somebody looks."""

import urllib.request

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from campaigns.surveys.limits.limits import Once
from engage.lib import streaming
from engage.lib.live import listener
from tests import cast
from tests.campaigns.polls.polling import opened, path, vote
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_what_came_of_it_moves_while_somebody_looks(
    browser: Browser, live_server, collected_static: None, monkeypatch, size
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    poll = opened(shows="always", once=Once.DEVICE)
    vote(Client(), poll, 1)
    context = signed_in(browser, live_server.url, cast.max_(), size, "light")
    page, width = context.new_page(), size["width"]
    page.goto(live_server.url + path(poll))
    expect(page.get_by_text("1 person voted")).to_be_visible()
    vote(Client(), poll, 2)
    expect(page.get_by_text("2 people voted")).to_be_visible()
    looked_at(page, f"poll-public-{width}")
    page.get_by_label("Plum cake").check()
    page.get_by_role("button", name="Vote").press("Enter")
    page.get_by_role("link", name="See what came of it").click()
    expect(page.get_by_text("2 votes, 67 %")).to_be_visible()
    for name, url in {
        "list": "/surveys/polls/",
        "new": "/surveys/polls/new/",
        "one": f"/surveys/polls/{poll.uid}/",
    }.items():
        page.goto(live_server.url + url)
        looked_at(page, f"poll-{name}-{width}")
    context.close()
    listener.join()
