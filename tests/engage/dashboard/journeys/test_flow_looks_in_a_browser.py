"""The editor as it is seen: with menus and forms open, by day and night, on a desktop, a tablet and a phone; dragged by
a finger; a journey from a file."""

import json
import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.journeys.actions import create_journey
from campaigns.journeys.models import Journey
from crm.business import actions
from crm.contacts.models import Topic
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import live_journey
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.engage.dashboard.journeys.test_flow_goal_and_exits import ASKING
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

TABLET = {"width": 820, "height": 1180}
ALL = [(DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark"), (TABLET, "light")]
KINDS = {
    "known": {"kind": "branch", "rule": {"did": "preference", "name": "milk"}, "yes": "note", "no": "call"},
    "note": {"kind": "remember", "key": "tags", "value": "oat", "how": "add", "next": "bye"},
    "call": {"kind": "task", "task": "call", "text": "Ask them", "within": {"days": 2}, "next": "bye"},
    "thank": letter("Thank you", next="known"),
}
FORMS = ["start", "goal", "ask", "pause", "pause.exits.0", "pause.exits.1", "known", "note", "call", "lucky", "bye"]


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    Topic.objects.create(key="offers", label="Offers")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.fixture
def journey(shop) -> Journey:
    """With a card of each kind."""
    draft = scenario(goal={"event": "Order Refunded"}, steps={"pause": ASKING, **KINDS})
    return create_journey(name="Mine", draft=draft, by="Max", at=cast.NOON)


def unfold(page: Page, where: str) -> None:
    for details in page.locator(f"{where} details:not([open]) > summary").all():
        if details.is_visible():
            details.click()


@pytest.mark.parametrize(("size", "scheme"), ALL)
def test_menus_and_every_form_are_looked_at_open(browser: Browser, shop, journey, size, scheme) -> None:
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    page, look = context.new_page(), f"editor-{size['width']}-{scheme}"
    page.goto(f"{shop}/journeys/{journey.uid}/flow/")
    looked_at(page, look)
    page.get_by_label("Add a step after step 1", exact=True).click()
    page.locator("details[open] .flow-advanced > summary").click()
    looked_at(page, f"{look}-plus")
    page.get_by_label("Add a step after step 1", exact=True).click()
    page.get_by_label("More for step 2").click()
    looked_at(page, f"{look}-more")
    page.get_by_label("More for step 2").click()
    page.locator(".flow-more > summary").click()
    looked_at(page, f"{look}-advanced")
    for name in FORMS:
        page.goto(f"{shop}/journeys/{journey.uid}/flow/{name}/")
        unfold(page, "#flow-panel")
        looked_at(page, f"{look}-form-{name}")
    page.goto(f"{shop}/journeys/{journey.uid}/definition/")
    looked_at(page, f"{look}-definition")
    context.close()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark"), (TABLET, "light")])
def test_a_running_journey_shows_its_numbers(browser: Browser, shop, size, scheme) -> None:
    live = live_journey(scenario(steps={"pause": ASKING, **KINDS}))
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    page = context.new_page()
    page.goto(f"{shop}/journeys/{live.uid}/flow/")
    expect(page.get_by_text("0 in").first).to_be_visible()
    looked_at(page, f"editor-live-{size['width']}-{scheme}")
    context.close()


def test_a_step_is_dragged_with_a_finger_on_a_tablet(browser: Browser, shop) -> None:
    journey = create_journey(name="Mine", draft=scenario(), by="Max", at=cast.NOON)
    context = signed_in(browser, shop, cast.max_(), TABLET, "light")
    page = context.new_page()
    page.goto(f"{shop}/journeys/{journey.uid}/flow/")
    grip = page.locator("[data-card='open-pause'] [data-drag]").bounding_box()
    place = page.locator("[data-place='lucky.arms.1'] > summary").bounding_box()
    assert grip and place
    touch = context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
    x, y = grip["x"] + 10, grip["y"] + 10
    to_x, to_y = place["x"] + 16, place["y"] + 10
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in range(1, 9):
        point = {"x": x + (to_x - x) * part / 8, "y": y + (to_y - y) * part / 8}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    expect(page.locator(".drop-here")).to_have_count(1)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("#flow-state")).to_contain_text("Saved")
    journey.refresh_from_db()
    assert journey.draft["steps"]["lucky"]["arms"][1]["next"] == "pause"
    context.close()


def test_a_journey_is_brought_in_from_a_file_and_undone(browser: Browser, shop, tmp_path) -> None:
    journey = create_journey(name="Mine", draft=scenario(), by="Max", at=cast.NOON)
    changed = scenario(steps={"thank": letter("Many thanks", next="bye")})
    file = tmp_path / "other.json"
    file.write_text(json.dumps(changed))
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/journeys/{journey.uid}/flow/")
    page.locator(".flow-more > summary").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download as JSON").click()
    assert json.loads(taken.value.path().read_text()) == scenario()
    page.get_by_role("link", name="See, paste or bring in JSON").click()
    page.get_by_label("Bring in a file").set_input_files(file)
    expect(page.get_by_text("other.json")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Send “Many thanks”.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Send “Thank you”.")).to_be_visible()
    journey.refresh_from_db()
    assert journey.draft == scenario()
    context.close()
