"""A shop to be tormented.

Each of its people has permission and one bulk message that is not due yet. "Tea Ordered" starts a journey that sends a
receipt, each time anew.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.brake import lift_brake
from crm.business.actions import create_key, update_business
from crm.business.models import Business
from crm.contacts.models import Consent, Contact, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from engage.lib import clock

SENDER = f"shop@{'s' * 64}.test"
"""No name server can be asked about such a domain, and no form takes it: another would be found wanting at 23 minutes
past, and stop the news."""
FIRST_DUE = timedelta(days=1)
RECEIPT = {
    "trigger": {"event": "Tea Ordered"},
    "entry": {"again": "always"},
    "start": "thank",
    "steps": {
        "thank": {
            "kind": "send",
            "class": "transactional",
            "design": {"subject": "Thank you", "body": "Hello {{ contact.first_name }}, thank you."},
            "next": "end",
        },
        "end": {"kind": "end", "reason": "Thanked"},
    },
}


def fill(count: int) -> str:
    """A key of the owner's server."""
    at = clock.now()
    open_shop(at)
    journey = create_journey(name="Receipt", draft=RECEIPT, by="test", at=at)
    publish(journey, by="test", at=at)
    lift_brake(journey, by="test", at=at)
    numbers = range(count)
    people = _people([f"p{n}@people.test" for n in numbers], at)
    Identity.objects.bulk_create(
        Identity(contact=person, recorded_for=person, kind="external", value=f"u{n}", proof="import")
        for n, person in zip(numbers, people, strict=True)
    )
    _queue_news(people, at)
    return create_key(kind="write", name="server")[1]


def fill_with(news: Sequence[str], receipts: Sequence[str]) -> None:
    """One bulk message to each of these addresses, and one receipt to each of those."""
    at = clock.now()
    open_shop(at)
    _queue_news(_people(news, at), at)
    receipt = {"content": _letter("Receipt"), "klass": "transactional", "lane": Message.Lane.TRIGGERED}
    _queue(_people(receipts, at), at, origin="till", **receipt)


def open_shop(at: datetime) -> None:
    """Live, at any hour, whatever name servers say."""
    never = {"quiet_from": time(12), "quiet_until": time(12)}
    update_business(by="test", at=at, name="Shop", sender_email="shop@shop.test", live=True, **never)
    Business.objects.update(sender_email=SENDER)


def _news() -> Topic:
    return Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]


def _letter(subject: str) -> int:
    return contents.keep(compile_design(subject, "Hello {{ contact.first_name }}.", "letter"))


def _people(addresses: Sequence[str], at: datetime) -> list[Contact]:
    """With permission."""
    people = Contact.objects.bulk_create(Contact(name=f"Person {n}", first_name=f"P{n}") for n in range(len(addresses)))
    Identity.objects.bulk_create(
        Identity(contact=person, recorded_for=person, kind="email", value=address, proof="import")
        for person, address in zip(people, addresses, strict=True)
    )
    news = _news()
    Consent.objects.bulk_create(
        Consent(contact=person, recorded_for=person, topic=news, state="granted", how="import", at=at)
        for person in people
    )
    return people


def _queue_news(people: Sequence[Contact], at: datetime) -> None:
    news = {"content": _letter("News"), "klass": "marketing", "lane": Message.Lane.BULK}
    _queue(people, at, origin="bulk", topic=_news().pk, **news)


def _queue(people: Sequence[Contact], at: datetime, **fields: Any) -> None:
    drafts = [
        Draft(contact=person.pk, recorded_for=person.pk, occurrence="1", due=at + FIRST_DUE, **fields)
        for person in people
    ]
    queue(drafts, at=at)
