"""A shop to be tormented.

Each of its people has permission and one bulk message that is not due yet. "Tea Ordered" starts a journey that sends a
receipt, each time anew.
"""

from datetime import time, timedelta

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.brake import lift_brake
from crm.business.actions import create_key, update_business
from crm.contacts.models import Consent, Contact, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from engage.lib import clock

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
    never = {"quiet_from": time(12), "quiet_until": time(12)}
    update_business(by="test", at=at, name="Shop", sender_email="shop@shop.test", live=True, **never)
    journey = create_journey(name="Receipt", draft=RECEIPT, by="test", at=at)
    publish(journey, by="test", at=at)
    lift_brake(journey, by="test", at=at)
    news = Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]
    people = Contact.objects.bulk_create(Contact(name=f"Person {n}", first_name=f"P{n}") for n in range(count))
    Identity.objects.bulk_create(
        Identity(contact=person, recorded_for=person, kind=kind, value=value, proof="import")
        for n, person in enumerate(people)
        for kind, value in (("email", f"p{n}@people.test"), ("external", f"u{n}"))
    )
    Consent.objects.bulk_create(
        Consent(contact=person, recorded_for=person, topic=news, state="granted", how="import", at=at)
        for person in people
    )
    content = contents.keep(compile_design("News", "Hello {{ contact.first_name }}.", "letter"))
    drafts = [
        Draft(
            contact=person.pk,
            recorded_for=person.pk,
            klass="marketing",
            origin="bulk",
            occurrence="1",
            lane=Message.Lane.BULK,
            topic=news.pk,
            content=content,
            due=at + FIRST_DUE,
        )
        for person in people
    ]
    queue(drafts, at=at)
    return create_key(kind="write", name="server")[1]
