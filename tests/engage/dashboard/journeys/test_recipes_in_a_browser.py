"""Recipes in a real browser: three clicks to a draft that can be tried, by day and night, on a phone."""

import urllib.request
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, ConsoleMessage, expect

from campaigns.journeys.models import Journey
from crm.business import actions
from crm.catalog.models import Order
from crm.contacts.models import Topic
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import published
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    Topic.objects.create(key="offers", label="Offers")
    published()
    alice, at = cast.alice(), clock.now() - timedelta(days=70)
    Order.objects.create(
        external_id="1", contact=alice, recorded_for=alice, at=at, total=9, currency="GBP", source="write"
    )
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


def of_ours(message: ConsoleMessage) -> bool:
    """An error or a warning, but for what axe says where it meets the sandboxed frame of a preview."""
    return message.type in {"error", "warning"} and "'postMessage' on 'DOMWindow'" not in message.text


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_three_clicks_make_a_draft_that_can_be_tried(browser: Browser, shop, size, scheme) -> None:
    context = signed_in(browser, shop, cast.olga(), size, scheme)
    heard: list[str] = []
    context.on("console", lambda message: heard.append(message.text) if of_ours(message) else None)
    page, look = context.new_page(), f"recipes-{size['width']}-{scheme}"
    page.goto(f"{shop}/journeys/recipes/")
    looked_at(page, look)
    page.get_by_role("link", name="Gone quiet 60 days").click()
    expect(page.get_by_text("1 person in the last year.")).to_be_visible()
    looked_at(page, f"{look}-one")
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("link", name="Alice Moreau").click()
    expect(page.get_by_text("It has been a while").first).to_be_visible()
    looked_at(page, f"{look}-tried")
    assert Journey.objects.get().state == "draft"

    page.goto(f"{shop}/journeys/recipes/gone-quiet/")
    page.get_by_role("link", name="Spanish").click()
    expect(page.get_by_label("Subject")).to_have_value("Hace tiempo que no sabemos de ti")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#step-1")).to_contain_text("Wait 60 days")
    looked_at(page, f"{look}-flow")
    page.goto(f"{shop}/journeys/recipes/low-score/")
    looked_at(page, f"{look}-needs")
    context.close()
    assert heard == []
