"""A poll within a page of the shop's own site: the vote, and what came of it, in one frame."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from campaigns.surveys.limits.limits import Once
from engage.lib import streaming
from engage.lib.live import listener
from tests.campaigns.polls.polling import opened, path, vote
from tests.campaigns.surveys.embeds.places import SITE, placed
from tests.campaigns.surveys.embeds.test_in_a_browser import complaints, site, visit  # noqa: F401 fixtures
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_votes_in_a_frame_sees_there_what_came_of_it(
    live_server,
    site: Callable[..., str],  # noqa: F811
    visit: Callable[..., Page],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    poll = opened(once=Once.DEVICE)
    url = site(poll.survey, "inline")
    vote(Client(), poll, 1)
    for size, came in ((DESKTOP, "2 people voted"), (PHONE, "3 people voted")):
        page = visit(size)
        heard = complaints(page)
        page.goto(url)
        frame = page.frame_locator("iframe")
        frame.get_by_label("Plum cake").check()
        frame.get_by_role("button", name="Confirm").click()
        frame.get_by_role("link", name="See what came of it").click()
        expect(frame.get_by_text(came)).to_be_visible()
        page.wait_for_timeout(500)
        looked_at(page, f"poll-in-a-frame-{size['width']}")
        inner = next(one for one in page.frames if "/poll/" in one.url)
        inside = inner.evaluate("document.body.getBoundingClientRect().height")
        assert inside <= page.locator("iframe").bounding_box()["height"], "all of it is seen"
        assert heard == [] and len(page.context.pages) == 1
        page.context.close()
    listener.join()


def test_only_a_place_of_this_poll_that_is_on_may_hold_its_page(client: Client) -> None:
    poll, other = opened(once=Once.DEVICE), opened(question="And which tea?", once=Once.DEVICE)
    on, off, elsewhere = placed(poll.survey, "inline"), placed(poll.survey, on=False), placed(other.survey, "inline")
    may = client.get(f"{path(poll)}?in={on.uid}")
    assert f"frame-ancestors 'self' {SITE}" in may["Content-Security-Policy"]
    assert "X-Frame-Options" not in may
    for named in (off.uid, elsewhere.uid, "1", "'", "%00", ""):
        answer = client.get(f"{path(poll)}?in={named}")
        assert answer.status_code == 200
        assert answer["X-Frame-Options"] == "DENY" and SITE not in answer["Content-Security-Policy"]


def test_in_a_frame_a_vote_is_asked_for_by_the_survey_and_not_a_second_time(client: Client) -> None:
    poll = opened(once=Once.DEVICE)
    place = placed(poll.survey, "inline")
    assert "<form" in client.get(path(poll)).content.decode()
    assert "<form" not in client.get(f"{path(poll)}?in={place.uid}").content.decode()
