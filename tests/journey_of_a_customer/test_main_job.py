"""The main job, once, from end to end and with nothing mocked: address, listen, remember, address again."""

import time
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from itertools import count

import pytest
from django.conf import global_settings
from django.db.models import Count, Q
from django.urls import reverse
from playwright.sync_api import Page, expect

from campaigns.journeys.actions import create_journey, publish
from crm.business.models import Business
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Identity, Topic
from crm.dialogue.models import Message
from engage.embedded.waiting import until
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import published
from tests.concurrency.shop import SENDER
from tests.smtp import SmtpSink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

COLLECT = {
    "id": "collect",
    "type": "one_of",
    "text": "What do you collect?",
    "choices": [{"no": 1, "label": "tea lights"}, {"no": 2, "label": "lanterns"}],
    "remember": {"key": "collection", "label": "Collects", "citable": True},
}
NEWS = {
    "trigger": {"event": "Catalogue Asked For"},
    "entry": {"again": "always"},
    "start": "tell",
    "steps": {
        "tell": {
            "kind": "send",
            "topic": "offers",
            "design": {
                "subject": "Catalogue {{ event.properties.number }}",
                "body": "Hello.\n\n{% recall collection %}New: {{ value }}, {{ because }}.{% endrecall %}",
            },
            "next": "end",
        },
        "end": {"kind": "end", "reason": "Told"},
    },
}
WITHIN_SECONDS = 2.0


def test_a_second_order_is_answered_remembered_cited_and_held_while_people_talk(
    imported, url, segment, smtp_sink, staff: Page, customer: Page, settings
) -> None:
    offers = Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})[0]
    published(COLLECT, key="collection")
    imported()
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    cast.max_()
    cast.ada()
    sign_in(staff, url, "max@team.example")
    switch_on_the_recipe(staff, url)
    news = create_journey(name="Catalogue", draft=NEWS, by="Max", at=clock.now())
    publish(news, by="Max", at=clock.now())

    buyer = who_ordered_once_within(timedelta(days=30))
    number = Identity.objects.get(contact=buyer, kind="external").value
    segment.identify(number, {"email": "carol@customer.test", "name": "Carol Vance"})
    segment.flush()
    until(lambda: buyer.identities.filter(kind="email", proof="server").exists(), "the address", seconds=30)
    record_consent(contact=buyer, topic=offers, state="granted", how="double_opt_in", at=clock.now())

    # Nothing is cited of whom we know nothing
    mails = arrivals(smtp_sink)
    asks_for_catalogue(segment, number, 0)
    assert "New:" not in text(next(mails))

    # The second order: asked within two seconds
    began = time.monotonic()
    order(segment, number, "A-2")
    asked = next(mails)
    took = time.monotonic() - began
    assert asked["To"] == "Carol Vance <carol@customer.test>"
    assert asked["From"] == f"Olga <{SENDER}>"
    assert took <= WITHIN_SECONDS, f"it took {took:.1f} s"

    # A tap shows, Confirm counts, and staff see it with its source
    read(customer, asked)
    customer.get_by_role("link", name="lanterns").click()
    expect(customer.get_by_role("radio", name="lanterns")).to_be_checked()
    person = url + reverse("person", args=[buyer.uid])
    staff.goto(person)
    expect(staff.get_by_text("We remember nothing about them yet")).to_be_visible()
    customer.get_by_role("button", name="Confirm").click()
    expect(customer.get_by_text("We’ll remember lanterns")).to_be_visible()
    thanks = next(mails)
    staff.goto(person)
    memory = staff.locator(".person-memory .memory")
    for shown in ("Collects", "lanterns", "told us", "Your coffee", "We asked: What do you collect?"):
        expect(memory).to_contain_text(shown)

    # The next event makes messages that cite it
    assert "lanterns, you mentioned" in text(thanks)
    asks_for_catalogue(segment, number, 1)
    catalogue = next(mails)
    assert (catalogue["Subject"], "New: lanterns, you mentioned" in text(catalogue)) == ("Catalogue 1", True)

    # A person is one step away
    read(customer, catalogue)
    customer.get_by_role("link", name="Write to a person").click()
    expect(customer.get_by_text("Catalogue 1")).to_be_visible()
    customer.get_by_role("textbox").fill("Do the lanterns stand rain?")
    customer.get_by_role("button", name="Send", exact=True).click()
    expect(customer.get_by_text("Do the lanterns stand rain?")).to_be_visible()

    # While they talk, automation is held
    asks_for_catalogue(segment, number, 2)
    until(lambda: held(buyer) == 1, "the hold", seconds=30)
    ada = staff.context.browser.new_context().new_page()
    sign_in(ada, url, "ada@team.example")
    ada.get_by_role("link", name="Do the lanterns stand rain?").click()
    expect(ada.locator("#thread")).to_contain_text("Answers “Catalogue 1”")
    expect(ada.locator(".bubble-held li")).to_have_text("Catalogue")

    # Staff answer, and Done lets go of what was held
    ada.locator("#answer textarea").first.fill("The copper ones do.")
    ada.get_by_role("button", name="Send and wait", exact=True).click()
    answer = next(mails)
    assert "The copper ones do." in text(answer)
    assert held(buyer) == 1
    ada.get_by_role("button", name="Done", exact=True).click()
    released = next(mails)
    assert (released["Subject"], "New: lanterns" in text(released)) == ("Catalogue 2", True)

    # Or it expires, as the setting says
    Business.objects.update(held_policy=Business.Held.DROP)  # an action would not take the sender of this test
    read(customer, released)
    customer.get_by_role("link", name="Write to a person").click()
    customer.get_by_role("textbox").fill("And frost?")
    customer.get_by_role("button", name="Send", exact=True).click()
    expect(customer.get_by_text("And frost?")).to_be_visible()
    asks_for_catalogue(segment, number, 3)
    until(lambda: held(buyer) == 1, "the second hold", seconds=30)
    ada.goto(url + reverse("inbox"))
    ada.get_by_role("link", name="And frost?").click()
    expect(ada.locator("#held select")).to_have_value("drop")
    ada.get_by_role("button", name="Done", exact=True).click()
    until(lambda: held(buyer) == 0, "the end of the hold", seconds=30)
    assert Message.objects.get(contact=buyer, state="withheld").why == "dropped"
    assert len(smtp_sink.messages) == 6


