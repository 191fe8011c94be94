"""Somebody writes who has proved nothing: the address is a claim."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.contacts.actions import hold
from crm.contacts.models import Contact, Identity
from crm.contacts.normal import IdentityKey
from crm.dialogue.actions.conversation import say
from crm.dialogue.models import Message, Subject
from engage.lib.patience import patient

ORIGIN = "talk"


@patient
def say_as_stranger(
    *,
    name: str,
    email: IdentityKey,
    text: str,
    channel: str,
    at: datetime,
    uid: UUID,
    chosen: Subject | None = None,
) -> Message:
    """Words of somebody who says that `email` is theirs.

    They are kept with a contact of their own, never with whoever owns the address: they open nobody's memory and hold
    back nothing of the owner's. The answer goes to the address, by mail only. The same claim again continues there.
    """
    with transaction.atomic():
        known = _claimant(email)
        hold(keys=[email], contacts=[known] if known else [])
        contact = Contact.objects.get(pk=_claimant(email) or _meet(name, email, at))
        return say(contact=contact, text=text, channel=channel, at=at, uid=uid, chosen=chosen)


def _claimant(email: IdentityKey) -> int | None:
    """The contact that came in this way and has nothing but this claim."""
    claims = Identity.objects.filter(
        kind=email.kind,
        value=email.value,
        proof="",
        contact__origin=ORIGIN,
        contact__merged_into=None,
        contact__erased=None,
    ).exclude(contact__identities__proof__gt="")
    return claims.order_by("id").values_list("contact", flat=True).first()


def _meet(name: str, email: IdentityKey, at: datetime) -> int:
    contact = Contact.objects.create(name=name, origin=ORIGIN, created=at, last_seen=at)
    Identity.objects.create(contact=contact, recorded_for=contact, kind=email.kind, value=email.value, proof="")
    return contact.pk
