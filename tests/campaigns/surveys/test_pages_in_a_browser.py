"""Every kind of question as a browser shows it: by day and night, on a phone, from right to left, without script, and
in how many bytes."""

import gzip
import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.surveys.models import Response
from tests.campaigns.surveys.every_kind import question
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published
from tests.campaigns.surveys.test_photos import jpeg
from tests.campaigns.surveys.walking import begins
from tests.engage.dashboard.looking import LOOKS, PHONE, looked_at

pytestmark = pytest.mark.django_db(transaction=True)

CHOSEN = ("one_of", "several_of", "yes_no", "picture", "product", "ranking", "matrix")
SCALES = ("stars", "smileys", "scale", "nps", "csat", "ces", "slider")
WRITTEN = ("line", "text", "number", "date", "email", "phone", "address", "photo", "consent")
MOST_BYTES = 40_000


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    published(
        *(question(type) for type in CHOSEN),
        begins("scales", "In numbers"),
        *(question(type, help="From one end to the other.") for type in SCALES),
        begins("words", "In your words"),
        question("statement", text="Nearly done."),
        *(question(type) for type in WRITTEN),
        intro="A few questions.",
    )
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


def fill_choices(page: Page) -> None:
    page.get_by_role("group", name="About one_of?").get_by_label("oat milk").check()
    page.get_by_role("group", name="About several_of?").get_by_label("soy milk").check()
    page.get_by_role("group", name="About yes_no?").get_by_label("Yes").check()
    for place, label in enumerate(("none", "soy milk", "oat milk"), 1):
        page.get_by_role("group", name="About ranking?").get_by_label(label).select_option(str(place))
    page.get_by_role("group", name="Evenings").get_by_label("none").check()


def fill_scales(page: Page) -> None:
    page.get_by_role("group", name="About smileys?").get_by_label("very good").check()
    page.get_by_role("group", name="About nps?").get_by_label("10").check()
    page.get_by_label("About slider?").fill("7")


def fill_words(page: Page) -> None:
    page.get_by_label("About number?").fill("12")
    page.get_by_label("Street and number").fill("1 High St")
    page.get_by_label("Town").fill("Anytown")
    page.get_by_label("About photo?").set_input_files({"name": "c.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    page.get_by_label("About consent?").check()


@pytest.mark.parametrize(("size", "scheme", "towards"), [*((*look, "ltr") for look in LOOKS), (PHONE, "light", "rtl")])
def test_every_kind_can_be_answered_by_everybody(browser: Browser, shop: str, size, scheme, towards) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page, look = context.new_page(), f"survey-{size['width']}-{scheme}-{towards}"

    def look_at(name: str) -> None:
        page.evaluate("(towards) => { document.documentElement.dir = towards }", towards)
        looked_at(page, f"{look}-{name}")

    page.goto(f"{shop}/s/coffee/")
    look_at("chosen")
    fill_choices(page)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    look_at("scales")
    fill_scales(page)
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Go on later").click()
    look_at("words")
    page.get_by_label("About email?").fill("nobody@shop")
    fill_words(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This address is not complete.")).to_be_visible()
    look_at("wrong")
    page.get_by_label("About email?").fill("dora@shop.example")
    page.get_by_label("About photo?").set_input_files({"name": "c.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    look_at("thanks")
    assert context.cookies() == []
    context.close()
    answers = Response.objects.get().answers
    assert answers["a_ranking"]["value"] == "none, soy milk, oat milk" and answers["a_slider"]["value"] == "7"


def test_pages_go_on_without_script(live_server, browser: Browser) -> None:
    published(MILK, begins("order"), STARS)
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/s/coffee/")
    page.get_by_label("soy milk").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Don’t").click()
    expect(page.get_by_text("We will not remember")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("soy milk")).to_be_checked()
    page.get_by_label("oat milk").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("5").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()
    assert Response.objects.get().answers["milk"]["value"] == "oat milk"


def test_the_back_button_of_the_browser_leads_back(live_server, page: Page) -> None:
    """A page that may not be kept ends it in an error of the browser, because each page is the answer to a POST."""
    published(MILK, begins("order"), STARS, begins("rest"), WORDS)
    page.goto(f"{live_server.url}/s/coffee/")
    page.get_by_label("soy milk").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("5").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Anything else?").fill("Thanks")
    page.go_back()
    expect(page.get_by_text("How was your last order?")).to_be_visible()
    page.get_by_label("2").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This was answered before.")).to_be_visible()
    answers = Response.objects.get(state="final").answers
    assert (answers["milk"]["value"], answers["taste"]["value"]) == ("soy milk", "2")


def test_what_is_missing_on_a_long_page_is_named_above_and_one_press_away(browser: Browser, shop: str) -> None:
    survey = [question("stars", id=f"s{n}", text=f"Question {n}?", required=n in (7, 9)) for n in range(10)]
    published(*survey, key="long")
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{shop}/s/long/")
    page.get_by_role("button", name="Send").click()
    above = page.get_by_role("alert")
    expect(above.get_by_role("link")).to_have_text(["Question 7?", "Question 9?"])
    looked_at(page, "survey-390-wrong-above")
    above.get_by_role("link", name="Question 9?").click()
    expect(page.get_by_role("group", name="Question 9?")).to_be_in_viewport()
    context.close()


def test_a_slider_says_where_it_stands(page: Page, live_server, collected_static: None) -> None:
    published(question("slider", least=0, most=20))
    page.goto(f"{live_server.url}/s/coffee/")
    expect(page.locator(".slid")).to_have_text("10")
    page.get_by_label("About slider?").press("ArrowRight")
    expect(page.locator(".slid")).to_have_text("11")


def test_enter_goes_on_and_not_back(live_server, page: Page) -> None:
    published(MILK, begins("who"), {"id": "name", "type": "line", "text": "Your name?"}, begins("order"), STARS)
    page.goto(f"{live_server.url}/s/coffee/")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Your name?").fill("Dora")
    page.get_by_label("Your name?").press("Enter")
    expect(page.get_by_text("Page 3 of 3")).to_be_visible()


def test_a_page_with_all_it_loads_is_small(page: Page, shop: str) -> None:
    bodies: list[bytes] = []
    page.on("response", lambda answer: answer.ok and bodies.append(answer.body()))
    page.goto(f"{shop}/s/coffee/", wait_until="networkidle")
    assert len(bodies) >= 4 and sum(len(gzip.compress(body)) for body in bodies) < MOST_BYTES
