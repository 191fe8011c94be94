"""The chat in Chromium, on a shop's own site of another origin than ours."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from crm.business.actions import update_business
from crm.contacts.models import Contact
from crm.dialogue.actions import close, reply
from crm.dialogue.models import ChatVisit, Conversation, Message
from engage.embedded.waiting import until
from engage.lib import clock
from tests import cast
from tests.crm.events.test_site_script import site_key
from tests.engage.dashboard.looking import DESKTOP, LOOKS, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = """<!doctype html><html lang="{lang}"><head><title>Beans</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"></head>
<body{person}><h1>Beans</h1><p><a href="/beans">Beans</a> <a href="{home}/talk" data-engage-chat>Ask us</a></p>
<script async src="{home}/w/chat/{key}.js"></script></body></html>"""
STRICT = "default-src 'none'; img-src data:; script-src {home}; frame-src {home}; require-trusted-types-for 'script'"
OPEN_SHADOW = """const closed = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return closed.call(this, { mode: "open" }); };"""
"""Playwright and axe look into open ones only."""


@contextmanager
def serving(html: str, policy: str = "") -> Iterator[str]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(self.server.html.encode())

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.html = html
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def home(run_web) -> str:
    return run_web()


@pytest.fixture
def site(home: str) -> Iterator[Callable[..., str]]:
    """`site(policy=…)` is a shop's page with the button, which is on the list."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def open_site(*, policy: str = "", lang: str = "en", person: str = "", listed: bool = True) -> str:
            attribute = f' data-engage-person="{person}"' if person else ""
            html = PAGE.format(home=home, key=site_key(), lang=lang, person=attribute)
            url = stack.enter_context(serving(html, policy.format(home=home)))
            sites = [url] if listed else ["https://elsewhere.example"]
            update_business(by="test", at=clock.now(), name="Quay Lane", chat_on=True, chat_sites=sites)
            return url

        yield open_site


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = visitor_of(browser)
    yield context.new_page()
    context.close()


def visitor_of(browser: Browser, size: dict = DESKTOP) -> BrowserContext:
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    context.add_init_script(OPEN_SHADOW)
    return context


def chat(page: Page) -> Frame:
    """The frame, once it has heard from the page."""
    wait(page, lambda: any("/w/chat/" in frame.url for frame in page.frames))
    frame = next(frame for frame in page.frames if "/w/chat/" in frame.url)
    expect(frame.locator("#close")).to_be_visible()
    return frame


def wait(page: Page, happened: Callable[[], bool]) -> None:
    """While the browser tells what happens in it."""
    for _ in range(300):
        if happened():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen within 15 s")


def write(frame: Frame, text: str) -> None:
    frame.get_by_label("Your message").fill(text)
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("log")).to_contain_text(text)


def complaints(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_until_it_is_pressed_there_is_a_button_and_nothing_else(browser: Browser, home: str, site) -> None:
    url = site()
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith(home) else None)
    with page.expect_response(lambda answer: "/w/chat/" in answer.url):
        page.goto(url)
    page.mouse.click(200, 300)
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    assert [one.removeprefix(home).partition("/site_")[0] for one in asked] == ["/w/chat"]
    assert context.cookies() == [] and not Contact.objects.exists()
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.body.lastElementChild.shadowRoot]")
    assert kept == [0, 0, None]
    assert len(page.frames) == 1
    context.close()


