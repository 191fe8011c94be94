"""A colleague adds a person."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crm.contacts.actions.hold import hold
from crm.contacts.actions.learn import Profile, learn, set_profiles
from crm.contacts.identify import Recogniser, Signature
from crm.contacts.models import Contact
from crm.contacts.normal import IdentityKey

ORIGIN = "staff"


def add_contact(
    *, name: str, keys: Sequence[IdentityKey] = (), language: str = "", by: str, at: datetime
) -> tuple[Contact, bool]:
    """The person with these identities, and whether they are new. Somebody we know already is left as they are."""
    with transaction.atomic():
        held = hold(keys=keys)
        known = next((held.owners[key].contact for key in keys if key in held.owners), None)
        if known:
            return Contact.objects.get(pk=known), False
        pk = _create(held, keys, at) if keys else Contact.objects.create(origin=ORIGIN, created=at).pk
        Contact.objects.filter(pk=pk).update(last_seen=None)  # we did something, they did not
        set_profiles([(pk, Profile(name=name, first_name=_first(name), language=language))])
        return Contact.objects.get(pk=pk), True


def _create(held, keys: Sequence[IdentityKey], at: datetime) -> int:
    recogniser = Recogniser(held)
    found = recogniser.recognise(Signature(proved=tuple(keys), proof="staff"))
    learn(recogniser.findings, at=at, origin=ORIGIN)
    assert found.person.id is not None
    return found.person.id


def _first(name: str) -> str:
    return name.split()[0] if len(name.split()) > 1 else ""
