"""The loop on the real belts: asked in a message, answered on the page, remembered, cited, corrected by its owner."""

import re
from datetime import time
from html import unescape

import pytest
from django.conf import settings

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from engage import listen, speak
from engage.lib import clock
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, published
from tests.engage.memory.memories import code_for

pytestmark = pytest.mark.django_db

BODY = "Hello.\n\n{% question coffee %}\n\n{% recall milk %}With {{ value }}, {{ because }}.{% endrecall %}\n\nBye."


@pytest.fixture(autouse=True)
def never_quiet(clean_slate):
    update_business(quiet_from=time(0), quiet_until=time(0), by="Olga", at=clock.now())


def letter_to(person, occurrence: str) -> tuple[Message, str]:
    """Queue a marketing message and let the belt write it: what stands in the Outbox, as HTML."""
    topic, _made = Topic.objects.get_or_create(key="news", defaults={"label": "News"})
    record_consent(contact=person, topic=topic, state="granted", how="form", at=clock.now())
    draft = Draft(
        contact=person.pk,
        recorded_for=person.pk,
        klass="marketing",
        origin="journey:x:ask",
        occurrence=occurrence,
        topic=topic.pk,
        content=contents.keep(compile_design("For you", BODY, "letter")),
    )
    (pk,) = queue([draft], at=clock.now())
    speak.run()
    message = Message.objects.get(pk=pk)
    assert message.state == "kept", (message.state, message.why, message.detail)
    return message, contents.shown(message).html


def link(html: str, start: str) -> str:
    found = re.search(rf'href="({re.escape(settings.PUBLIC_URL)}{start}[^"]+)"', html)
    return unescape(found[1]).removeprefix(settings.PUBLIC_URL)


def test_a_tap_is_remembered_and_the_next_message_shows_it(client, alice):
    published(MILK)
    asked, html = letter_to(alice, "1")
    assert asked.state == "kept" and "Which milk do you take?" in html and "With" not in html
    assert "We’ll remember" in submit(client, link(html, "/s/coffee/"), milk=1).content.decode()
    listen.run()
    milk = Preference.objects.get(contact=alice)
    assert (milk.value, milk.question, milk.source_label) == ("oat milk", "Which milk do you take?", "Your coffee")
    _message, html = letter_to(alice, "2")
    assert "With oat milk" in html and "Which milk" not in html


def test_the_links_in_a_message_lead_to_the_customers_own_pages(client, alice):
    published(MILK)
    _message, html = letter_to(alice, "1")
    memory, unsubscribe = link(html, "/m/"), link(html, "/u/")
    assert client.get(memory).status_code == client.get(unsubscribe).status_code == 200
    assert client.get(link(html, "/talk")).status_code == 200
    filled = code_for(client, memory)
    speak.run()
    code = Message.objects.get(origin="memory:code")
    assert code.state == "kept" and filled["code"] in contents.shown(code).text
    assert client.post(f"{memory}/open", filled).status_code == 303


def test_whoever_unsubscribed_is_not_written_to(client, alice):
    published(MILK)
    _message, html = letter_to(alice, "1")
    client.post(link(html, "/u/"), {"List-Unsubscribe": "One-Click"})
    draft = Draft(
        contact=alice.pk,
        recorded_for=alice.pk,
        klass="marketing",
        origin="journey:x:ask",
        occurrence="2",
        topic=Topic.objects.get().pk,
        content=contents.keep(compile_design("For you", BODY, "letter")),
    )
    (pk,) = queue([draft], at=clock.now())
    speak.run()
    assert Message.objects.get(pk=pk).why == "unsubscribed"


def test_whoever_wants_less_gets_one_message_a_week(client, alice):
    published(MILK)
    _message, html = letter_to(alice, "1")
    client.post(f"{link(html, '/m/')}/frequency", {"value": "fewer"})
    topic = Topic.objects.get()
    design = contents.keep(compile_design("For you", BODY, "letter"))
    for occurrence in ("2", "3"):
        draft = Draft(alice.pk, alice.pk, "marketing", "journey:x:ask", occurrence, topic=topic.pk, content=design)
        queue([draft], at=clock.now())
    speak.run()
    assert set(Message.objects.exclude(occurrence="1").values_list("state", "why")) == {("waiting", "weekly_cap")}
