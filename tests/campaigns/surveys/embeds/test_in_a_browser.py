"""Surveys in Chromium, on a shop's own site of another origin than ours."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from campaigns.surveys.embeds import counting
from campaigns.surveys.embeds.queries import came
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Approach, Placement, Response, Survey
from crm.contacts.models import Contact
from engage.embedded.waiting import until
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.embeds.places import DEVICE, device_of, placed
from tests.campaigns.surveys.questions import published
from tests.crm.events.test_site_script import site_key
from tests.engage.chat.test_chat_in_a_browser import OPEN_SHADOW, complaints, serving
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = """<!doctype html><html lang="en"{dir}><head><title>Beans</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>Beans</h1><p><a id="first" href="#beans">Beans</a></p>{code}<p>Below</p></main>
<div style="height:3000px"></div>
<script async src="{home}/w/surveys/{key}.js"></script></body></html>"""
STRICT = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {home}; frame-src {home}; "
    "connect-src {home}; require-trusted-types-for 'script'"
)
WATCH = """window.shifts = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifts += one.value; })
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture
def site(live_server) -> Iterator[Callable[..., str]]:
    """`site(survey, shape)` is a shop's page with that place, behind a strict policy."""
    with ExitStack() as stack, override_settings(PUBLIC_URL=live_server.url):

        def open_site(survey, shape: str, *, dir: str = "", **fields) -> str:
            from campaigns.surveys.embeds import script

            place = placed(survey, shape, **fields)
            code = script.snippet(place) if shape == "inline" else ""
            html = PAGE.format(home=live_server.url, key=site_key(), code=code, dir=dir)
            url = stack.enter_context(serving(html, STRICT.format(home=live_server.url)))
            Placement.objects.filter(pk=place.pk).update(sites=[url])
            return url

        yield open_site


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    with ExitStack() as stack:

        def open_page(size: dict = DESKTOP) -> Page:
            context = browser.new_context(viewport=size, reduced_motion="reduce")
            stack.callback(context.close)
            context.add_init_script(OPEN_SHADOW)
            context.add_init_script(WATCH)
            return context.new_page()

        yield open_page


def test_within_a_page_it_is_answered_without_a_jump(live_server, site, visit) -> None:
    url, survey = site(published(), "inline"), Survey.objects.get()
    for size in (DESKTOP, PHONE):
        page, sent = visit(size), []
        page.on("response", lambda one, sent=sent: sent.append(one) if one.url.startswith(live_server.url) else None)
        heard = complaints(page)
        page.goto(url)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("radio", name="oat milk")).to_be_visible()
        page.wait_for_timeout(500)
        looked_at(page, f"survey-inline-{size['width']}")
        high = page.locator("iframe").bounding_box()["height"]
        inner = next(one for one in page.frames if "/in/" in one.url)
        inside = inner.evaluate("document.body.getBoundingClientRect().height")
        assert inside <= high <= 1.7 * inside, "room for all of it, and not much more"
        assert page.evaluate("shifts") == 0
        weight = sum(len(gzip.compress(one.body())) for one in sent if "/w/surveys/" not in one.url)
        assert weight < 40 * 1024, weight
    frame.get_by_role("radio", name="oat milk").check()
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("heading", name="Thank you")).to_be_visible()
    frame.get_by_role("button", name="Don’t").click()
    expect(frame.get_by_text("We do not remember this.")).to_be_visible()
    assert Response.objects.get().origin == "site"
    until(lambda: counting.fold(at=clock.now()) or came(survey)["site"].begun == 1, "that it was begun", 10)
    assert came(survey)["site"].shown == 2
    assert heard == [] and page.context.cookies() == []


def a_person_whom_we_know_is_asked_for_once_after_an_act_and_at_its_moment(url: str, visit) -> None:
    alice, asked = cast.alice(), []
    device_of(alice)
    page = visit()
    page.add_init_script(f"localStorage.setItem('engage.visitor', '{DEVICE}')")
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/w/surveys/may") else None)
    page.goto(url)
    page.mouse.click(5, 5)
    page.wait_for_timeout(1500)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert asked == [], "its moment has not come"
    page.mouse.wheel(0, 4000)
    expect(page.get_by_role("dialog", name="Your coffee")).to_be_visible()
    until(lambda: Approach.objects.filter(contact=alice, closed=None).exists(), "that it was shown", 10)
    page.get_by_role("button", name="Close").click()
    until(lambda: Approach.objects.exclude(closed=None).exists(), "that it was put away", 10)
    assert len(asked) == 1


def it_comes_when_the_mouse_leaves(url: str, visit) -> None:
    other = visit()
    other.goto(url)
    expect(other.get_by_text("Below")).to_be_visible()
    other.wait_for_load_state("networkidle")
    leave = "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: %d }))"
    other.evaluate(leave % 300)
    expect(other.get_by_role("dialog")).to_have_count(0)
    other.evaluate(leave % -1)
    expect(other.get_by_role("dialog", name="Your coffee")).to_be_visible()


