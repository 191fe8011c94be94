"""The sign-up form, its confirmation and what comes after, as a browser shows them: by day and night, on a phone."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from crm.business.actions import update_business
from engage.lib import clock
from tests.campaigns.surveys.questions import MILK
from tests.campaigns.surveys.sign_ups import NAME, PERMISSION, link, mails, sign_up_form
from tests.engage.dashboard.looking import LOOKS, looked_at

pytestmark = pytest.mark.django_db(transaction=True)

EXPLAINED = MILK | {"hint": "So that we write to you about what you drink, and about nothing else."}


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    update_business(by="test", at=clock.now(), name="Quay Lane", postal_address="1 Quay Lane, Harbourton")
    sign_up_form(NAME, EXPLAINED, PERMISSION)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_somebody_asks_to_be_written_to_and_confirms_it(browser: Browser, shop: str, size, scheme) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = context.new_page(), f"sign-up-{size['width']}-{scheme}"

    page.goto(f"{shop}/s/letters/")
    looked_at(page, f"{look}-form")
    page.get_by_label("Your first name").fill("Dora")
    page.get_by_label("oat milk").check()
    page.get_by_role("textbox").last.fill("dora@shop")
    page.get_by_role("textbox").last.press("Enter")
    expect(page.get_by_text("This address is not complete.")).to_be_visible()
    looked_at(page, f"{look}-wrong")
    page.get_by_role("textbox").last.fill("dora@a-rather-long-name-of-a-house.shop.example")
    page.get_by_role("button").last.click()
    expect(page.get_by_role("heading", name="One step is left")).to_be_visible()
    looked_at(page, f"{look}-asked")

    (mail,) = mails()
    page.goto(shop + link(mail))
    expect(page.get_by_text("oat milk")).to_be_visible()
    looked_at(page, f"{look}-confirm")
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_role("heading", name="You are on the list")).to_be_visible()
    looked_at(page, f"{look}-done")

    page.goto(f"{shop}/s/letters/confirm/nonsense/")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    looked_at(page, f"{look}-no-link")
    assert context.cookies() == []
    assert [text for text in heard if "status of 40" not in text] == []
    context.close()
