"""What only a browser shows: the taps and buttons work without script, and everybody can use the pages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from campaigns.surveys.models import Response
from crm.preferences.models import Preference
from tests.campaigns.surveys.questions import MILK, published, tap

pytestmark = pytest.mark.django_db(transaction=True)


def path(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def faults(page: Page) -> list[str]:
    return [f"{found['id']}: {found['help']}" for found in Axe().run(page).response["violations"]]


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}}


def test_a_tap_is_confirmed_and_can_be_kept_from_memory(live_server, page: Page, survey, message):
    page.goto(live_server.url + path(tap(message)))
    expect(page.get_by_role("radio", name="oat milk")).to_be_checked()
    assert faults(page) == []
    page.get_by_label("Anything else?").fill("Ground, please.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("and use it to choose what we write to you about")).to_be_visible()
    assert faults(page) == []
    assert Response.objects.get().state == "final"
    page.get_by_role("button", name="Don’t").click()
    expect(page.get_by_text("We do not remember this.")).to_be_visible()
    assert Preference.objects.get().state == "forgotten"
    assert page.context.cookies() == []


def test_it_works_without_script(live_server, browser, survey, message):
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + path(tap(message, no="")))
    page.get_by_role("radio", name="soy milk").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()
    assert Response.objects.get().answers["milk"]["value"] == "soy milk"


SHOP = "http://127.0.0.2:8998"


@pytest.mark.parametrize(("named", "shown"), [([SHOP], True), ([], False)])
def test_only_named_sites_may_show_the_survey_in_a_frame(live_server, page: Page, named, shown):
    published(MILK, embed_on=named)
    frame = f'<!doctype html><iframe src="{live_server.url}/s/coffee/"></iframe>'
    page.route(f"{SHOP}/", lambda route: route.fulfill(body=frame, content_type="text/html"))
    with page.expect_response("**/s/coffee/"):
        page.goto(f"{SHOP}/")
    page.wait_for_load_state("networkidle")
    expect(page.frame_locator("iframe").get_by_role("radio")).to_have_count(3 if shown else 0)