def who_ordered_once_within(past: timedelta) -> Contact:
    """One of the shop's real customers, who lacks one order."""
    recent = Count("orders", filter=Q(orders__at__gt=clock.now() - past + timedelta(hours=1)))
    bought = Q(orders__at__gt=clock.now() - timedelta(days=20), orders__refund=False)
    return Contact.objects.filter(bought).annotate(recent=recent).filter(recent=1).order_by("pk")[0]


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(url + reverse("account_login"))
    page.fill("[name=login]", email)
    page.fill("[name=password]", "correct horse battery")
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("navigation").first).to_be_visible()


def switch_on_the_recipe(page: Page, url: str) -> None:
    """Two orders within 30 days: ask what they collect; thank them, citing it. As it is offered, but for its number."""
    page.goto(url + reverse("recipe", args=["two-orders"]))
    expect(page.get_by_label("How many orders")).to_have_value("2")
    page.get_by_label("Within how many days").fill("30")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Switch it on?")).to_be_visible()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Version 1 is what people begin with now.")).to_be_visible()


def order(segment, number: str, order_id: str) -> None:
    line = {"product_id": "22086", "name": "Copper lantern", "price": 9.5, "quantity": 1}
    properties = {"order_id": order_id, "total": 9.5, "currency": "GBP", "products": [line]}
    segment.track(number, "Order Completed", properties)
    segment.flush()


def asks_for_catalogue(segment, number: str, which: int) -> None:
    segment.track(number, "Catalogue Asked For", {"number": which})
    segment.flush()


def arrivals(sink: SmtpSink) -> Iterator[EmailMessage]:
    """The mails in the order in which they come, each waited for."""
    for number in count(1):
        yield sink.wait_for(number, seconds=30)[number - 1]


def read(page: Page, mail: EmailMessage) -> None:
    """Open a mail as a mail program does."""
    page.goto("about:blank")
    page.set_content(mail.get_body(("html",)).get_content())


def text(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def held(contact: Contact) -> int:
    return Message.objects.filter(contact=contact, state="waiting", why="talking").count()
