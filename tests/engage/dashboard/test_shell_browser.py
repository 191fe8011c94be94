"""The shell in a real browser: by keyboard, on a phone, by day and by night, live, and the first run to its end."""

import re
import urllib.request
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm.business import actions
from crm.business.models import User
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock, live, streaming
from tests import cast
from tests.engage.dashboard.looking import OPTIONS

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PAGES = (
    "/",
    "/paper/",
    "/settings/business/",
    "/settings/sending/",
    "/settings/website/",
    "/settings/team/",
    "/settings/limits/",
    "/settings/memory/",
    "/settings/memory/new/",
    "/settings/memory/rules/new/",
    "/people/companies/",
    "/people/origins/",
    "/settings/health/",
    "/settings/developer/",
    "/accounts/2fa/",
)


@pytest.fixture(autouse=True)
def no_stream_stays(monkeypatch) -> Iterator[None]:
    """Streams notice sooner that a browser has left, and the last one has gone when the test ends."""
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    yield
    live.listener.join()


def sign_in(context: BrowserContext, url: str) -> Page:
    """A page of Olga's, on Home."""
    client = Client()
    client.force_login(User.objects.get(email="olga@team.example"))
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(url)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


@pytest.fixture
def shop(live_server, collected_static: None, settings) -> str:
    """The address of a running shop that Olga owns."""
    cast.olga()
    actions.update_business(by="test", at=clock.now(), name="Quay Lane", one_word="coffee")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()  # middleware is made now, and would warn of DEBUG
    settings.DEBUG = True
    return live_server.url


@pytest.fixture
def olga(page: Page, shop: str) -> Page:
    return sign_in(page.context, shop)


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complained of, such as a breach of the policy; nothing at the end."""
    heard: list[str] = []
    page.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert heard == []


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_every_page_can_be_read_by_everybody(browser: Browser, shop: str, size, scheme: str) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page = sign_in(context, shop)
    found = {}
    for path in PAGES:
        page.goto(shop + path)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not too_wide, path
        results = Axe().run(page, options=OPTIONS).response
        if results["violations"]:
            found[path] = [
                (violation["id"], [node["html"][:120] for node in violation["nodes"]][:3])
                for violation in results["violations"]
            ]
    context.close()
    assert found == {}
    assert heard == []


def test_on_a_phone_what_is_pressed_is_large_enough(browser: Browser, shop: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = sign_in(context, shop)
    for path in PAGES:
        page.goto(shop + path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('.btn, .nav-foot a, summary, .tabs a, .field input, .field select')]
                .filter(element => element.offsetParent && !['checkbox', 'radio'].includes(element.type))
                .filter(element => element.getBoundingClientRect().height < 43.5)
                .map(element => element.outerHTML.slice(0, 100))"""
        )
        assert small == [], path
    context.close()


def test_the_first_four_rooms_and_more_stand_at_the_bottom(browser: Browser, shop: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = sign_in(context, shop)
    foot = page.locator(".nav-foot")
    expect(foot.locator("> a")).to_have_count(4)
    foot.get_by_text("More").click()
    expect(foot.get_by_role("link", name="Shop")).to_be_visible()
    context.close()


@pytest.mark.usefixtures("complaints")
def test_everything_is_reached_by_keyboard(olga: Page) -> None:
    olga.keyboard.press("Tab")
    skip = olga.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    olga.keyboard.press("Enter")
    expect(olga.locator("#main")).to_be_focused()
    olga.keyboard.press("/")
    expect(olga.get_by_role("searchbox")).to_be_focused()

    gear = olga.locator("summary", has=olga.locator("xpath=.")).filter(has_not_text=re.compile("New|More")).last
    gear.focus()
    olga.keyboard.press("Enter")
    expect(olga.get_by_role("link", name="Health")).to_be_visible()
    olga.keyboard.press("Tab")
    olga.keyboard.press("Escape")
    expect(olga.get_by_role("link", name="Health")).to_be_hidden()
    expect(gear).to_be_focused()


@pytest.mark.usefixtures("complaints")
def test_a_dialog_opens_and_escape_gives_the_place_back(olga: Page, shop: str) -> None:
    olga.goto(f"{shop}/paper/")
    opener = olga.get_by_role("button", name="Open a dialog")
    opener.focus()
    olga.keyboard.press("Enter")
    expect(olga.get_by_role("dialog", name="A dialog")).to_be_visible()
    olga.keyboard.press("Escape")
    expect(olga.get_by_role("dialog", name="A dialog")).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.usefixtures("complaints")
def test_a_key_can_be_copied(olga: Page, shop: str) -> None:
    olga.context.grant_permissions(["clipboard-read", "clipboard-write"])
    olga.goto(f"{shop}/settings/website/")
    olga.get_by_role("button", name="Make the script").click()
    olga.get_by_role("button", name="Copy").click()
    expect(olga.get_by_role("button", name="Copied")).to_be_visible()
    assert olga.evaluate("navigator.clipboard.readText()").startswith("<script async src=")


@pytest.mark.usefixtures("complaints")
def test_everything_can_be_paused_and_goes_on(olga: Page) -> None:
    olga.get_by_role("button", name="Pause everything").click()
    expect(olga.get_by_text("Olga paused everything")).to_be_visible()
    olga.get_by_role("link", name="Go on").click()
    olga.get_by_role("button", name="Go on").click()
    expect(olga.get_by_role("button", name="Pause everything")).to_be_visible()
    expect(olga.get_by_role("status").get_by_text("Messages go out again.")).to_be_visible()


@pytest.mark.usefixtures("complaints")
def test_they_told_us_is_live(olga: Page) -> None:
    expect(olga.get_by_text("appears here by itself")).to_be_visible()
    alice = cast.alice()
    Preference.objects.create(
        contact=alice,
        recorded_for=alice,
        key=PreferenceKey.objects.create(key="milk", label="Milk"),
        value="oat milk",
        kind="stated",
        rank=3,
        words="Oat, please.",
        source_kind="survey",
        at=clock.now(),
    )
    live.publish("told", {})
    expect(olga.locator("blockquote").get_by_text("Oat, please.")).to_be_visible()


def test_without_script_the_rooms_are_still_there(browser: Browser, shop: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context, shop)
    page.locator("summary").filter(has_text="New").click()
    expect(page.get_by_role("link", name="Person")).to_be_visible()
    page.get_by_role("link", name="She said").click()
    expect(page.get_by_role("heading", name="She said")).to_be_visible()
    context.close()


@pytest.mark.usefixtures("complaints")
def test_the_first_run_ends_with_what_you_told(page: Page, run_web, run_worker) -> None:
    url = run_web()
    run_worker(ENGAGE_ADDRESS=url)
    page.goto(url)
    page.get_by_role("link", name="Set up my own").click()
    page.get_by_label("Your name").fill("Olga Marsh")
    page.get_by_label("E-mail").fill("olga@quay.test")
    page.get_by_label("Password").fill("three quiet kettles")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Quay Lane")
    page.get_by_label("Our shop in one word").fill("Coffee")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Later").click()
    page.get_by_role("button", name="Write to me").click()
    letter = page.frame_locator("iframe.letter")
    with page.context.expect_page() as opened:
        letter.get_by_role("link", name="oat milk").click()
    opened.value.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("You told us: oat milk")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Open my shop").click()
    expect(page.get_by_role("link", name="You told us: oat milk")).to_be_visible()
