"""A colleague, or the shop's own server, adds a person."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crm.contacts.actions.hold import hold
from crm.contacts.actions.learn import Profile, learn, set_profiles
from crm.contacts.actions.origins import Arrival, note_arrivals
from crm.contacts.held import Held
from crm.contacts.identify import Recogniser, Signature
from crm.contacts.models import Contact, Identity, Origin
from crm.contacts.normal import IdentityKey
from crm.contacts.origins import Came


def add_contact(
    *,
    name: str,
    keys: Sequence[IdentityKey] = (),
    language: str = "",
    origin: Origin.Kind = Origin.Kind.STAFF,
    proof: str = Identity.Proof.STAFF,
    by: str,
    at: datetime,
) -> tuple[Contact, bool]:
    """The person with these identities, and whether they are new. Somebody we know already is left as they are."""
    with transaction.atomic():
        held = hold(keys=keys)
        known = next((held.owners[key].contact for key in keys if key in held.owners), None)
        if known:
            return Contact.objects.get(pk=known), False
        pk = _create(held, keys, origin, proof, at) if keys else Contact.objects.create(origin=origin, created=at).pk
        Contact.objects.filter(pk=pk).update(last_seen=None)  # we did something, they did not
        note_arrivals([Arrival(pk, pk, at, Came(origin))])
        set_profiles([(pk, Profile(name=name, first_name=_first(name), language=language))])
        return Contact.objects.get(pk=pk), True


def _create(held: Held, keys: Sequence[IdentityKey], origin: str, proof: str, at: datetime) -> int:
    recogniser = Recogniser(held)
    found = recogniser.recognise(Signature(proved=tuple(keys), proof=proof))
    learn(recogniser.findings, at=at, origin=origin)
    assert found.person.id is not None
    return found.person.id


def _first(name: str) -> str:
    return name.split()[0] if len(name.split()) > 1 else ""
