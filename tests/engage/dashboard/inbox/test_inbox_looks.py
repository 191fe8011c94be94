"""How the inbox looks on a desk and on a phone: nothing too wide, nothing that axe finds."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Response
from campaigns.surveys.taking.recording import answer as take_answer
from crm.dialogue.actions import keep_draft, reply, say, set_urgent, tag
from crm.dialogue.models import Conversation
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import STARS, WORDS, published, sent_to
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def talks() -> tuple[Conversation, Conversation]:
    first = say(contact=cast.alice(), text="It arrived stale.", channel="site", at=cast.NOON).conversation
    second = say(contact=cast.bob(), text="Are you open on Sunday?", channel="email", at=clock.now()).conversation
    return first, second


def low_answer() -> Conversation:
    """Somebody gave two stars, and wrote why."""
    survey = published(STARS | {"talk_at_most": 2}, WORDS)
    message = sent_to(cast.carol(), subject="How was it?")
    given = {"taste": Answer("2", ("2",), "2"), "words": Answer("The lids leak.", ("",), "The lids leak.")}
    visitor = Visitor(f"message:{message.uid}", message, "mail")
    take_answer(version=survey.current, visitor=visitor, answers=given, at=clock.now())
    return Conversation.objects.get(messages__uid=Response.objects.get().uid)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_its_pages_are_looked_at(browser: Browser, run_web, talks, size, scheme) -> None:
    first, second = talks
    asked = low_answer()
    ada, url = cast.ada(), run_web()
    set_urgent(conversation=second, urgent=True, by=ada, at=cast.NOON)
    for name in ("complaint", "wholesale"):
        tag(conversation=first, name=name, by=ada, at=cast.NOON)
    tag(conversation=second, name="hours", by=ada, at=cast.NOON)
    keep_draft(conversation=second, text="Dear Bob, we are", by=ada, at=cast.NOON)
    seen = first.messages.latest("pk").pk
    reply(
        conversation=first, text="A fresh bag.", by=ada, at=clock.now(), seen=seen, leaves=clock.now(), scheduled=True
    )
    page = signed_in(browser, url, ada, size, scheme).new_page()
    for name, path in [
        ("list", reverse("inbox")),
        ("waiting", reverse("inbox") + "?state=waiting"),
        ("talk", reverse("conversation", args=[first.uid])),
        ("drafted", reverse("conversation", args=[second.uid])),
        ("notices", reverse("my_notices")),
        ("survey", reverse("conversation", args=[asked.uid])),
        ("survey-answer", reverse("survey_answer", args=[Response.objects.get().uid])),
        ("ask", reverse("ask_person", args=[asked.contact.uid])),
    ]:
        page.goto(url + path)
        looked_at(page, f"inbox-{name}-{size['width']}-{scheme}")
        if name == "talk":
            more, done = (page.locator(f".page-head [data-key={key}]").bounding_box() for key in "me")
            assert more and done and more["y"] == done["y"], "the rest stands in the first row"
    page.goto(url + reverse("inbox"))
    page.locator("#inbox-words").fill("stale")
    page.locator("#inbox-words").press("Enter")
    expect(page.locator("mark")).to_have_text("stale")
    looked_at(page, f"inbox-found-{size['width']}-{scheme}")
