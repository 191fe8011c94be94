"""How questions and answers look to the owner, to whoever answers, and to the customer: on a desk and on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from crm.business.actions import update_business
from crm.dialogue.actions import keep_faq, say
from crm.dialogue.links import answered_path, rating_path
from tests import cast
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "Tuesday to Saturday, 9 to 18.\n\nOn Sunday we roast and the door is shut."


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_its_pages_are_looked_at(browser: Browser, run_web, size, scheme) -> None:
    said = {"language": "en", "question": "When are you open?", "phrasings": "Opening hours", "answer": ANSWER}
    entry = keep_faq(None, **said, automatic=True, by="Olga", at=cast.NOON)
    talk = say(contact=cast.alice(), text="What are your opening hours?", channel="site", at=cast.NOON).conversation
    assert talk
    update_business(by="Olga", at=cast.NOON, answers_by_itself=True, name="Quay Lane")
    url = run_web()
    page = signed_in(browser, url, cast.olga(), size, scheme).new_page()
    for name, path in [
        ("list", reverse("settings_faq") + "?try=opening+hours"),
        ("entry", reverse("faq_entry", args=[entry.uid])),
        ("talk", reverse("conversation", args=[talk.uid])),
        ("aside", reverse("mails_aside")),
        ("answered", answered_path(talk.uid, entry.uid)),
        ("stars", rating_path(talk.uid) + "?stars=4"),
    ]:
        page.goto(url + path)
        looked_at(page, f"faq-{name}-{size['width']}-{scheme}")
