"""A page as it is seen: a picture of it on demand, nothing too wide, nothing that axe finds."""

import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from crm.business.models import User

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}
"""What is right is not written out: a selector and the text of each element of a page cost more than to look at it."""


def signed_in(browser: Browser, url: str, user: User, size: Any, scheme: Any) -> BrowserContext:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    return context


def looked_at(page: Page, name: str) -> None:
    """Pictures go to the folder that ENGAGE_TEST_PICTURES names. A click only waits for a page to begin."""
    page.wait_for_load_state()
    if folder := os.environ.get("ENGAGE_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), name
    results = Axe().run(page, options=OPTIONS).response
    found = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in results["violations"]]
    assert found == [], (name, found)
