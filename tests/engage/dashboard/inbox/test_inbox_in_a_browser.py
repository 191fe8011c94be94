"""The inbox as staff see it: a real browser, a real web server, words that appear by themselves."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from crm.dialogue.actions import say
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return cast.alice()


@pytest.fixture
def conversation(alice):
    return say(contact=alice, text="Which of yours goes with oat milk?", channel="site", at=clock.now()).conversation


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complained of, a broken content policy above all."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def inbox(page: Page, client: Client, complaints, run_web, conversation) -> Page:
    """Ada has signed in and opened the conversation."""
    client.force_login(cast.ada())
    url = run_web()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page.goto(url + reverse("conversation", args=[conversation.uid]))
    expect(page.locator("#thread")).to_contain_text("Which of yours")
    return page


def test_words_appear_by_themselves_and_only_an_answer_that_crosses_them_is_refused(
    inbox: Page, alice, complaints
) -> None:
    say(contact=alice, text="For a moka pot.", channel="site", at=clock.now())
    expect(inbox.locator("#thread")).to_contain_text("For a moka pot.")

    inbox.fill("#id_text", "Harbour, ground medium.")
    say(contact=alice, text="Ah, I found it, thank you.", channel="site", at=clock.now())
    expect(inbox.locator("#thread")).to_contain_text("Ah, I found it")
    inbox.get_by_role("button", name="Send and wait").click()
    expect(inbox.get_by_text("Not sent: there are new words")).to_be_visible()
    expect(inbox.locator(".bubble-new")).to_have_count(1)
    expect(inbox.locator(".bubble-new")).to_contain_text("Ah, I found it, thank you.")
    expect(inbox.locator("#id_text")).to_have_value("Harbour, ground medium.")

    inbox.get_by_role("button", name="Send and wait").click()
    expect(inbox.get_by_text("On its way to Alice Moreau.")).to_be_visible()
    assert Message.objects.get(direction="out").text == "Harbour, ground medium."
    say(contact=alice, text="Great.", channel="site", at=clock.now())
    expect(inbox.locator("#thread")).to_contain_text("Great.")
    inbox.fill("#id_text", "Enjoy it.")
    inbox.press("#id_text", "Control+Enter")
    expect(inbox.locator("#thread")).to_contain_text("Enjoy it.")
    assert [text for text in complaints if "409" not in text] == []


def test_what_is_marked_is_kept_in_two_presses_and_what_is_heard_is_written_down_by_keyboard(
    inbox: Page, alice, complaints
) -> None:
    inbox.locator("#thread .bubble p").first.dblclick(position={"x": 230, "y": 10})
    marked = inbox.evaluate_handle("getSelection().toString().trim()").json_value()
    inbox.get_by_role("link", name="Keep").click()
    dialog = inbox.get_by_role("dialog")
    expect(dialog.get_by_label("What should we remember?")).to_have_value(marked)
    dialog.get_by_label("What is it about?").fill("Milk")
    dialog.get_by_role("button", name="Keep").click()
    expect(inbox.get_by_text(f"Remembered: {marked}.")).to_be_visible()
    kept = Preference.objects.get()
    assert (kept.value, kept.words) == (marked, "Which of yours goes with oat milk?")

    inbox.get_by_role("link", name="She said …").focus()
    inbox.keyboard.press("Enter")
    dialog = inbox.get_by_role("dialog")
    dialog.get_by_label("Who", exact=True).fill("mor")
    expect(dialog.get_by_role("radio", name="Alice Moreau")).to_be_checked()
    dialog.get_by_label("Their words").fill("Oat, always.")
    dialog.get_by_label("About what").fill("Milk")
    dialog.get_by_label("What we should remember").fill("oat")
    inbox.keyboard.press("Enter")
    expect(inbox.get_by_text("We remember of Alice Moreau: Milk, oat.")).to_be_visible()
    assert Preference.objects.get(state="active").words == "Oat, always."
    assert complaints == []


def test_on_a_phone_nothing_hangs_over_the_edge(inbox: Page, alice) -> None:
    say(contact=alice, text="W" * 400, channel="site", at=clock.now())
    inbox.set_viewport_size({"width": 390, "height": 844})
    home = inbox.url.removesuffix(reverse("conversation", args=[alice.conversations.get().uid]))
    pages = [reverse("inbox"), reverse("people"), reverse("person", args=[alice.uid]), reverse("she_said")]
    for url in (inbox.url, *(home + page for page in pages)):
        inbox.goto(url)
        assert inbox.evaluate_handle("document.documentElement.scrollWidth - innerWidth").json_value() <= 0
