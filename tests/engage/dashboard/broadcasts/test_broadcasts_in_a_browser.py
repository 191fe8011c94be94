"""One-off messages in a real browser: on a desk and on a phone, by day and night, by keyboard, without script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from campaigns.broadcasts import actions
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.wording import plain_design
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.dialogue.actions import hold_origin
from crm.segments.models import Segment
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.broadcasts.test_broadcast_pages import EVERYBODY, begun
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def max_():
    return cast.max_()


@pytest.fixture
def shop(run_web) -> str:
    """Twenty people agreed to hear of offers, Bob did not. One message goes slowly, another is put down for later."""
    now = clock.now()
    update_business(by="test", at=now, name="Quay Lane", quiet_from="12:00", quiet_until="12:00", weekly_cap=9)
    news = Topic.objects.create(key="news", label="Offers")
    for number in range(20):
        guest = cast.contact(f"Guest {number}", f"guest{number}@people.example")
        record_consent(contact=guest, topic=news, state="granted", how="form", at=now - timedelta(days=1))
    cast.bob()
    Segment.objects.create(name="Regular", rule=EVERYBODY)
    Segment.objects.create(name="Gone quiet", rule=EVERYBODY)
    begun(news, name="New beans are in")
    begun(news, "One subject", "Another subject", name="Slowly", per_hour=3600, sample_percent=50)
    design = plain_design(subject="Later", body="Hello.", kind="letter", name="Later", by="Max", at=now)
    later = {"rule": EVERYBODY, "topic": news, "send_at": now + timedelta(days=2)}
    actions.start(
        actions.create_broadcast(name="On Friday", designs=[design], by="Max", at=now, **later), by="Max", at=now
    )
    return run_web()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_from_the_list_to_the_minute_in_which_it_can_be_cancelled(
    browser: Browser, shop: str, max_, size, scheme
) -> None:
    context = signed_in(browser, shop, max_, size, scheme)
    page, look = context.new_page(), f"{size['width']}-{scheme}"
    page.goto(f"{shop}/messages/one-off/")
    looked_at(page, f"one-off-list-{look}")
    page.goto(f"{shop}/messages/one-off/new/")
    page.get_by_label("Name").fill("Spring")
    page.get_by_label("Regular").first.check()
    expect(page.get_by_text("20 people would get it")).to_be_visible()
    looked_at(page, f"one-off-whom-{look}")
    page.get_by_role("button", name="Next: what").press("Enter")
    page.get_by_label("Subject").fill("Spring is here")
    page.get_by_label("Text").fill("Hello {{ contact.first_name }},\n\nspring is here.")
    looked_at(page, f"one-off-version-{look}")
    page.get_by_role("button", name="Keep").click()
    looked_at(page, f"one-off-what-{look}")
    page.get_by_role("button", name="Next: when").click()
    looked_at(page, f"one-off-when-{look}")
    page.get_by_role("button", name="Next: look and start").click()
    expect(page.get_by_text("“Spring” goes to 21 people")).to_be_visible()
    looked_at(page, f"one-off-draft-{look}")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("left to cancel it")).to_be_visible()
    looked_at(page, f"one-off-starting-{look}")
    page.get_by_role("button", name="Cancel: make it a draft again").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    for name in ("New beans are in", "Slowly"):
        page.goto(f"{shop}/messages/one-off/")
        page.get_by_role("link", name=name).click()
        expect(page.get_by_text("Followed a link", exact=True)).to_be_visible()
        looked_at(page, f"one-off-{name.split()[0].lower()}-{look}")
    context.close()


def test_every_step_works_without_script(browser: Browser, shop: str, max_) -> None:
    context = signed_in(browser, shop, max_, PHONE, "light")
    bare = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = bare.new_page()
    page.goto(f"{shop}/messages/one-off/new/")
    page.get_by_label("Name").fill("Spring")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Next: what").click()
    page.get_by_label("Subject").fill("Spring is here")
    page.get_by_label("Text").fill("Hello.")
    for button in ("Keep", "Next: when", "Next: look and start", "Start"):
        page.get_by_role("button", name=button, exact=True).click()
    made = Broadcast.objects.get(name="Spring")
    assert made.state == "starting" and made.starts
    expect(page.get_by_text("left to cancel it")).to_be_visible()
    page.get_by_role("button", name="Cancel: make it a draft again").click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    bare.close()
    context.close()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_going_out_is_held_and_let_go_by_the_keyboard(browser: Browser, shop: str, max_, size, scheme) -> None:
    hold_origin(origin=Broadcast.objects.get(name="Slowly").origin, because="Wrong price", by="Olga", at=clock.now())
    context = signed_in(browser, shop, max_, size, scheme)
    page, look = context.new_page(), f"{size['width']}-{scheme}"
    page.goto(f"{shop}/messages/")
    expect(page.get_by_text("Wrong price")).to_be_visible()
    looked_at(page, f"going-out-{look}")
    page.get_by_role("link", name=re.compile("Hold.*On Friday")).press("Enter")
    page.get_by_label("Why").fill("Let us ask Ada first")
    looked_at(page, f"hold-{look}")
    page.get_by_role("button", name="Hold", exact=True).press("Enter")
    expect(page.get_by_text("Let us ask Ada first")).to_be_visible()
    page.get_by_role("link", name=re.compile("Lift.*Slowly")).press("Enter")
    looked_at(page, f"lift-{look}")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_text("Wrong price")).not_to_be_visible()
    page.get_by_role("button", name="Pause everything").press("Enter")
    page.goto(f"{shop}/messages/resume/")
    looked_at(page, f"resume-{look}")
    page.goto(f"{shop}/messages/sent/?term=unknown")
    looked_at(page, f"unknown-{look}")
    page.goto(f"{shop}/settings/health/")
    looked_at(page, f"health-{look}")
    context.close()
