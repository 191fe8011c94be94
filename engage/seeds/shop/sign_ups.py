"""The demo shop's sign-up forms, and how people ask on them and confirm by the link in the mail."""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.surveys import actions
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.confirming import signing
from campaigns.surveys.models import SignUp, Survey
from campaigns.surveys.origins import LINK
from campaigns.surveys.taking.visitors import Met
from crm.contacts.actions import Owner, hold
from crm.contacts.models import Contact
from engage.seeds.shop.people import Person
from engage.seeds.shop.scene import Scene

LETTERS, OFFERS = "letters", "offers_by_mail"
TITLES = {LETTERS: "Letters from the shop", OFFERS: "Offers by mail"}
TOPICS = {LETTERS: ["offers", "news"], OFFERS: ["offers"]}
WORDS = {
    LETTERS: "Yes, write to me about new coffees and teas, and about offers.",
    OFFERS: "Yes, tell me by mail when something is on offer.",
}


def publish(scene: Scene) -> None:
    """One at the foot of the website, one beside the basket."""
    at = scene.now - timedelta(days=350)
    name = {"id": "first_name", "type": "first_name", "text": "Your first name"}
    for key, title in TITLES.items():
        asks = {"id": "permission", "type": "permission", "text": WORDS[key], "topics": TOPICS[key], "required": True}
        definition = parse({"title": title, "questions": [name, asks]})
        form = actions.create(definition=definition, by="Max Reed", at=at, key=key)
        actions.publish(survey=form, by="Max Reed", at=at)


def ask(person: Person, contact: Contact, form: str, at: datetime) -> SignUp:
    """Somebody we know asks; the mail goes with the next round of the belts."""
    version = Survey.objects.select_related("current").get(key=form).current
    assert version is not None  # published with the shop
    with transaction.atomic():
        hold(contacts=[contact.pk])
        who = Owner(contact.pk, contact.pk)
        met = Met(who, who, person.email)
        place = network_address(person)
        asked = signing.ask(
            met=met, version=version, network_address=place, language=person.language, origin=LINK, at=at
        )
    assert asked is not None
    return asked


def confirm(person: Person, asked: SignUp, at: datetime) -> None:
    signing.confirm(sign_up=asked, network_address=network_address(person), at=at)


def network_address(person: Person) -> str:
    """One of those that are kept for examples (RFC 5737)."""
    return f"203.0.113.{1 + person.number % 250}"