def test_words_go_to_and_fro_and_outlive_a_reload_another_page_and_a_second_tab(
    browser: Browser, visitor: Page, home: str, site
) -> None:
    url, heard = site(), complaints(visitor)
    visitor.goto(url)
    visitor.get_by_role("button", name="Write to us").click()
    write(chat(visitor), "Which one for a moka pot?")
    assert ChatVisit.objects.count() == 1

    staff = signed_in(browser, home, cast.ada(), DESKTOP, "light")
    desk = staff.new_page()
    desk.goto(home + reverse("conversation", args=[Conversation.objects.get().uid]))
    expect(desk.get_by_text("In the chat: they have it before them.")).to_be_visible()
    write(chat(visitor), "Ground, please.")
    expect(desk.locator("#thread")).to_contain_text("Ground, please.")
    chat(visitor).get_by_label("Your message").press_sequentially("Or")
    expect(desk.locator("#here")).to_have_text("The visitor is writing.")
    desk.locator("#id_text").press_sequentially("The Harbour")
    expect(chat(visitor).locator("#writes")).to_have_text("Somebody is writing …")
    desk.get_by_role("button", name="Send and wait").click()
    expect(chat(visitor).get_by_role("log")).to_contain_text("The Harbour")
    expect(desk.locator("#thread")).to_contain_text("delivered")

    visitor.get_by_role("link", name="Beans").click()
    expect(chat(visitor).get_by_role("log")).to_contain_text("The Harbour")
    tab = visitor.context.new_page()
    tab.goto(url)
    tab.get_by_role("button", name="Write to us").click()
    expect(chat(tab).get_by_role("log")).to_contain_text("The Harbour")
    write(chat(tab), "From the second tab")
    expect(chat(visitor).get_by_role("log")).to_contain_text("From the second tab")
    assert (ChatVisit.objects.count(), Conversation.objects.count()) == (1, 1)
    assert heard == []
    tab.close(), visitor.goto("about:blank")
    expect(desk.get_by_text("They have left the chat without an address")).to_be_visible()
    staff.close()


