"""The editor in a real browser: a journey built by keyboard, another by drag, by day and night, on a phone."""

import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.journeys.actions import create_journey
from campaigns.journeys.models import Journey
from crm.business import actions
from crm.contacts.models import Topic
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.scenarios import scenario
from tests.engage.dashboard.looking import DESKTOP, LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    Topic.objects.create(key="offers", label="Offers")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


def add(page: Page, place: str, kind: str) -> None:
    """With the keyboard alone."""
    plus = page.get_by_label(f"Add a step {place}", exact=True)
    plus.focus()
    page.keyboard.press("Enter")
    button = page.locator(f"details[open] > .menu-list > button:has-text('{kind}')")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f".flow-card-open > .flow-line .flow-kind:has-text('{kind}')")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_journey_is_built_by_keyboard_undone_and_published(browser: Browser, shop, size, scheme) -> None:
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = context.new_page(), f"flow-{size['width']}-{scheme}"
    page.goto(f"{shop}/journeys/recipes/")
    page.locator("summary", has_text="Advanced").click()
    page.get_by_role("button", name="A journey of your own").click()
    expect(page.locator("#said-start")).to_be_visible()
    looked_at(page, f"{look}-new")

    add(page, "after step 1", "Wait")
    page.locator("#id_amount").fill("3")
    expect(page.get_by_text("Wait 3 days.")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    looked_at(page, f"{look}-wait")
    add(page, "after step 2", "If")
    looked_at(page, f"{look}-if")
    add(page, "step 3, no", "Task")
    page.get_by_label("In words").fill("Call and ask")
    expect(page.locator("#flow-state")).to_contain_text("Saved")
    add(page, "step 3, yes", "Message")
    page.get_by_label("Subject").fill("How was it")
    page.get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#flow-panel")).to_have_count(0)
    expect(page.get_by_text("Send “How was it”.")).to_be_visible()
    looked_at(page, f"{look}-two-ways")
    page.locator("#step-2").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#step-1")).to_contain_text("Wait 3 days.")
    expect(page.locator("#step-1 [id^=open-]")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#step-2")).to_contain_text("Wait 3 days.")
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#flow-redo")).to_be_enabled()
    page.get_by_role("button", name="Do again").click()
    page.get_by_role("link", name="Switch on").click()
    looked_at(page, f"{look}-publish")
    page.locator("main form button.btn-primary").click()
    expect(page.get_by_text("On. Version 1")).to_be_visible()
    kinds = [step["kind"] for step in Journey.objects.get().current.definition["steps"].values()]
    assert sorted(kinds) == ["branch", "end", "end", "send", "send", "task", "wait"]
    page.goto(f"{shop}/journeys/{Journey.objects.get().uid}/flow/")
    looked_at(page, f"{look}-live")
    assert heard == []
    context.close()


@pytest.mark.parametrize("name", ["start", "ask", "pause", "lucky", "bye"])
def test_every_form_can_be_read(browser: Browser, shop, name) -> None:
    journey = create_journey(name="Mine", draft=scenario(), by="Max", at=cast.NOON)
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/journeys/{journey.uid}/flow/{name}/")
    for summary in page.locator("#flow-panel summary", has_text="Advanced").all():
        summary.click()
    looked_at(page, f"flow-form-{name}")
    context.close()


def test_a_step_is_dragged_into_a_way(browser: Browser, shop) -> None:
    journey = create_journey(name="Mine", draft=scenario(), by="Max", at=cast.NOON)
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/journeys/{journey.uid}/flow/")
    grip = page.locator("[data-card='open-pause'] [data-drag]").bounding_box()
    place = page.locator("[data-place='lucky.arms.1'] > summary").bounding_box()
    assert grip and place
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(place["x"] + 16, place["y"] + 10, steps=8)
    expect(page.locator(".drop-here")).to_have_count(1)
    page.mouse.up()
    expect(page.locator("#flow-state")).to_contain_text("Saved")
    journey.refresh_from_db()
    assert journey.draft["steps"]["lucky"]["arms"][1]["next"] == "pause"
    assert journey.draft["steps"]["ask"]["next"] == "lucky"
    context.close()
