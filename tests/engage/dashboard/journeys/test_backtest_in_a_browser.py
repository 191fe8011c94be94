"""The pages of a backtest in a real browser: the form, the work, the findings with their chart, and one person."""

import urllib.request
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from campaigns.journeys.actions import create_journey
from campaigns.journeys.backtest import running
from campaigns.journeys.models import Backtest, Journey
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.events.models import Event
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.scenarios import letter
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

ASKING = {
    "trigger": {"event": "Order Completed"},
    "entry": {"again": "always"},
    "goal": {"event": "Order Refunded"},
    "start": "ask",
    "steps": {
        "ask": letter("How was it?", next="pause", **{"class": "marketing", "topic": "offers"}),
        "pause": {
            "kind": "wait",
            "for": {"days": 3},
            "exits": [{"event": "Survey Answered", "next": "thank"}],
            "next": "bye",
        },
        "thank": letter("Thank you for your answer", next="bye", **{"class": "marketing", "topic": "offers"}),
        "bye": {"kind": "end", "reason": "Asked"},
    },
}


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    update_business(by="test", at=clock.now(), name="Quay Lane")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.fixture
def journey(shop) -> Journey:
    """Forty people who ordered over the year, more of them towards its end; every fourth never agreed."""
    topic, now = Topic.objects.create(key="offers", label="Offers"), clock.now().replace(hour=12)
    for number in range(40):
        person = cast.contact(f"Person {number}", f"p{number}@shop.example")
        if number % 4:
            record_consent(contact=person, topic=topic, state="granted", how="form", at=now - timedelta(days=400))
        for again in range(1 + number % 3):
            at = now - timedelta(days=2 + (number * number) // 5 + again)
            Event.objects.create(
                contact=person, recorded_for=person, message_id=f"m{number}-{again}", kind="track",
                name="Order Completed", at=at, received=now, history=True, source="import",
            )  # fmt: skip
    return create_journey(name="After each order", draft=ASKING, by="Max", at=now)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_backtest_is_run_read_and_followed_to_a_person(browser: Browser, shop, journey, size, scheme) -> None:
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    page, look = context.new_page(), f"backtest-{size['width']}-{scheme}"
    page.goto(f"{shop}/journeys/{journey.uid}/backtest/")
    looked_at(page, f"{look}-form")
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_text("It is under way.")).to_be_visible()
    looked_at(page, f"{look}-running")
    running.run()
    expect(page.get_by_text("If nobody reacts")).to_be_visible()
    for summary in page.locator("main summary").all():
        summary.click()
    looked_at(page, look)
    page.locator(".day-bars a").last.click()
    expect(page.get_by_role("link", name="of all")).to_be_visible()
    page.get_by_role("link", name="no permission").click()
    expect(page.get_by_text("Held: no permission")).to_be_visible()
    page.locator("#examples a.row-title").first.click()
    expect(page.get_by_text("Send “How was it?”.").first).to_be_visible()
    looked_at(page, f"{look}-person")
    page.goto(f"{shop}/journeys/{journey.uid}/backtest/")
    looked_at(page, f"{look}-form-again")
    assert Backtest.objects.count() == 1
    context.close()
