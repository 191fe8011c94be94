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
    address: IdentityKey,
    text: str,
    channel: str,
    at: datetime,
    uid: UUID,
    chosen: Subject | None = None,
    subject: str = "",
) -> Message:
    """Words of somebody who says that `address`, of mail or a telephone, is theirs.

    They are kept with a contact of their own, never with whoever owns the address: they open nobody's memory and hold
    back nothing of the owner's. The answer goes to the address, and nowhere else. The same claim again continues there.
    """
    with transaction.atomic():
        contact = meet_stranger(name=name, address=address, at=at)
        return say(contact=contact, text=text, channel=channel, at=at, uid=uid, chosen=chosen, subject=subject)


def meet_stranger(*, name: str, address: IdentityKey, at: datetime) -> Contact:
    """Who claims this address and has nothing but the claim, held."""
    known = _claimant(address)
    hold(keys=[address], contacts=[known] if known else [])
    return Contact.objects.get(pk=_claimant(address) or _meet(name, address, at))


def _claimant(address: IdentityKey) -> int | None:
    """The contact that came in this way and has nothing but this claim."""
    claims = Identity.objects.filter(
        kind=address.kind,
        value=address.value,
        proof="",
        contact__origin=ORIGIN,
        contact__merged_into=None,
        contact__erased=None,
    ).exclude(contact__identities__proof__gt="")
    return claims.order_by("id").values_list("contact", flat=True).first()


def _meet(name: str, address: IdentityKey, at: datetime) -> int:
    contact = Contact.objects.create(name=name, origin=ORIGIN, created=at, last_seen=at)
    Identity.objects.create(contact=contact, recorded_for=contact, kind=address.kind, value=address.value, proof="")
    return contact.pk