def test_a_pop_up_takes_the_focus_gives_it_back_and_does_not_come_again(site, visit) -> None:
    page = visit()
    heard = complaints(page)
    url = site(published(), "popup", amount=1)
    page.goto(url)
    page.locator("#first").focus()
    dialog = page.get_by_role("dialog", name="Your coffee")
    expect(dialog).to_be_visible()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Your coffee")).to_be_focused()
    looked_at(page, "survey-popup")
    assert page.evaluate("localStorage.length") == 0 and not Contact.objects.exists()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#first")).to_be_focused()
    assert page.evaluate("Object.keys(localStorage)") == ["engage.surveys"]
    page.goto(url)
    page.wait_for_timeout(1500)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert heard == []
    Placement.objects.update(when="scroll", amount=50)
    a_person_whom_we_know_is_asked_for_once_after_an_act_and_at_its_moment(url, visit)
    Placement.objects.update(when="exit")
    it_comes_when_the_mouse_leaves(url, visit)


def test_sliding_in_it_leaves_the_focus_alone_on_a_phone_and_from_right_to_left(site, visit) -> None:
    survey = published()
    url = site(survey, "slide", dir=' dir="rtl"', when="seconds", amount=1)
    desk, phone = visit(), visit(PHONE)
    for page, name in ((desk, "desktop"), (phone, "phone")):
        page.goto(url)
        page.locator("#first").focus()
        dialog = page.get_by_role("dialog", name="Your coffee")
        expect(dialog).to_be_visible()
        expect(page.frame_locator("iframe").get_by_role("radio", name="oat milk")).to_be_visible()
        expect(page.locator("#first")).to_be_focused()
        looked_at(page, f"survey-slide-{name}")
        box = dialog.bounding_box()
        assert box["x"] <= 16, "at the end of the line, which is the left"
    phone.get_by_role("button", name="Close").click()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    frame = desk.frame_locator("iframe")
    forged = "(said) => { window.postMessage(said, '*'); document.querySelector('#first').focus(); }"
    for said in (None, 7, "close", {"engage": "", "what": "close"}, {"engage": "x", "what": "close"}):
        desk.evaluate(forged, said)
    inner = next(one for one in desk.frames if "/in/" in one.url)
    inner.evaluate("postMessage({ engage: location.hash.slice(1), what: 'hello', visitor: 'FORGED' }, '*')")
    desk.wait_for_timeout(300)
    assert inner.locator("[name=device]").first.input_value() == ""
    frame.get_by_role("radio", name="oat milk").check()
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("heading", name="Thank you")).to_be_focused()
    desk.goto(url)
    desk.wait_for_timeout(1500)
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_of_two_tabs_one_shows_it_and_the_other_only_once_it_may_again(site, visit) -> None:
    url = site(published(), "popup", amount=0)
    first = visit()
    second = first.context.new_page()
    for page in (first, second):
        page.goto(url)
    expect(first.locator("dialog")).to_be_visible()
    first.wait_for_timeout(700)
    expect(second.locator("dialog")).to_have_count(0)
    assert first.evaluate("localStorage.length") == 0, "what is held is stored nowhere"
    first.close()
    second.reload()
    expect(second.locator("dialog")).to_be_visible()
    second.locator("dialog > button").click()
    third = second.context.new_page()
    third.goto(url)
    third.wait_for_timeout(700)
    expect(third.locator("dialog")).to_have_count(0)


def test_where_work_must_be_proved_it_is_answered_in_a_frame_on_another_site(site, visit) -> None:
    survey = published()
    url = site(survey, "inline")
    set_limits(survey=survey, limits=parse_limits({"proof": "on"}), by="Max", at=clock.now())
    page = visit()
    heard = complaints(page)
    page.goto(url)
    frame = page.frame_locator("iframe")
    frame.get_by_role("radio", name="oat milk").check()
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("heading", name="Thank you")).to_be_visible()
    assert Response.objects.get(state="final").answers["milk"]["value"] == "oat milk" and heard == []


def test_one_answer_of_each_device_holds_in_a_frame_on_another_site_too(live_server, site, visit) -> None:
    survey = published()
    url = site(survey, "inline")
    set_limits(survey=survey, limits=parse_limits({"once": "device"}), by="Max", at=clock.now())
    page = visit()
    page.goto(url)
    assert page.context.cookies() == []
    frame = page.frame_locator("iframe")
    frame.get_by_role("radio", name="oat milk").check()
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("heading", name="Thank you")).to_be_visible()
    [cookie] = page.context.cookies()
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "None" and cookie["partitionKey"]
    page.goto(url)
    expect(frame.get_by_role("heading")).to_be_visible()
    expect(frame.get_by_role("radio")).to_have_count(0)
    other = visit()
    other.goto(url)
    expect(other.frame_locator("iframe").get_by_role("radio", name="oat milk")).to_be_visible()
    assert Response.objects.filter(state="final").count() == 1
