"""Groups are written in a real browser: by day and by night, on a phone, by keyboard, and without script."""

import os
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm.business import actions
from crm.segments.models import Segment
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import OPTIONS

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    cast.contact("Lucía Ortega", language="es"), cast.alice()
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


def new_group(context: BrowserContext, shop: str) -> Page:
    client = Client()
    client.force_login(cast.olga())
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": shop}])
    page = context.new_page()
    page.goto(f"{shop}/people/groups/new/")
    return page


def looked_at(page: Page, name: str) -> None:
    """Nothing too wide, nothing that axe finds; on a phone nothing too small to press."""
    if folder := os.environ.get("ENGAGE_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), name
    results = Axe().run(page, options=OPTIONS).response
    found = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in results["violations"]]
    assert found == [], name
    if "390" in name:
        small = page.evaluate(
            """() => [...document.querySelectorAll('#main :is(.btn, summary, .input)')]
                .filter(element => element.offsetParent && element.getBoundingClientRect().height < 43.5)
                .map(element => element.outerHTML.slice(0, 100))"""
        )
        assert small == [], name


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_group_is_written_while_its_meaning_is_shown(browser: Browser, shop: str, size, scheme: str) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = new_group(context, shop), f"{size['width']}-{scheme}"
    sentence = page.locator(".rule-sentence")
    looked_at(page, f"1-new-{look}")
    page.locator("#r-0-about").select_option("field:contact.language")
    page.locator("#r-0-value").fill("es")
    expect(sentence).to_have_text("People whose language is “es”.")
    expect(page.locator(".rule-count")).to_contain_text("1 person")
    page.get_by_role("button", name="Add a group").click()
    page.locator("#r-1-0-about").select_option("did:order")
    page.locator("#r-1-0-how").select_option("sum")
    page.locator("#r-1-0-value").fill("dear")
    expect(page.locator("#r-1-0-problems")).to_have_text("This must be a number.")
    page.locator("#r-1-0-value").fill("50")
    page.locator("#r-1-0-currency").select_option("GBP")
    page.locator("#r-1-0-when").select_option("within")
    page.locator("#r-1-0-when_amount").fill("90")
    page.locator("#r-1-1-about").select_option("did:event")
    page.locator("#r-1-1-which").click()
    page.locator("#r-1-1-0-about").select_option("property")
    page.locator("#r-1-1-0-name").fill("shade")
    page.locator("#r-1-1-0-value").fill("dark")
    expect(sentence).to_contain_text("did where “shade” is “dark”")
    looked_at(page, f"2-written-{look}")
    page.get_by_role("searchbox", name="Who?").fill("moreau")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Why? Alice Moreau").click()
    expect(page.get_by_text("Alice Moreau is not in this group.")).to_be_visible()
    looked_at(page, f"3-why-{look}")
    page.get_by_label("Name").first.fill("Reads Spanish")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Reads Spanish", level=1)).to_be_visible()
    looked_at(page, f"4-kept-{look}")
    page.goto(f"{shop}/people/groups/")
    expect(page.get_by_text("0 people")).to_be_visible()
    looked_at(page, f"5-list-{look}")
    context.close()
    assert heard == []
    money = {"column": "currency", "op": "is", "value": "GBP"}
    assert Segment.objects.get().rule["all"][1]["any"][0] == {
        "did": "order",
        "where": [money],
        "within": {"days": 90},
        "sum": {"column": "total", "op": "at_least", "value": 50},
    }


def test_by_keyboard_a_row_is_added_filled_removed_and_brought_back(browser: Browser, shop: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = new_group(context, shop)
    page.locator("#r-add").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#r-1-about")).to_be_focused()
    page.keyboard.type("Language")
    expect(page.locator("#r-1-value")).to_be_visible()
    expect(page.locator("#r-1-about")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#r-1-op")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("es")
    expect(page.locator(".rule-sentence")).to_have_text("People whose language is “es”.")
    expect(page.locator("#r-1-value")).to_be_focused()
    page.locator("#r-1-remove").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rule-sentence")).to_have_text("Everyone.")
    page.locator("#rule-undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rule-sentence")).to_have_text("People whose language is “es”.")
    expect(page.locator("#r-1-value")).to_have_value("es")
    context.close()


def test_without_script_every_button_brings_the_page_back(browser: Browser, shop: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = new_group(context, shop)
    page.locator("#r-0-about").select_option("field:contact.language")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("#r-0-problems")).to_have_text("Fill this in.")
    page.locator("#r-0-value").fill("es")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".rule-sentence")).to_have_text("People whose language is “es”.")
    page.get_by_role("button", name="Why? Lucía Ortega").click()
    expect(page.get_by_text("Lucía Ortega is in this group.")).to_be_visible()
    page.get_by_role("button", name="Add a condition").click()
    page.locator("#r-1-about").select_option("did:order")
    page.get_by_role("button", name="Undo the last change").click()
    expect(page.locator("#r-1-about")).to_have_count(0)
    page.get_by_label("Name").first.fill("Reads Spanish")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Reads Spanish", level=1)).to_be_visible()
    context.close()
