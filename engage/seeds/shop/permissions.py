"""Permission and the switches: what each person said about our writing to them."""

import random
from datetime import datetime, timedelta

from crm.contacts.actions import pause, record_consent, suppress
from crm.contacts.models import Consent, Contact, Suppression
from engage.seeds.shop import sign_ups
from engage.seeds.shop.arrivals import is_new
from engage.seeds.shop.chance import lot
from engage.seeds.shop.people import TAKEN_BACK, Permission, Person
from engage.seeds.shop.scene import Scene

UNCONFIRMED = 2
NO_SUCH_MAILBOX = "550 5.1.1 no such mailbox"


def write(scene: Scene) -> None:
    """Those who are there sign, once each, at the times at which they came."""
    rng = lot("the permissions")
    signed = set(Consent.objects.values_list("contact", flat=True))
    contacts = Contact.objects.in_bulk(set(scene.contacts.values()) - signed)
    for person in scene.people:
        if person.signed_up and scene.contacts.get(person.number) in contacts:
            _sign(person, contacts[scene.contacts[person.number]], scene, rng)


def take_back(scene: Scene) -> None:
    """What some of them changed since: unsubscribed, paused, came back refused, complained."""
    rng = lot("the second thoughts")
    contacts = Contact.objects.in_bulk(scene.contacts.values())
    for person in scene.people:
        if person.permission not in TAKEN_BACK:
            continue
        contact = contacts[scene.contacts[person.number]]
        at = _since(person, scene, rng)
        match person.permission:
            case Permission.UNSUBSCRIBED:
                record_consent(
                    contact=contact,
                    topic=scene.topics["offers"],
                    state=Consent.State.WITHDRAWN,
                    how=Consent.How.LINK,
                    network_address=sign_ups.network_address(person),
                    at=at,
                )
            case Permission.PAUSED:
                until = scene.now + timedelta(days=rng.randint(5, 60))
                pause(contact=contact, until=until, by="customer", at=scene.now - timedelta(days=rng.randint(1, 20)))
            case Permission.REFUSED:
                _suppress(person, Suppression.Reason.BOUNCE, NO_SUCH_MAILBOX, at)
            case Permission.COMPLAINT:
                _suppress(person, Suppression.Reason.COMPLAINT, "marked as spam", at)


def _sign(person: Person, contact: Contact, scene: Scene, rng: random.Random) -> None:
    """Offers for all; two of three want the news too. Who came today walks the whole way, the others did long ago."""
    form = sign_ups.LETTERS if rng.random() < 0.66 else sign_ups.OFFERS
    asked = scene.came[person.number] + timedelta(minutes=1)
    confirmed = asked + timedelta(minutes=rng.randint(2, 9))
    if is_new(person, scene):
        sign_ups.confirm(person, sign_ups.ask(person, contact, form, asked), confirmed)
        return
    for key in sign_ups.TOPICS[form]:
        record_consent(
            contact=contact,
            topic=scene.topics[key],
            state=Consent.State.GRANTED,
            how=Consent.How.DOUBLE_OPT_IN,
            words=sign_ups.WORDS[form],
            source=sign_ups.TITLES[form],
            asked=asked,
            at=confirmed,
            network_address=sign_ups.network_address(person),
        )


def ask_only(scene: Scene) -> None:
    """Two who bought and were never asked have signed up by themselves, and not confirmed it yet."""
    never = [p for p in scene.people if p.permission is Permission.NEVER and p.is_known]
    contacts = Contact.objects.in_bulk(scene.contacts.values())
    for days, person in enumerate(never[:UNCONFIRMED], 1):
        contact = contacts[scene.contacts[person.number]]
        sign_ups.ask(person, contact, sign_ups.LETTERS, scene.now - timedelta(days=days, hours=2))


def _since(person: Person, scene: Scene, rng: random.Random) -> datetime:
    """Some time after they came, at least a day ago."""
    days = max(2, scene.days_since(scene.came[person.number]))
    return scene.at(rng.randint(1, days - 1), rng)


def _suppress(person: Person, reason: str, detail: str, at: datetime) -> None:
    suppress(address=person.email, reason=reason, detail=detail, by="the mail server", at=at)
