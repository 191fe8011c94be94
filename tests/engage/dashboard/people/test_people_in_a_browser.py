"""The list of people in a real browser: chosen, acted on, undone and looked at again, by day and night, on a phone."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from crm.business import actions
from crm.contacts.models import Pause
from crm.lists import bulk, running
from crm.preferences.models import PreferenceKey
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import DESKTOP, LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    PreferenceKey.objects.create(key="milk", label="Milk")
    for n in range(60):
        cast.contact(
            f"Person {n:02}", f"person.{n}@a-rather-long-name-of-a-house.example", language="en" if n % 3 else "es"
        )
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_people_are_chosen_acted_on_and_had_back_and_every_page_can_be_read(
    browser: Browser, shop, size, scheme
) -> None:
    context = signed_in(browser, shop, olga := cast.olga(), size, scheme)
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = context.new_page(), f"people-{size['width']}-{scheme}"

    page.goto(f"{shop}/people/?language=en&order=name")
    expect(page.locator(".people-count")).to_have_text("40 people")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    page.get_by_label("Everybody on this page").check()
    expect(page.locator("[data-chosen]")).to_have_text("40")
    looked_at(page, f"{look}-chosen")
    page.get_by_role("button", name="Pause", exact=True).click()
    looked_at(page, f"{look}-act")
    page.get_by_role("button", name="Pause: 40 people").click()
    expect(page.get_by_text("Paused for 7 days: 40 people.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: 40 people.")).to_be_visible()
    assert not Pause.objects.filter(lifted=None).exists()

    page.goto(f"{shop}/people/?language=en")
    page.get_by_role("link", name="Columns").click()
    expect(page.get_by_label("Milk", exact=True)).to_be_visible()
    looked_at(page, f"{look}-columns")
    for name in ("Milk", "Held", "Permission", "Country"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Show").click()
    looked_at(page, f"{look}-wide")
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name").fill("Speaks English")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".views [aria-current]")).to_have_text("Speaks English")
    looked_at(page, f"{look}-view")
    page.get_by_role("link", name="Rename or delete").click()
    looked_at(page, f"{look}-change")

    job = bulk.begin(
        "pause",
        {"days": 7},
        number=40,
        colleague=olga,
        at=clock.now(),
        filters={"language": "en"},
        narrowed=["Language: English"],
    )
    page.goto(f"{shop}/people/acts/{job.uid}/")
    expect(page.get_by_text("It is under way.")).to_be_visible()
    looked_at(page, f"{look}-under-way")
    running.run()
    expect(page.get_by_role("heading", name="Done.")).to_be_visible()
    looked_at(page, f"{look}-done")
    page.goto(f"{shop}/people/acts/")
    looked_at(page, f"{look}-acts")
    assert heard == []
    context.close()


def test_the_keyboard_alone_chooses(browser: Browser, shop) -> None:
    context = signed_in(browser, shop, cast.olga(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/people/?order=name")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    chosen = page.locator("tr:has(input[name=who]:checked) th")
    expect(chosen).to_have_count(2)
    expect(chosen.nth(1)).to_contain_text("Person 02")
    page.locator("input[name=who]").nth(2).focus()
    page.locator("input[name=who]").nth(6).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_text("6")
    context.close()


def test_without_script_people_are_chosen_all_the_same(browser: Browser, shop) -> None:
    context = signed_in(browser, shop, cast.olga(), DESKTOP, "light")
    cookies = context.cookies()
    context.close()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{shop}/people/?order=name")
    page.locator("input[name=who]").nth(3).check()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Pause: 1 person").click()
    expect(page.get_by_text("Paused for 7 days: 1 person.")).to_be_visible()
    assert Pause.objects.get().contact.name == "Person 03"
    context.close()
