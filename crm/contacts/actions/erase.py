"""Forget a person for good: what stays is a keyed hash of each address, which keeps it from coming back."""

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from crm.contacts import erasing
from crm.contacts.actions.consent import address_digest, suppress
from crm.contacts.actions.hold import hold
from crm.contacts.actions.merge import family_of
from crm.contacts.erasing import Erased
from crm.contacts.models import Contact, Identity, Merge, MergeProposal, Suppression

CHANNELS = {Identity.Kind.EMAIL.value: "email", Identity.Kind.PHONE.value: "phone"}
"""By what they were reached, and on which do-not-write list its hash stands."""


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
            if kind in CHANNELS:
                _suppress(value, CHANNELS[kind], by, at)
        MergeProposal.objects.filter(Q(first__in=family) | Q(second__in=family)).delete()
        Merge.objects.filter(Q(survivor__in=family) | Q(absorbed__in=family)).delete()
        _blank(family, at)


def forget_in_admin_log(erased: Erased) -> None:
    """Django's admin writes down how each contact it changed was called."""
    ours = ContentType.objects.get_for_model(Contact)
    named = Q(content_type=ours, object_id__in=[str(pk) for pk in erased.contacts])
    for trace in filter(None, erased.traces):
        named |= Q(object_repr__icontains=trace) | Q(change_message__icontains=trace)
    LogEntry.objects.filter(named).delete()


def _trace(kind: str, value: str) -> str:
    if kind == Identity.Kind.EXTERNAL:
        return f'"{value}"'
    return value if kind in (Identity.Kind.EMAIL, Identity.Kind.PHONE) else ""


def _suppress(address: str, channel: str, by: str, at: datetime) -> None:
    suppress(address=address, channel=channel, reason=Suppression.Reason.ERASED, by=by, at=at)
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
