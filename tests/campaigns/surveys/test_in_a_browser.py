"""What only a browser shows: the taps and buttons work without script, and everybody can use the pages."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from campaigns.surveys.models import Response
from crm.preferences.models import Preference
from tests.campaigns.surveys.questions import MILK, published, tap

pytestmark = pytest.mark.django_db(transaction=True)


class Shop(ThreadingHTTPServer):
    frame = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Window(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<!doctype html><iframe src="{self.server.frame}"></iframe>'.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


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


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Another website, whose only page shows `frame`."""
    server = Shop(("127.0.0.1", 0), Window)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("named", [True, False])
def test_only_named_sites_may_show_the_survey_in_a_frame(live_server, page: Page, shop, named):
    published(MILK, embed_on=[shop.origin] if named else [])
    shop.frame = f"{live_server.url}/s/coffee/"
    with page.expect_response("**/s/coffee/"):
        page.goto(shop.origin)
    page.wait_for_load_state("networkidle")
    expect(page.frame_locator("iframe").get_by_role("radio")).to_have_count(3 if named else 0)
