"""The links that prove an address, and those that say who is there: a message's own, or a proof of this hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from campaigns.proving.models import Claim
from crm.contacts.actions import Owner
from crm.contacts.models import Contact
from crm.dialogue.links import VOTER
from crm.dialogue.models import Message
from engage.lib import device, ids, tokens

LINK_LIVES = timedelta(days=7)
PROOF_LIVES = timedelta(hours=1)
MESSAGE_LIVES = timedelta(days=400)


BadLink = tokens.BadToken
"""Not made here, or nobody is there any more."""


@dataclass(frozen=True, slots=True)
class Voter:
    """Whose word counts here. `own`: they proved it within the hour, or asked for this device to be remembered, so that
    they may see what they said before; whoever merely has a message's link may have been handed it."""

    contact: Contact
    recorded_for: int
    token: str = ""
    own: bool = False

    @property
    def owner(self) -> Owner:
        return Owner(self.contact.pk, self.recorded_for)


def claim_url(claim: Claim, at: datetime) -> str:
    token = tokens.sign("prove", str(claim.uid), int(at.timestamp()))
    return settings.PUBLIC_URL + reverse("prove", args=[token])


def read_claim(token: str, at: datetime) -> tuple[Claim, bool]:
    """What a mail's link proves, and whether the link is too old to. One query. Raises BadLink."""
    uid, made = tokens.read_parts("prove", token, 2)
    found = Claim.objects.select_related("contact").filter(uid=uid).first()
    if found is None:
        raise BadLink
    return found, at.timestamp() - int(made) > LINK_LIVES.total_seconds()


def sign_voter(contact: int, at: datetime) -> str:
    """Says for an hour who is there."""
    uid = Contact.objects.values_list("uid", flat=True).get(pk=contact)
    return tokens.sign(VOTER, "person", str(uid), int((at + PROOF_LIVES).timestamp()))


def voter(request: HttpRequest, at: datetime) -> Voter | None:
    """Who is there, by `t` of the address or the form, else by the device that they asked us to remember. Two queries,
    more only where people were merged. A link that is too old or not ours says nothing of anybody."""
    token = request.POST.get("t") or request.GET.get("t", "")
    found = _by_token(token, at) if token else None
    if found is not None and found.own:
        return found
    known = device.who(request, at=at)
    by_device = _person(known, "", own=True) if known else None
    if found is None or (by_device and by_device.contact == found.contact):
        return by_device
    return found


def _by_token(token: str, at: datetime) -> Voter | None:
    try:
        kind, uid, *rest = tokens.read(VOTER, token)
    except ValueError:
        return None
    if kind == "message":
        return _receiver(uid, token, at)
    return _person(uid, token, own=True) if at.timestamp() < int(rest[0]) else None


def _receiver(uid: str, token: str, at: datetime) -> Voter | None:
    found = (
        Message.objects.select_related("contact")
        .filter(uid=uid, direction=Message.Direction.OUT, contact__erased=None, at__gt=at - MESSAGE_LIVES)
        .first()
    )
    return Voter(found.contact, found.recorded_for_id, token) if found else None


def _person(uid: str, token: str, *, own: bool) -> Voter | None:
    """As they are today: merged ones lead to whom they became."""
    found = first = Contact.objects.filter(uid=uid).first() if ids.is_uid(uid) else None
    while found and found.merged_into_id:
        found = Contact.objects.filter(pk=found.merged_into_id).first()
    if first is None or found is None or found.erased:
        return None
    return Voter(found, first.pk, token, own)
