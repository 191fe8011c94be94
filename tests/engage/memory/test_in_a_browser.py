"""The customer's page as she uses it: from the link to a correction, on a phone, and readable by everybody."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from crm.dialogue.models import Message
from crm.preferences.models import Preference
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def faults(page: Page) -> list[str]:
    return [f"{found['id']}: {found['help']}" for found in Axe().run(page).response["violations"]]


def test_from_the_link_through_the_code_to_a_correction(live_server, page: Page, alice, link):
    told(alice)
    page.goto(live_server.url + link)
    assert faults(page) == []
    page.get_by_role("button", name="Send me a code").click()
    assert faults(page) == []
    mail = Message.objects.get(origin="memory:code")
    page.get_by_label("Code", exact=True).fill(re.search(r"\d{6}", mail.text)[0])
    page.get_by_label("Remember this device").check()
    page.get_by_role("button", name="Show what you remember").click()
    expect(page.get_by_text("oat milk, please")).to_be_visible()
    assert faults(page) == []
    page.get_by_text("Correct", exact=True).click()
    page.get_by_label("What is right?").fill("soy milk")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your word stands until you say otherwise")).to_be_visible()
    assert Preference.objects.get(state="active").value == "soy milk"
    page.goto(live_server.url + link)
    page.get_by_role("link", name="Show it").click()
    expect(page.get_by_text("soy milk").first).to_be_visible()
    assert [cookie["name"] for cookie in page.context.cookies()] == ["engage_device"]


def test_switches_work_by_keyboard(live_server, page: Page, alice, link):
    page.goto(live_server.url + link)
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="We have stopped writing to you")).to_be_visible()
    assert faults(page) == []
