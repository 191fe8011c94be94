"""Results as they are seen, and how they move while answers come."""

import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from crm.contacts.models import Topic
from engage.lib import streaming
from engage.lib.live import listener
from tests import cast
from tests.campaigns.surveys.every_kind import question
from tests.campaigns.surveys.many import answer
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, published
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in
from tests.engage.dashboard.surveys.test_results import DRAWN, every_kind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server, collected_static: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Streams notice soon that nobody reads them any more; the test ends when nobody listens."""
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.5)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    yield live_server.url
    listener.join()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_every_chart_on_a_desk_and_on_a_phone(browser: Browser, shop: str, size, scheme) -> None:
    survey = published(*(question(kind) for kind in DRAWN))
    Topic.objects.create(key="news", label="News")
    answer(survey, *every_kind(40), contact=cast.alice())
    with closing(signed_in(browser, shop, cast.max_(), size, scheme)) as context:
        page = context.new_page()
        page.goto(f"{shop}/surveys/{survey.uid}/")
        looked_at(page, f"results-{size['width']}-{scheme}")
        page.goto(f"{shop}/surveys/{survey.uid}/together/?down=a_one_of&across=a_nps")
        looked_at(page, f"together-{size['width']}-{scheme}")
        page.goto(f"{shop}/surveys/{survey.uid}/answers/?question=a_text")
        page.locator("[name=saying]").first.check()
        page.get_by_label("Tag those that are ticked").fill("Late")
        page.get_by_role("button", name="Tag", exact=True).click()
        expect(page.locator(".toasts")).to_contain_text("1 answer is tagged Late")
        looked_at(page, f"words-{size['width']}-{scheme}")
        page.locator(".survey-answer .chip").first.click()
        page.get_by_role("link", name="We did something about “Late”").click()
        page.get_by_label("What did you do?").fill("we deliver in the morning.")
        page.get_by_label("What it is about").select_option(label="News")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("we deliver in the morning.").first).to_be_visible()
        looked_at(page, f"deed-{size['width']}-{scheme}")


def test_numbers_move_by_themselves_and_many_answers_are_read_together(browser: Browser, shop: str) -> None:
    survey, other = published(MILK), published(MILK, key="other")
    answer(survey, {"milk": 1}, contact=cast.alice())
    with closing(signed_in(browser, shop, cast.max_(), DESKTOP, "light")) as context:
        page = context.new_page()
        asked: list[str] = []
        with page.expect_request(lambda request: "/live/surveys/" in request.url):
            page.goto(f"{shop}/surveys/{survey.uid}/")
        page.on("request", lambda one: asked.append(one.url) if one.headers.get("hx-request") else None)
        figure = page.locator(".figures dd").first
        submit(Client(), "/s/coffee/", milk=1)
        expect(figure).to_have_text("2", timeout=20_000)
        before = len(asked)
        for _ in range(15):
            submit(Client(), "/s/coffee/", milk=2)
        expect(figure).to_have_text("17", timeout=30_000)
        assert 1 <= len(asked) - before <= 6
        before = len(asked)
        submit(Client(), "/s/other/", milk=2)
        page.wait_for_timeout(4000)
        assert len(asked) == before and other.key == "other"
