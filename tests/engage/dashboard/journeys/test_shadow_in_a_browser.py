"""The page of a shadow in a real browser: by day and night, on a desktop and a phone, and switched on by its button."""

import urllib.request
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Browser, expect

from campaigns.journeys.actions import begin_shadow, create_journey
from campaigns.journeys.backtest import running
from campaigns.journeys.backtest.actions import begin
from campaigns.journeys.models import Journey
from campaigns.journeys.shadow import judging
from crm.business.actions import update_business
from crm.contacts.models import Topic
from engage import walk
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import listen, ordered
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in
from tests.engage.test_shadow import agreed, three_messages

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    update_business(by="test", at=clock.now(), name="Quay Lane")
    Topic.objects.create(key="offers", label="Offers")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.fixture
def journey(shop) -> Journey:
    """In shadow for a week, begun by some people on each noon; every third has no permission."""
    now = clock.now().replace(hour=12) - DAY
    made = create_journey(name="After the first order", draft=three_messages(), by="Max", at=now - 8 * DAY)
    begin_shadow(made, by="Max", at=now - 7 * DAY)
    number = 0
    for day in range(7, -1, -1):
        at = now - day * DAY
        with time_machine.travel(at, tick=False):
            for _ in range(1 + (day * 5) % 4):
                number += 1
                person = cast.contact(f"Person {number}", f"p{number}@shop.example")
                if number % 3:
                    agreed(person)
                listen(ordered(person, f"m{number}", at=at), at=at)
            walk.run()
            judging.run()
    begin(made, since=now - 30 * DAY, until=now, by="Max", at=now)
    running.run()
    return made


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_it_is_looked_at_and_switched_on(browser: Browser, shop, journey, size, scheme) -> None:
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    page, look = context.new_page(), f"shadow-{size['width']}-{scheme}"
    page.goto(f"{shop}/journeys/{journey.uid}/shadow/")
    page.locator("summary", has_text="The table behind it").click()
    looked_at(page, look)
    page.goto(f"{shop}/journeys/{journey.uid}/")
    looked_at(page, f"{look}-journey")
    page.goto(f"{shop}/journeys/{journey.uid}/shadow/")
    page.get_by_role("link", name="no permission").click()
    looked_at(page, f"{look}-messages")
    page.locator("main a.row-title").first.click()
    expect(page.get_by_text("In shadow only: Send “One”.")).to_be_visible()
    looked_at(page, f"{look}-walk")
    page.goto(f"{shop}/journeys/{journey.uid}/shadow/")
    page.get_by_label("go on live from where they stand").check()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("On. From now on messages go out.")).to_be_visible()
    assert Journey.objects.get().state == "live"
    context.close()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_way_into_it_is_looked_at(browser: Browser, shop, size, scheme) -> None:
    made = create_journey(name="After the first order", draft=three_messages(), by="Max", at=clock.now())
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    page = context.new_page()
    page.goto(f"{shop}/journeys/{made.uid}/shadow/")
    looked_at(page, f"shadow-begin-{size['width']}-{scheme}")
    page.get_by_role("button", name="Begin the shadow").click()
    expect(page.get_by_text("Nobody has begun it yet")).to_be_visible()
    context.close()
