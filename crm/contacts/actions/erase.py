"""Forget a person for good: what stays is a keyed hash of each address, which keeps it from coming back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from crm.contacts import erasing
from crm.contacts.actions.consent import address_digest, suppress
from crm.contacts.actions.hold import hold
from crm.contacts.actions.merge import family_of
from crm.contacts.erasing import Erased
from crm.contacts.models import Contact, Identity, Merge, MergeProposal, Suppression


def erase(*, contact: Contact, by: str, at: datetime) -> None:
    """Erase the contact and all whom it absorbed, in every table. Nothing happens to one that is erased already.

    Orders stay without a person and sent messages stay without words and address, because sums are made of them.
    """
    with transaction.atomic():
        present = hold(contacts=[contact.pk]).present.get(contact.pk)
        if present is None:
            return
        family = family_of(present)
        known = list(Identity.objects.filter(contact__in=family).values_list("kind", "value"))
        erased = Erased(family, [trace for kind, value in known if (trace := _trace(kind, value))], at)
        for rule in erasing.rules.values():
            rule(erased)
        for kind, value in known:
            if kind == Identity.Kind.EMAIL:
                _suppress(value, by, at)
        MergeProposal.objects.filter(Q(first__in=family) | Q(second__in=family)).delete()
        Merge.objects.filter(Q(survivor__in=family) | Q(absorbed__in=family)).delete()
        _blank(family, at)


def _trace(kind: str, value: str) -> str:
    if kind == Identity.Kind.EXTERNAL:
        return f'"{value}"'
    return value if kind in (Identity.Kind.EMAIL, Identity.Kind.PHONE) else ""


def _suppress(address: str, by: str, at: datetime) -> None:
    suppress(address=address, reason=Suppression.Reason.ERASED, by=by, at=at)
    Suppression.objects.filter(digest=address_digest(address)).update(address="", detail="")


def _blank(family: list[int], at: datetime) -> None:
    Contact.objects.filter(pk__in=family).update(
        name="",
        first_name="",
        language="",
        country="",
        timezone="",
        company=None,
        attributes={},
        origin="",
        last_seen=None,
        erased=at,
    )
