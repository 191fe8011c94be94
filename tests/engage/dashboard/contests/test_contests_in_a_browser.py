"""From an idea to photos in a gallery: made, opened, entered by mail, looked at by keys, seen by everybody."""

import io
import urllib.request
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from campaigns.contests.models import Contest, Entry
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from engage.lib import clock, streaming
from engage.lib.live import listener
from tests import cast
from tests.campaigns.contests.contesting import entered, link_of, opened, path, proof_link, send
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])


def drawn(colour: str, size: tuple[int, int] = (1200, 900)) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse([size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4], fill="white")
    image.save(out, "JPEG")
    return out.getvalue()


def make(page: Page, url: str, width: int) -> None:
    page.goto(f"{url}/contests/")
    looked_at(page, f"contest-none-{width}")
    page.get_by_role("link", name="New contest").first.click()
    page.get_by_label("What it is called").fill("The nicest table of the summer")
    page.get_by_label("What it is about").fill("Show us where you drink your coffee.")
    page.get_by_label("Prize for place 1").fill("Coffee for a year")
    page.get_by_label("Terms").fill("Everybody of 16 and more.\nThe shop runs it.")
    looked_at(page, f"contest-new-{width}")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("button", name="Open it")).to_be_visible()
    looked_at(page, f"contest-draft-{width}")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_text("works from now on")).to_be_visible()


@SIZES
def test_from_making_it_to_the_gallery(browser: Browser, live_server, collected_static, monkeypatch, size) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    url, width = live_server.url, size["width"]
    context = signed_in(browser, url, cast.max_(), size, "light")
    page, guest = context.new_page(), browser.new_context(viewport=size, reduced_motion="reduce").new_page()
    make(page, url, width)
    contest = Contest.objects.select_related("survey").get()

    guest.goto(url + path(contest))
    looked_at(guest, f"contest-public-empty-{width}")
    guest.get_by_role("link", name="Enter your photo").click()
    guest.get_by_label("Your photo").set_input_files(
        {"name": "table.jpg", "mimeType": "image/jpeg", "buffer": drawn("teal")}
    )
    guest.get_by_label("A line below it").fill("Under the pear tree")
    guest.get_by_label("A first name").fill("Dora")
    guest.get_by_label("It is my own photo").check()
    guest.get_by_label("Your e-mail address").fill("dora@shop.example")
    looked_at(guest, f"contest-form-{width}")
    guest.wait_for_timeout(2500)  # faster than anybody reads is looked at first
    guest.get_by_role("button", name="Send").click()
    expect(guest.get_by_text("One step is left")).to_be_visible()
    guest.goto(url + proof_link())
    looked_at(guest, f"contest-proof-{width}")
    guest.get_by_role("button").first.click()
    looked_at(guest, f"contest-thanks-{width}")
    guest.get_by_role("link", name="See your photo’s page").click()
    expect(guest.get_by_text("Your photo has arrived")).to_be_visible()
    looked_at(guest, f"contest-own-{width}")

    for n, colour in enumerate(("tan", "slateblue", "brown")):
        person = cast.contact(f"Guest {n}", f"guest{n}@shop.example")
        photo = drawn(colour, (900, 1200) if n else (1600, 700))
        entered(contest, person, shown=False, photo=photo, caption=("", "A <b>bold</b> balcony", "Kitchen " * 20)[n])
    page.goto(f"{url}/contests/{contest.uid}/queue/")
    expect(page.get_by_text("4 photos wait")).to_be_visible()
    looked_at(page, f"contest-queue-{width}")
    page.keyboard.press("j"), page.keyboard.press("j"), page.keyboard.press("x"), page.keyboard.press("k")
    assert page.get_by_role("checkbox", checked=True).count() == 1
    page.keyboard.press("s")
    expect(page.get_by_text("1 photo is shown")).to_be_visible()
    assert Entry.objects.get(shown_as="Dora").standing == "shown"
    page.get_by_role("checkbox").last.check()
    page.get_by_label("Why they are not shown").select_option(label="Nothing can be made out on it.")
    page.get_by_role("button", name="Don’t show those chosen").click()
    expect(page.get_by_text("1 photo is not shown")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("All is as before")).to_be_visible()
    for left in (2, 1, 0):
        page.get_by_role("button", name="Show", exact=True).first.click()
        expect(page.locator("[data-entry]")).to_have_count(left)
    looked_at(page, f"contest-queue-empty-{width}")
    page.goto(f"{url}/contests/{contest.uid}/")
    expect(page.locator(".entries li")).to_have_count(4)
    looked_at(page, f"contest-one-{width}")
    page.goto(f"{url}/contests/{contest.uid}/edit/")
    looked_at(page, f"contest-edit-{width}")
    page.goto(f"{url}/contests/")
    looked_at(page, f"contest-list-{width}")

    guest.goto(url + path(contest))
    expect(guest.locator(".gallery img")).to_have_count(4)
    for n in range(4):
        guest.locator(".gallery img").nth(n).scroll_into_view_if_needed()
        expect(guest.locator(".gallery img").nth(n)).to_have_js_property("complete", True)
    looked_at(guest, f"contest-public-{width}")
    guest.get_by_role("link", name="Under the pear tree").click()
    looked_at(guest, f"contest-entry-{width}")
    context.close(), guest.context.close()
    listener.join()


def test_photos_that_come_meanwhile_are_told_without_moving_what_one_looks_at(
    browser: Browser, live_server, collected_static, monkeypatch, alice, bob
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    contest = opened()
    entered(contest, alice, shown=False)
    context = signed_in(browser, live_server.url, cast.ada(), DESKTOP, "dark")
    page = context.new_page()
    page.goto(f"{live_server.url}/contests/{contest.uid}/queue/")
    expect(page.get_by_text("1 photo waits")).to_be_visible()
    page.get_by_role("checkbox").check()
    entered(contest, bob, shown=False)
    expect(page.get_by_text("2 photos wait")).to_be_visible()
    assert page.get_by_role("checkbox", checked=True).count() == 1
    looked_at(page, "contest-queue-dark")
    page.get_by_role("link", name="Show those that came meanwhile").click()
    expect(page.locator("[data-entry]")).to_have_count(2)
    context.close()
    listener.join()


@SIZES
def test_a_changed_photo_is_looked_at_beside_the_one_that_was_shown(
    browser: Browser, live_server, collected_static: None, size
) -> None:
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    contest, alice, width = opened(closes=clock.now() + timedelta(days=2)), cast.alice(), size["width"]
    limits = replace(parse_limits(contest.survey.limits), changes=True)
    set_limits(survey=contest.survey, limits=limits, by="Max", at=clock.now())
    entered(contest, alice, photo=drawn("tan", (900, 600)), caption="Under the pear tree", first_name="Alice")
    url = f"{link_of(contest, alice)}&change=1"
    send(Client(), contest, url=url, photo=drawn("brown", (600, 900)), caption="Under the apple tree")
    context = signed_in(browser, live_server.url, cast.ada(), size, "light")
    page = context.new_page()
    page.goto(f"{live_server.url}/contests/{contest.uid}/queue/")
    expect(page.get_by_text("It was shown from")).to_be_visible()
    looked_at(page, f"contest-changed-{width}")
    page.keyboard.press("j"), page.keyboard.press("s")
    expect(page.get_by_text("1 photo is shown")).to_be_visible()
    page.goto(f"{live_server.url}/inbox/notices/")
    looked_at(page, f"notices-{width}")
    page.goto(live_server.url + path(contest))
    looked_at(page, f"contest-until-{width}")
    context.close()
