"""A colleague works through the inbox without a mouse: every press is a key, and what is done is seen."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from crm.dialogue.actions import say
from crm.dialogue.models import Conversation, Message, SavedReply, Tagged
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import DESKTOP, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {"alice": "It arrived stale.", "bob": "Are you open on Sunday?", "carol": "Thank you!"}


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A busy machine takes longer to answer a form than to draw what it answers."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def talks() -> dict[str, Conversation]:
    """The longest unanswered first: Alice, Bob, Carol."""
    people = {"alice": cast.alice(), "bob": cast.bob(), "carol": cast.carol()}
    now = clock.now()
    return {
        name: say(contact=person, text=WORDS[name], channel="email", at=now).conversation
        for name, person in people.items()
    }


@pytest.fixture
def page(browser: Browser, run_web, talks) -> Page:
    url = run_web()
    page = signed_in(browser, url, cast.ada(), DESKTOP, "light").new_page()
    page.goto(url + reverse("inbox"))
    return page


def press(page: Page, *keys: str) -> None:
    """Once the page is there with its scripts."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def open_first(page: Page, words: str) -> None:
    press(page, "j", "Enter")
    expect(page.locator("#thread")).to_contain_text(words)


def state(conversation: Conversation) -> str:
    conversation.refresh_from_db()
    return conversation.state


def test_from_one_to_the_next_and_what_is_open_is_answered_taken_back_and_sent(page: Page, talks) -> None:
    rows = page.locator(".inbox-row")
    press(page, "j")
    expect(rows.nth(0)).to_be_focused()
    press(page, "j")
    expect(rows.nth(1)).to_be_focused()
    press(page, "k", "Enter")
    expect(page.locator("#thread")).to_contain_text(WORDS["alice"])
    press(page, "j")
    expect(page.locator("#thread")).to_contain_text(WORDS["bob"])
    press(page, "k")
    expect(page.locator("#thread")).to_contain_text(WORDS["alice"])

    press(page, "r")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("A fresh bag comes.")
    press(page, "Control+Enter")
    expect(page.get_by_text("On its way to Alice Moreau.")).to_be_visible()
    press(page, "z")
    expect(page.get_by_text("Taken back: nothing was sent.")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("A fresh bag comes.")
    press(page, "r", "Control+Shift+Enter")
    expect(page.get_by_text("On its way to Alice Moreau. Done.")).to_be_visible()
    assert state(talks["alice"]) == "done"
    assert Message.objects.get(direction="out", state="queued").text == "A fresh bag comes."


def test_a_conversation_is_sorted_and_put_off(page: Page, talks) -> None:
    SavedReply.objects.create(shortcut="sun", title="Sunday", text="On Sunday we rest.", changed=clock.now())
    open_first(page, WORDS["alice"])
    press(page, "t")
    page.keyboard.type("complaint")
    press(page, "Enter")
    expect(page.get_by_role("button", name="Remove the tag complaint")).to_be_visible()
    press(page, "n")
    page.keyboard.type("She is a regular.")
    with page.expect_navigation():
        press(page, "Control+Enter")
    expect(page.locator("#thread")).to_contain_text("She is a regular.")
    press(page, "a", "Enter")
    expect(page.locator("summary[data-key=a]")).to_contain_text("Ada")
    press(page, "u")
    expect(page.locator(".talk-tags")).to_contain_text("Urgent")
    press(page, "r")
    page.keyboard.type(";sun ")
    expect(page.locator("#id_text")).to_have_value("On Sunday we rest.")
    press(page, "Tab")
    press(page, "p")
    expect(page.locator("#person")).to_be_focused()
    press(page, "m")
    expect(page.get_by_role("button", name="Not urgent")).to_be_focused()
    press(page, "Escape")
    press(page, "s", "Enter")
    expect(page.get_by_text("Put off. It comes back by itself.")).to_be_visible()
    assert state(talks["alice"]) == "later" and talks["alice"].assignee and talks["alice"].urgent
    assert Tagged.objects.get().tag.name == "complaint"
    assert Message.objects.get(direction="note").text == "She is a regular."
    press(page, "z")
    expect(page.locator("#thread")).to_contain_text(WORDS["alice"])
    assert state(talks["alice"]) == "needs_answer"


def test_what_needs_no_answer_is_put_away_and_comes_back(page: Page, talks) -> None:
    open_first(page, WORDS["alice"])
    press(page, "o")
    expect(page.get_by_text("Nothing to answer.", exact=True)).to_be_visible()
    assert state(talks["alice"]) != "needs_answer"
    open_first(page, WORDS["bob"])
    press(page, "e")
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()
    assert state(talks["bob"]) == "done"
    press(page, "z")
    expect(page.locator("#thread")).to_contain_text(WORDS["bob"])
    press(page, "!")
    expect(page.get_by_text("Spam: it asks for nothing any more.")).to_be_visible()
    press(page, "4")
    expect(page.locator(".tabs [aria-current]")).to_contain_text("Done")
    press(page, "1")
    expect(page.locator(".inbox-row")).to_have_count(1)


def test_many_are_chosen_and_done_at_once_and_all_come_back(page: Page, talks) -> None:
    press(page, "j", "x", "j", "x")
    expect(page.locator("[data-chosen]")).to_have_text("2")
    press(page, "e")
    expect(page.get_by_text("Done: 2 conversations.")).to_be_visible()
    expect(page.locator(".inbox-row")).to_have_count(1)
    press(page, "z")
    expect(page.locator(".inbox-row")).to_have_count(3)
    press(page, "j", "x", "o")
    expect(page.get_by_text("Nothing to answer: 1 conversation.")).to_be_visible()
    press(page, "z")
    expect(page.locator(".inbox-row")).to_have_count(3)


def test_what_was_said_is_searched_and_opened(page: Page, talks) -> None:
    press(page, "/")
    page.keyboard.type("sunday")
    press(page, "Enter")
    expect(page.locator("mark")).to_have_text("Sunday")
    press(page, "j", "Enter")
    expect(page.locator("#thread")).to_contain_text(WORDS["bob"])
    press(page, "/")
    page.keyboard.type("stale")
    press(page, "Enter")
    expect(page.locator("mark")).to_have_text("stale")


def test_the_keys_stand_on_the_page_and_all_of_them_behind_a_question_mark(page: Page, talks) -> None:
    for name in ("list", "talk"):
        expect(page.locator(".keys-line")).to_be_visible()
        press(page, "?")
        keys = page.get_by_role("dialog", name="Keys")
        expect(keys).to_be_visible()
        press(page, "e")
        looked_at(page, f"inbox-keys-{name}")
        press(page, "Escape")
        expect(keys).to_be_hidden()
        if name == "list":
            open_first(page, WORDS["alice"])
    assert state(talks["alice"]) == "needs_answer"


def test_no_key_does_anything_while_somebody_writes(page: Page, talks) -> None:
    open_first(page, WORDS["alice"])
    press(page, "r")
    page.keyboard.type("does he open, or is it us! 1")
    expect(page.locator("#id_text")).to_have_value("does he open, or is it us! 1")
    assert state(talks["alice"]) == "needs_answer" and not Message.objects.filter(direction="out").exists()