def test_without_script_the_link_leads_to_the_page_for_writing(browser: Browser, home: str, site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site())
    page.get_by_role("link", name="Ask us").click()
    page.get_by_label("Your name").fill("Dana")
    page.get_by_label("Your e-mail address").fill("dana@visitors.test")
    page.get_by_label("What would you like to tell us?").fill("Which one for a moka pot?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="We have your words")).to_be_visible()
    assert Message.objects.get().text == "Which one for a moka pot?" and context.cookies() == []
    context.close()


def test_a_strict_content_policy_with_the_named_directives_is_enough(visitor: Page, site) -> None:
    url, heard = site(policy=STRICT), complaints(visitor)
    visitor.goto(url)
    visitor.get_by_role("button", name="Write to us").click()
    write(chat(visitor), "Hello from behind a policy")
    assert Message.objects.get().text == "Hello from behind a policy"
    assert heard == []


def test_by_keyboard_it_opens_sends_closes_and_gives_the_focus_back(visitor: Page, site) -> None:
    visitor.goto(site())
    button = visitor.get_by_role("button", name="Write to us")
    button.focus()
    visitor.keyboard.press("Enter")
    frame = chat(visitor)
    expect(frame.get_by_label("Your message")).to_be_focused()
    visitor.keyboard.type("First line")
    visitor.keyboard.press("Shift+Enter")
    visitor.keyboard.type("second line")
    visitor.keyboard.press("Enter")
    expect(frame.get_by_role("log")).to_contain_text("First line")
    expect(frame.get_by_label("Your message")).to_have_value("")
    assert Message.objects.get().text == "First line\nsecond line"
    visitor.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(visitor.locator("iframe")).to_be_hidden()
    visitor.keyboard.press("Enter")
    expect(frame.get_by_label("Your message")).to_be_focused()
    visitor.get_by_role("link", name="Ask us")
    frame.get_by_role("button", name="Close").click()
    visitor.get_by_role("link", name="Ask us").click()
    expect(visitor.locator("iframe")).to_be_visible()
    assert visitor.url.endswith("/")


def test_an_answer_to_a_closed_chat_is_counted_on_the_button(visitor: Page, site) -> None:
    from crm.dialogue.actions import reply

    visitor.goto(site())
    visitor.get_by_role("button", name="Write to us").click()
    frame = chat(visitor)
    with visitor.expect_response("**/lines?*"):  # it is read again once it hears of news
        write(frame, "Hello")
    frame.get_by_role("button", name="Close").click()
    expect(visitor.locator("iframe")).to_be_hidden()
    reply(conversation=Conversation.objects.get(), text="Hello you", by=cast.ada(), at=clock.now(), seen=10**9)
    expect(visitor.get_by_role("button", name="Write to us (1)")).to_be_visible()
    assert Message.objects.get(direction="out").state == "queued"
    visitor.get_by_role("button", name="Write to us (1)").click()
    expect(frame.get_by_role("log")).to_contain_text("Hello you")
    until(lambda: Message.objects.get(direction="out").state == "delivered", "that it was seen", 10)


FORGED = """([nonce, frame]) => {
    const box = document.createElement("iframe");
    document.body.append(box);
    const forge = box.contentWindow.eval("(to, said) => to.postMessage(said, '*')");
    const inside = box.contentWindow.eval("(to, said) => { parent.postMessage(said, '*'); }");
    inside(null, { engage: nonce, what: "close" });
    inside(null, { engage: nonce, what: "unread", count: 99 });
    window.postMessage({ engage: nonce, what: "close" }, "*");
    const wrong = [null, 7, "close", {}, { engage: "" }, { engage: "x", what: "close" }];
    for (const said of wrong) window.postMessage(said, "*");
    forge(frame.contentWindow, { engage: nonce, what: "hello", person: "FORGED", page: "" });
    frame.contentWindow.postMessage({ engage: "x", what: "hello", person: "FORGED" }, "*");
    frame.contentWindow.postMessage({ what: "hello", person: "FORGED" }, "*");
    frame.contentWindow.postMessage({ engage: "", what: "hello", person: "FORGED" }, "*");
}"""


def test_only_the_frame_is_heard_by_the_button_and_only_the_page_with_the_nonce_by_the_frame(
    visitor: Page, site
) -> None:
    visitor.goto(site())
    visitor.get_by_role("button", name="Write to us").click()
    frame = chat(visitor)
    write(frame, "Hello")
    element = visitor.locator("iframe").element_handle()
    nonce = frame.url.partition("#")[2]
    assert len(nonce) > 20
    visitor.evaluate(FORGED, [nonce, element])
    visitor.wait_for_timeout(500)
    expect(visitor.locator("iframe").first).to_be_visible()
    assert visitor.get_by_role("button", name="Write to us", include_hidden=True).text_content() == "Write to us"
    assert frame.evaluate_handle("document.querySelector('[name=person]').value").json_value() == ""
    write(frame, "Still mine")


def test_what_the_frame_says_names_its_receiver(visitor: Page, home: str, site) -> None:
    """Neither side posts to whoever may stand there by now."""
    site()
    frame = visitor.context.request.get(f"{home}/static/engage/chat.js").text()
    loader = visitor.context.request.get(f"{home}/w/chat/{site_key()}.js").text()
    assert "parent.postMessage({ engage: nonce, what, ...more }, host)" in frame
    assert '"*"' not in frame and '"*"' not in loader and "}, home);" in loader


def test_on_a_site_that_is_not_on_the_list_there_is_no_button_and_no_frame(visitor: Page, home: str, site) -> None:
    visitor.goto(site(listed=False))
    visitor.wait_for_timeout(500)
    expect(visitor.get_by_role("button", name="Write to us")).to_have_count(0)
    key, refused = site_key(), complaints(visitor)
    visitor.evaluate(
        "(url) => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }",
        f"{home}/w/chat/{key}/",
    )
    wait(visitor, lambda: any("frame-ancestors" in text for text in refused))


def test_it_follows_the_language_of_the_page(visitor: Page, site) -> None:
    visitor.goto(site(lang="es-ES"))
    visitor.locator("body > div").get_by_role("button").click()
    frame = chat(visitor)
    assert frame.locator("html").get_attribute("lang") == "es"
    frame.locator("textarea").fill("Hola")
    frame.locator("#say button").click()
    expect(frame.locator("#lines")).to_contain_text("Hola")
    assert Contact.objects.get().language == "es"


def test_whom_the_owners_server_names_is_known_and_nothing_of_it_stays(visitor: Page, site, token) -> None:
    alice = cast.alice()
    visitor.goto(site(person=token(email="alice@shop.example")))
    visitor.get_by_role("button", name="Write to us").click()
    frame = chat(visitor)
    write(frame, "Where is my order?")
    assert Conversation.objects.get().contact == alice
    kept = "(() => { try { return localStorage.length } catch { return 0 } })()"
    assert frame.evaluate_handle(kept).json_value() == visitor.evaluate(kept) == 0
    visitor.reload()
    expect(chat(visitor).get_by_role("log")).to_contain_text("Where is my order?")


def test_an_answer_that_comes_late_takes_no_line_away(visitor: Page, site, token) -> None:
    cast.alice()
    late: list = []
    visitor.route("**/begin?*", lambda route: late.append((route, route.fetch())))
    visitor.goto(site(person=token(email="alice@shop.example")))
    visitor.get_by_role("button", name="Write to us").click()
    frame = chat(visitor)
    wait(visitor, lambda: bool(late))
    frame.get_by_label("Your message").fill("Where is my order?")
    frame.get_by_role("button", name="Send").click()
    visitor.wait_for_timeout(500)
    route, answer = late[0]
    with visitor.expect_response("**/begin?*"):
        route.fulfill(response=answer)
    visitor.wait_for_timeout(500)
    expect(frame.get_by_role("log")).to_contain_text("Where is my order?")


def test_on_a_phone_it_fills_the_screen(browser: Browser, site) -> None:
    context = visitor_of(browser, PHONE)
    page = context.new_page()
    page.goto(site())
    page.get_by_role("button", name="Write to us").click()
    chat(page)
    box = page.locator("iframe").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    context.close()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_it_looks_right_and_reads_well(browser: Browser, home: str, site, size, scheme) -> None:
    url = site()
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    context.add_init_script(OPEN_SHADOW)
    page = context.new_page()
    name = f"chat-{size['width']}-{scheme}"
    page.goto(url)
    looked_at(page, f"{name}-button")
    page.get_by_role("button", name="Write to us").click()
    frame = chat(page)
    looked_at(page, f"{name}-empty")
    ada = cast.ada()
    write(frame, "Which one for a moka pot? It is for my mother, who does not like it bitter.")
    reply(
        conversation=Conversation.objects.get(), text="The Harbour, ground medium.\n\nIt is sweet, and £8.50 a bag.",
        by=ada, at=clock.now(), seen=10**9,
    )  # fmt: skip
    expect(frame.get_by_role("log")).to_contain_text("It is sweet")
    write(frame, "W" * 300)
    looked_at(page, f"{name}-talk")
    frame.get_by_label("Where may the answer go").fill("nobody")
    frame.get_by_label("Where may the answer go").fill("who@visitors.test")
    frame.get_by_role("button", name="Keep").click()
    expect(frame.get_by_text("the answer goes to who@visitors.test")).to_be_visible()
    looked_at(page, f"{name}-address")
    close(conversation=Conversation.objects.get(), by=ada, at=clock.now())
    frame.get_by_role("button", name="4 stars: well").focus()
    looked_at(page, f"{name}-stars")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("status").filter(has_text="Thank you.")).to_be_visible()
    expect(frame.get_by_label("Your message")).to_be_focused()
    assert Conversation.objects.get().rating == 4
    looked_at(page, f"{name}-thanked")
    page.goto(frame.url.partition("#")[0])
    looked_at(page, f"{name}-frame-alone")
    context.close()


