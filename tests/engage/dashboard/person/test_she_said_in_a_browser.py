"""She said … by keyboard and on a phone, from the press that opens it to what became of it."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from crm.contacts.models import Contact
from crm.dialogue.models import Conversation
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
OPENS = "s"
PHONE = {"width": 390, "height": 844}


class Hands:
    """A colleague's: each press, and each run of typing, counts as one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.did: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.did.append(key)
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.did.append(text)
        self.page.keyboard.type(text)


@pytest.fixture
def alice() -> Contact:
    alice = cast.alice()
    remember([Statement(alice.pk, alice.pk, "milk", "oat milk", "stated", clock.now(), "survey")], at=clock.now())
    return alice


@pytest.fixture
def url(client: Client, run_web, alice) -> str:
    cast.bob()
    client.force_login(cast.ada())
    return run_web()


def sign_in(page: Page, client: Client, url: str) -> Page:
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page.goto(url + "/people/")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    return page


@pytest.fixture
def complaints(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error.stack)))
    return heard


def test_a_question_and_a_memory_are_written_down_by_keyboard_in_a_few_presses(
    page: Page, client: Client, url: str, alice, complaints
) -> None:
    hands = Hands(sign_in(page, client, url))

    hands.press(OPENS)
    expect(page.locator("#id_who")).to_be_focused()
    expect(page.locator("#meant")).to_contain_text("Bob Stone")  # who was here last, before anything is typed
    hands.type("bob")
    hands.press("Enter")
    expect(page.locator("#id_words")).to_be_focused()
    expect(page.get_by_role("radio", name="Bob Stone")).to_be_checked()
    hands.type("Do you have Assam again?")
    hands.press("Tab", "ArrowDown", "Enter")
    expect(page.get_by_text("The question of Bob Stone waits for an answer.")).to_be_visible()
    expect(page.locator("#dialog")).to_be_hidden()
    assert len(hands.did) == 7, hands.did
    assert Conversation.objects.get().state == "needs_answer"

    hands.did.clear()
    hands.press(OPENS)
    expect(page.locator("#id_who")).to_be_focused()
    hands.type("stone")
    hands.press("Enter")
    hands.type("I take oat milk too.")
    expect(page.locator("#id_value")).to_have_value("oat milk")  # proposed from her words
    expect(page.locator("#id_words")).to_be_focused()
    hands.press("Control+Enter")
    expect(page.get_by_text("We remember of Bob Stone: Milk, oat milk.")).to_be_visible()
    assert len(hands.did) == 5, hands.did
    kept = Preference.objects.get(contact__name="Bob Stone")
    assert (kept.words, kept.source_kind, kept.kind) == ("I take oat milk too.", "counter", "stated")

    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert not Preference.objects.filter(contact__name="Bob Stone").exists()
    assert complaints == []


def test_on_a_phone_somebody_new_complains(browser: Browser, client: Client, url: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    page = sign_in(context.new_page(), client, url)
    page.get_by_role("link", name="She said …").tap()
    expect(page.locator("#id_who")).to_be_focused()
    page.keyboard.type("Dora Lane")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Somebody new: Dora Lane")).to_be_checked()
    page.keyboard.type("The last bag was stale.")
    page.get_by_text("A complaint").tap()
    expect(page.locator("#id_value")).to_be_hidden()
    small = page.evaluate(
        "() => [...document.querySelectorAll('#dialog label:has(input), #dialog .btn, #dialog select, #dialog input')]"
        ".filter(e => e.offsetParent && !['radio', 'hidden'].includes(e.type))"
        ".filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"
    )
    assert small == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_role("button", name="Write it down").tap()
    expect(page.get_by_text("The complaint of Dora Lane waits for an answer.")).to_be_visible()
    context.close()
    assert Conversation.objects.get().contact.name == "Dora Lane"


def test_from_a_persons_page_the_words_come_first(page: Page, client: Client, url: str, alice) -> None:
    sign_in(page, client, url)
    page.goto(f"{url}/people/{alice.uid}/")
    page.get_by_role("link", name="She said …").click()
    expect(page.locator("#id_words")).to_be_focused()
    expect(page.get_by_role("radio", name="Alice Moreau")).to_be_checked()
    page.keyboard.type("I take oat milk.")
    expect(page.locator("#id_value")).to_have_value("oat milk")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").get_by_text("We remember of Alice Moreau")).to_be_visible()
    expect(page.locator(".person-memory")).to_contain_text("I take oat milk.")
