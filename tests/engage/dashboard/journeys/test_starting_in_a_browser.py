"""What starts a journey is chosen in a real browser: its fields appear, the sentence follows, and it opens again so."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from campaigns.journeys.actions import create_journey
from crm.business import actions
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.scenarios import scenario
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_starts_it_is_chosen_in_words(browser: Browser, live_server, collected_static, size) -> None:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    journey = create_journey(name="Mine", draft=scenario(), by="Max", at=cast.NOON)
    context = signed_in(browser, live_server.url, cast.max_(), size, "light")
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = context.new_page(), f"starting-{size['width']}"
    page.goto(f"{live_server.url}/journeys/{journey.uid}/flow/start/")
    page.get_by_label("When", exact=True).select_option(label="Cart left")
    page.get_by_label("Hours without an order").fill("6")
    expect(page.locator("#said-start")).to_contain_text("a cart is left for 6 hours")
    looked_at(page, f"{look}-cart")
    page.get_by_label("When", exact=True).select_option(label="Birthday")
    page.get_by_label("Days after it").fill("-7")
    expect(page.locator("#said-start")).to_contain_text("it is 7 days before their birthday")
    page.reload()
    expect(page.get_by_label("When", exact=True)).to_have_value("birthday")
    expect(page.get_by_label("Days after it")).to_have_value("-7")
    looked_at(page, f"{look}-birthday")
    page.get_by_label("When", exact=True).select_option(label="Something else, by the name of its event")
    page.get_by_label("Its name").fill("Table Booked")
    expect(page.locator("#said-start")).to_contain_text("“Table Booked” happens")
    journey.refresh_from_db()
    assert journey.draft["trigger"] == {"event": "Table Booked"}
    assert heard == []
    context.close()
