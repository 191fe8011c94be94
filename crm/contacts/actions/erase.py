"""Forget a person for good: what stays is a keyed hash of each address, which keeps it from coming back."""

from collections.abc import Collection
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
from crm.contacts.held import Held
from crm.contacts.models import Contact, Identity, Merge, MergeProposal, Suppression
from crm.contacts.normal import DEVICES
from engage.lib import sql

CHANNELS = {Identity.Kind.EMAIL.value: "email", Identity.Kind.PHONE.value: "sms"}
"""By what they were reached, and on which do-not-write list its hash stands."""


def erase(*, contact: Contact, by: str, at: datetime) -> None:
    """Erase the contact, all whom it absorbed, and visitors who only claimed its addresses, in every table.

    Nothing happens to one that is erased already. Orders stay without a person and sent messages stay without words
    and address, because sums are made of them.
    """
    with transaction.atomic():
        visitors = _claimants(family_of(contact.pk))
        held = hold(contacts=[contact.pk, *visitors])
        present = held.present.get(contact.pk)
        if present is None:
            return
        own = family_of(present)
        family = [*own, *sorted(_claimants(own) & held.contacts)]
        known = _theirs(family)
        _forget(family, [trace for kind, value in known if (trace := _trace(kind, value))], at)
        Identity.objects.filter(_any_of(known), proof=Identity.Proof.CLAIM).delete()
        for kind, value in known:
            if kind in CHANNELS:
                _suppress(value, CHANNELS[kind], by, at)


def forget_strangers(contacts: Collection[int], *, at: datetime) -> None:
    """Erase visitors who never proved who they are; nothing keeps the addresses that they claimed from coming back.

    Whoever is known by more than a device, or was made a part of somebody, stays.
    """
    with transaction.atomic():
        held = hold(contacts=contacts)
        alone = [pk for pk in sorted(held.contacts & set(contacts)) if _is_stranger(held, pk)]
        if alone:
            _forget(alone, [], at)


def erased_since(address: str, at: datetime) -> bool:
    """Whether somebody was erased, at `at` or later, who was known by this address of mail: what was on its way from
    them then is theirs too. It must be held. One query."""
    known = Suppression.objects.filter(channel="email", digest=address_digest(address), at__gte=at)
    return known.filter(reason=Suppression.Reason.ERASED).exists()


def _is_stranger(held: Held, contact: int) -> bool:
    return all(key.kind in DEVICES for key in held.identities.get(contact, ()))


def _forget(family: list[int], traces: list[str], at: datetime) -> None:
    erased = Erased(family, traces, at)
    for rule in erasing.rules.values():
        rule(erased)
    MergeProposal.objects.filter(Q(first__in=family) | Q(second__in=family)).delete()
    Merge.objects.filter(Q(survivor__in=family) | Q(absorbed__in=family)).delete()
    _blank(family, at)


def _claimants(family: list[int]) -> frozenset[int]:
    """Visitors known by nothing but a device who claimed an address or number that is proved to be the family's."""
    found = sql.rows(
        """
        SELECT DISTINCT claim.contact_id FROM crm_contacts_identity AS own
        JOIN crm_contacts_identity AS claim ON claim.kind = own.kind AND claim.value = own.value AND claim.proof = ''
        WHERE own.contact_id = ANY(%(family)s) AND own.proof <> '' AND claim.contact_id <> ALL(%(family)s)
            AND NOT EXISTS (SELECT FROM crm_contacts_identity AS k WHERE k.contact_id = claim.contact_id
                AND k.proof <> '' AND k.kind NOT IN ('anonymous', 'push'))
        """,
        {"family": family},
    )
    return frozenset(row[0] for row in found)


def _theirs(family: list[int]) -> list[tuple[str, str]]:
    """By what they were known, without claims on what is proved to be somebody else's."""
    known = dict.fromkeys(Identity.objects.filter(contact__in=family).values_list("kind", "value"))
    if not known:
        return []
    proved = Identity.objects.exclude(proof=Identity.Proof.CLAIM).exclude(contact__in=family)
    others = set(proved.filter(_any_of(known)).values_list("kind", "value"))
    return [key for key in known if key not in others]


def _any_of(known: Collection[tuple[str, str]]) -> Q:
    wanted = Q(pk__in=[])
    for kind in {kind for kind, _value in known}:
        wanted |= Q(kind=kind, value__in=[value for other, value in known if other == kind])
    return wanted


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