def test_the_owner_sets_it_up_and_tries_it(browser: Browser, home: str) -> None:
    context = signed_in(browser, home, cast.olga(), DESKTOP, "light")
    context.add_init_script(OPEN_SHADOW)
    page = context.new_page()
    heard = complaints(page)
    page.goto(home + reverse("settings_website"))
    page.get_by_role("link", name="Set up the chat").click()
    looked_at(page, "chat-settings-off")
    page.get_by_label("Visitors can write to us").check()
    page.get_by_label("Sites that may show it").fill("quaylane.example\nhttps://www.quaylane.example/shop?x=1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Sites that may show it")).to_have_value(
        "https://quaylane.example\nhttps://www.quaylane.example"
    )
    page.get_by_role("button", name="Make the secret").click()
    expect(page.locator("#secret")).to_contain_text("chat_")
    looked_at(page, "chat-settings-secret")
    page.goto(home + reverse("settings_chat"))
    assert "chat_" not in page.locator("#who ~ *").all_text_contents().__str__()
    page.set_viewport_size(PHONE)
    looked_at(page, "chat-settings-phone")
    page.goto(home + reverse("preview_chat"))
    page.get_by_role("button", name="Write to us").click()
    write(chat(page), "Do I see myself?")
    looked_at(page, "chat-preview")
    assert Client().get(reverse("settings_chat")).status_code == 302
    assert heard == []
    assert json.loads(json.dumps(Message.objects.get().detail))["page"].endswith("/preview/")
    context.close()
