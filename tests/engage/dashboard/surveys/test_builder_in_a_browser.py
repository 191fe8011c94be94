"""The builder as it is seen and handled: by mouse, by keys, on a phone, with the page beside it."""

import re
import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.surveys.models import Survey
from tests import cast
from tests.campaigns.surveys.questions import MILK, STARS, WORDS
from tests.campaigns.surveys.walking import begins
from tests.engage.dashboard.looking import DESKTOP, LOOKS, looked_at, signed_in
from tests.engage.dashboard.surveys.test_builder import asked, ids, with_questions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


def now(survey: Survey) -> list[str]:
    survey.refresh_from_db()
    return ids(survey)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_survey_is_written_beside_its_page(browser: Browser, shop: str, size, scheme) -> None:
    survey = with_questions(MILK, begins("order", "Your order"), STARS)
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    page, look = context.new_page(), f"builder-{size['width']}-{scheme}"
    page.goto(f"{shop}/surveys/{survey.uid}/edit/")
    looked_at(page, f"{look}-closed")
    page.get_by_label("Add a question at the end").click()
    looked_at(page, f"{look}-palette")
    page.get_by_role("button", name="Words", exact=True).last.click()
    page.get_by_label("Question", exact=True).fill("What should we know?")
    expect(page.locator("#builder-state")).to_contain_text("Saved")
    expect(page.frame_locator("#builder-frame").get_by_text("What should we know?")).to_be_visible()
    page.get_by_text("Details, and of whom").click()
    page.get_by_label("Asked of whom").select_option("milk")
    looked_at(page, f"{look}-open")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("asked of some")).to_be_visible()
    context.close()
    survey.refresh_from_db()
    assert asked(survey)[3]["text"] == "What should we know?" and asked(survey)[3]["show"]["property"] == "milk"


def test_keys_move_open_remove_and_undo(browser: Browser, shop: str) -> None:
    survey = with_questions(MILK, STARS, WORDS)
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/surveys/{survey.uid}/edit/")
    page.locator("#question-words").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Question 2: Words")).to_be_focused()
    assert now(survey) == ["milk", "words", "taste"]
    page.keyboard.press("Delete")
    expect(page.locator("#question-words")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#question-words")).to_be_visible()
    page.locator("#question-words").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_have_value("Anything else?")
    context.close()


def test_the_focus_goes_where_one_goes_on(browser: Browser, shop: str) -> None:
    survey = with_questions(MILK, STARS)
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/surveys/{survey.uid}/edit/")
    page.get_by_label("Add a question before question 2").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.type("Which roast?")
    page.get_by_role("button", name="Close").press("Enter")
    expect(page.get_by_label("Question 2: One of")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    expect(page.get_by_label("Question", exact=True)).to_have_value("Which roast?")
    page.get_by_role("button", name="Close").press("Enter")
    expect(page.get_by_label("Question 2: One of")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.get_by_label("Add a question before question 2")).to_be_focused()
    context.close()
    assert now(survey) == ["milk", "taste"]


def test_what_a_new_question_lacks_is_said_of_the_fields_that_were_left(browser: Browser, shop: str) -> None:
    survey = with_questions(MILK)
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/surveys/{survey.uid}/edit/")
    page.get_by_label("Add a question at the end").click()
    page.get_by_role("button", name="One of", exact=True).last.click()
    words, lacks = page.get_by_label("Question", exact=True), page.locator("#question-form .errorlist")
    expect(words).to_be_focused()
    expect(lacks).to_have_count(0)
    words.fill("Which roast?")
    expect(page.locator("#builder-state")).to_contain_text("Saved")
    expect(page.locator("#builder-state")).to_contain_text("1 thing to finish")
    expect(lacks).to_have_count(0)
    answers = page.get_by_label("Answers, one a line")
    answers.focus()
    expect(lacks).to_have_count(0)
    words.focus()
    expect(lacks).to_have_count(1)
    expect(answers).to_have_attribute("aria-invalid", "true")
    words.fill("")
    answers.focus()
    expect(words).to_have_attribute("aria-invalid", "true")
    context.close()


def drag(page: Page, card: str, to: str) -> None:
    grip = page.locator(f"#{card} .builder-grip").bounding_box()
    place = page.locator(f"[data-place='{to}'] > summary").bounding_box()
    assert grip and place
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(place["x"] + 12, place["y"] + 12, steps=6)
    page.mouse.up()


def test_a_question_is_dragged_to_another_place(browser: Browser, shop: str) -> None:
    survey = with_questions(MILK, STARS, WORDS)
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/surveys/{survey.uid}/edit/")
    drag(page, "question-words", "0")
    expect(page.get_by_label(re.compile("^Question 1: Words"))).to_be_visible()
    assert now(survey) == ["words", "milk", "taste"]
    context.close()


def test_what_is_remembered_is_chosen_in_one_list_and_said_as_a_message_would(browser: Browser, shop: str) -> None:
    survey = with_questions({**MILK, "remember": None})
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/surveys/{survey.uid}/edit/?question=milk")
    page.get_by_label("Remember it as").select_option(label="Something new …")
    page.get_by_label("Its name").fill("Milk")
    page.get_by_label("How a message would say it").fill("You take {{ value }}.")
    expect(page.locator("#builder-said")).to_have_text("You take oat milk.")
    looked_at(page, "builder-remembered")
    context.close()
