"""Somebody has shown that an address is theirs: by the link that was sent to it."""

from datetime import datetime

from crm.contacts.actions.hold import Held, Owner
from crm.contacts.actions.merge import absorb
from crm.contacts.models import Contact, Identity, MergeProposal
from crm.contacts.normal import DEVICES, IdentityKey


def prove(held: Held, *, key: IdentityKey, claimant: Owner, at: datetime) -> Owner:
    """Whose the address is, now that whoever claimed it has proved it. Both must be held.

    An address that is nobody's yet becomes theirs. Where it was proved to be somebody's before, the claimant was them:
    a visitor of whom we know nothing else becomes a part of them, anybody else is only proposed as the same person.
    """
    present, recorded_for = claimant
    owner = held.owners.get(key)
    if owner is None:
        owner = claimant
        proof = Identity.Proof.LINK
        Identity.objects.create(
            contact_id=present, recorded_for_id=recorded_for, kind=key.kind, value=key.value, proof=proof
        )
    elif owner.contact != present:
        if all(known.kind in DEVICES for known in held.identities.get(present, ())):
            _fill(owner.contact, from_=present)
            absorb({present: owner.contact}, by="the link in our mail", at=at)
        else:
            first, second = sorted((present, owner.contact))
            MergeProposal.objects.get_or_create(first_id=first, second_id=second, defaults={"reasons": [key.kind]})
    Identity.objects.filter(contact=owner.contact, kind=key.kind, value=key.value, proof=Identity.Proof.CLAIM).delete()
    return owner


def _fill(contact: int, *, from_: int) -> None:
    """What the visitor said of themselves, where we knew nothing."""
    people = Contact.objects.in_bulk([contact, from_])
    known, said = people[contact], people[from_]
    for name in ("name", "first_name", "language"):
        setattr(known, name, getattr(known, name) or getattr(said, name))
    known.save(update_fields=["name", "first_name", "language"])
