"""The pages and the card of the channels as people see them: notifications allowed, shown and clicked in Chromium."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from campaigns.channels import contents
from campaigns.channels.actions import set_account
from campaigns.channels.compile import compile_words
from campaigns.channels.models import OnsiteMessage, PushEndpoint
from crm.business.actions import update_business
from crm.business.models import StaffBrowser
from crm.business.queries import forget_cached
from crm.contacts.models import Consent, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from engage import speak
from engage.embedded.waiting import until
from engage.lib import clock
from tests import cast
from tests.campaigns.channels.webpush.browsing import FakeBrowser
from tests.crm.events.test_site_script import shop, site_key
from tests.engage.dashboard.looking import DESKTOP, LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

SITE = """<!doctype html><html lang="en"><title>Beans</title>
<script src="{home}/w/{key}.js"></script><main><h1>Beans</h1>
<button type="button" data-engage-notify>Notify me</button></main>"""
NO_SERVICE = """PushManager.prototype.subscribe = async function (options) {
    window.asked = options;
    return { toJSON: () => (%s) };
};"""
"""This machine reaches no push service: what one would give stands here. All else is Chromium's own."""
OPEN_SHADOW = """const closed = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return closed.call(this, { mode: "open" }); };"""
"""Axe looks into open ones only."""


@pytest.fixture
def home(live_server, collected_static: None) -> Iterator[str]:
    forget_cached()
    update_business(by="test", at=clock.now(), name="Quay Lane", live=True, country="GB", currency="GBP")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    with override_settings(PUBLIC_URL=live_server.url):
        yield live_server.url
    forget_cached()


def allowing(context: BrowserContext, url: str) -> FakeBrowser:
    """A context in which notifications are allowed, and what its push service would give."""
    known = FakeBrowser("https://push.test")
    context.grant_permissions(["notifications"], origin=url)
    context.add_init_script(NO_SERVICE % json.dumps(known.subscription))
    return known


def push(page: Page, said: dict[str, str]) -> None:
    """As the browser's push service would bring it."""
    session = page.context.new_cdp_session(page)
    versions: list[dict] = []
    session.on("ServiceWorker.workerVersionUpdated", lambda event: versions.extend(event["versions"]))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    registration = versions[-1]["registrationId"]
    origin = page.url.partition("/w/")[0]
    session.send(
        "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": registration, "data": json.dumps(said)}
    )


def test_a_visitor_allows_notifications_and_one_is_shown(browser: Browser, home: str) -> None:
    Topic.objects.create(key="tea", label="Fresh tea")
    with shop(SITE.format(home=home, key=site_key())) as site:
        context = browser.new_context(viewport=DESKTOP)
        allowing(context, home)
        page = context.new_page()
        page.goto(site)
        with context.expect_page() as opened:
            page.get_by_role("button", name="Notify me").click()
        ask = opened.value
        device = page.evaluate("localStorage.getItem('engage.visitor')")
        expect(ask.get_by_role("heading", name="Notifications from Quay Lane")).to_be_visible()
        ask.get_by_label("Fresh tea").check()
        ask.get_by_role("button", name="Yes, notify me").click()
        expect(ask.get_by_text("Done. You may close this page")).to_be_visible()
        assert Identity.objects.get(kind="anonymous").value == device
        assert (PushEndpoint.objects.count(), Consent.objects.get().channel) == (1, "webpush")
        assert context.cookies() == []

        push(
            ask,
            {"title": "Tea for Alice", "body": "Fresh", "url": "", "tag": "1", "less": "/y/1", "less_words": "Fewer"},
        )
        shown = """async () => (await (await navigator.serviceWorker.getRegistration("/w/push/")).getNotifications())
            .map(one => [one.title, one.body, one.actions.length])"""
        until(lambda: ask.evaluate(shown) == [["Tea for Alice", "Fresh", 1]], "the notification", 10)
        context.close()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_what_customers_see_is_open_to_everybody(browser: Browser, home: str, size, scheme) -> None:
    alice, key = cast.alice(), site_key()
    for topic in ("Fresh tea", "Offers"):
        Topic.objects.create(key=topic[:5].lower(), label=topic)
    device = "0b0e7c5e-2f5f-4c39-9f0e-1d7f6a3b2c11"
    Identity.objects.create(contact=alice, recorded_for=alice, kind="anonymous", value=device, proof="device")
    words = contents.keep(compile_words("Tea for {{ contact.first_name }}", "Back in stock: https://shop.test/tea"))
    draft = {"contact": alice.pk, "recorded_for": alice.pk, "klass": "transactional", "origin": "x", "occurrence": "1"}
    queue([Draft(**draft, channel="onsite", content=words)], at=clock.now() - timedelta(seconds=1))
    speak.run()
    assert OnsiteMessage.objects.exists()

    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{home}/w/push/{key}/")
    expect(page.get_by_role("button", name="Yes, notify me")).to_be_enabled()
    looked_at(page, f"notify-{size['width']}-{scheme}")
    with shop(SITE.format(home=home, key=key)) as site:
        context.add_init_script(
            OPEN_SHADOW + f"try {{ localStorage.setItem('engage.visitor', '{device}') }} catch {{}}"
        )
        page = context.new_page()
        page.goto(site)
        page.get_by_role("heading", name="Beans").click()
        card = page.get_by_role("region", name="Tea for Alice")
        expect(card.get_by_role("link", name="Look")).to_be_visible()
        looked_at(page, f"card-{size['width']}-{scheme}")
        card.get_by_role("button", name="Write an answer").press("Enter")
        box = card.get_by_role("textbox", name="Write an answer")
        expect(box).to_be_focused()
        box.fill("Is it decaf?")
        box.press("Escape")
        looked_at(page, f"card-answer-{size['width']}-{scheme}")
        card.get_by_role("button", name="Send").click()
        expect(card.get_by_text("We have your words.")).to_be_visible()
        assert Message.objects.get(direction="in").text == "Is it decaf?"
        card.get_by_role("button", name="Close").press("Escape")
        expect(card).to_have_count(0)
    context.close()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_what_owners_and_staff_set_up_is_open_to_everybody(browser: Browser, home: str, size, scheme) -> None:
    gateway = {"url": "https://sms.test/send", "format": "json", "fields": {"to": "{to}", "text": "{text}"}}
    terms = {"secrets": {"authorization": "Bearer 1"}, "price": 0, "currency": "GBP", "by": "Olga", "at": clock.now()}
    set_account(channel="sms", provider="gateway", options=gateway, **terms)
    context = signed_in(browser, home, cast.olga(), size, scheme)
    allowing(context, home)
    page = context.new_page()
    for channel in ("sms", "webpush", "onsite", "webhook"):
        page.goto(f"{home}/settings/sending/{channel}/")
        expect(page.get_by_role("button", name="Save")).to_be_visible()
        looked_at(page, f"channel-{channel}-{size['width']}-{scheme}")
    page.goto(f"{home}/settings/notifications/")
    page.get_by_role("button", name="Notify me here").click()
    expect(page.get_by_text("Done. This browser tells you from now on.")).to_be_visible()
    assert StaffBrowser.objects.get().user.name == "Olga"
    page.reload()
    expect(page.get_by_role("button", name="Send me a test")).to_be_visible()
    looked_at(page, f"notifications-{size['width']}-{scheme}")
    context.close()
