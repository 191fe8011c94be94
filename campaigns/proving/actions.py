"""Somebody wants something to count who has proved nothing: kept apart, a mail with a link, and what the link does.

As `campaigns.surveys.confirming.signing` does it for permission; nothing on the way tells who is known here.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.proving.links import claim_url
from campaigns.proving.models import Claim
from campaigns.proving.wishes import wishes
from campaigns.surveys.confirming.signing import ONE_MAIL_IN, silent, spoken_by
from campaigns.surveys.confirming.was_it_you import letter, may_be_asked
from crm.business.queries import business
from crm.contacts.actions import Owner, forget_strangers, hold, learn, prove
from crm.contacts.erasing import Erased
from crm.contacts.identify import Recogniser, Signature
from crm.contacts.models import Identity
from crm.contacts.normal import IdentityKey
from crm.dialogue.actions import Draft, queue
from engage.lib import ids
from engage.lib.patience import patient
from engage.lib.spoken import speak

ORIGIN = "prove"
KEPT = timedelta(days=7)
SLICE = 500


@patient
def claim(*, what: str, said: dict[str, Any], address: IdentityKey, language: str, at: datetime) -> Claim:
    """Keep what is wanted with a visitor of its own, and send the link that makes it count."""
    device = IdentityKey("anonymous", f"{what}:{ids.uuid7()}")
    with transaction.atomic():
        held = hold(keys=[device, address])
        recogniser = Recogniser(held)
        found = recogniser.recognise(Signature(anonymous=device))
        learn(recogniser.findings, at=at, origin=what)
        visitor = Owner(*found.ids())
        Identity.objects.create(
            contact_id=visitor.contact, recorded_for_id=visitor.recorded_for, kind=address.kind, value=address.value
        )
        made = Claim.objects.create(
            what=what,
            said=said,
            contact_id=visitor.contact,
            recorded_for_id=visitor.recorded_for,
            address=address.value,
            language=spoken_by(address.value) or language,
            asked=at,
        )
        _send_link(made, at)
        return made


@patient
def confirm(*, claim: Claim, at: datetime) -> Claim | None:
    """They pressed the button behind the link: the address is theirs, and what they wanted is done, once, however
    often and by however many it is pressed. None if it was forgotten meanwhile."""
    with transaction.atomic():
        held = hold(keys=[IdentityKey("email", claim.address)] if claim.address else [], contacts=[claim.contact_id])
        fresh = Claim.objects.filter(pk=claim.pk).first()
        if fresh is None or fresh.confirmed:
            return fresh
        if not fresh.address or fresh.address != claim.address:
            return None
        key = IdentityKey("email", fresh.address)
        owner = prove(held, key=key, claimant=Owner(held.present[fresh.contact_id], fresh.recorded_for_id), at=at)
        led_to = wishes[fresh.what].carry_out(fresh.said, owner, at)
        Claim.objects.filter(pk=fresh.pk).update(confirmed=at, led_to=led_to, address="", said={})
        return Claim.objects.select_related("contact").get(pk=fresh.pk)


def sweep(*, at: datetime) -> None:
    """Forget what nobody proved, and whoever is known by nothing else; and that something was proved. In slices."""
    old = Claim.objects.filter(asked__lt=at - KEPT)
    while found := list(old.order_by("asked").values_list("pk", "contact", "confirmed")[:SLICE]):
        with transaction.atomic():
            forget_strangers(silent({contact for _pk, contact, confirmed in found if not confirmed}), at=at)
            Claim.objects.filter(pk__in=[row[0] for row in found]).delete()


def erase_claims(erased: Erased) -> None:
    """Theirs, and those of others for their addresses."""
    Claim.objects.filter(contact__in=erased.contacts).delete()
    Claim.objects.filter(address__in=[trace for trace in erased.traces if trace]).delete()


def _send_link(claim: Claim, at: datetime) -> None:
    """Unless one that says the same went within the hour, the address has had many, or is on the do-not-write list."""
    same = Claim.objects.filter(address=claim.address, what=claim.what, mailed__gt=at - ONE_MAIL_IN)
    if any(one.said == claim.said for one in same) or not may_be_asked(claim.address, at):
        return
    with speak(claim.language):
        queue([_letter(claim, at)], at=at)
    Claim.objects.filter(pk=claim.pk).update(mailed=at)


def _letter(claim: Claim, at: datetime) -> Draft:
    text = _(
        "Somebody, most likely you, gave this address on our page:\n\n%(words)s\n\n"
        "If it was you, open this page and press its button; then it counts:\n%(url)s\n\n"
        "The link works for a week. If it was not you, do nothing: it counts nowhere, and we forget your address."
    )
    return letter(
        owner=Owner(claim.contact_id, claim.recorded_for_id),
        address=claim.address,
        origin=ORIGIN,
        subject=_("One step is left at %(shop)s: was it you?") % {"shop": business().name or "Engage"},
        text=text % {"words": wishes[claim.what].words(claim.said), "url": claim_url(claim, at)},
        at=at,
    )
