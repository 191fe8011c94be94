"""What people answer to a text message: STOP is obeyed, everything else is words in a conversation."""

import re
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from campaigns.channels import stopping
from crm.contacts import normal
from crm.contacts.actions import hold, lift_suppression, record_consent, suppress
from crm.contacts.evidence import current
from crm.contacts.models import Consent, Contact, Identity, Suppression
from crm.contacts.normal import IdentityKey
from crm.dialogue.actions import say, say_as_stranger
from crm.dialogue.models import Message
from engage.lib.patience import patient

CHANNEL = "sms"
START = frozenset({"start", "unstop", "alta", "订阅"})
LONGEST = 5000
_AROUND = re.compile(r"^\W+|\W+$")


def hear(*, number: str, words: str, unique: str, at: datetime) -> None:
    """Words that came from this number; `unique` is what its carrier calls them, so that they count once. Senders that
    are no telephone number cannot be answered, and are left out."""
    key = normal.identity("phone", number)
    if key is None:
        return
    text = words.replace("\x00", "").strip()[:LONGEST]
    said = _AROUND.sub("", text).casefold()
    if stopping.is_stop(said, stopping.WORDS):
        stop(key, words=text, at=at)
    elif said in START:
        start(key, words=text, at=at)
    elif text:
        _say(key, text, unique, at)


@patient
def stop(key: IdentityKey, *, words: str, at: datetime) -> None:
    """The number is on the do-not-write list, and each permission for text messages is withdrawn."""
    with transaction.atomic():
        contact = _held(key)
        suppress(address=key.value, channel=CHANNEL, reason=Suppression.Reason.ASKED, by="customer", at=at)
        if contact:
            stopping.withdraw(contact=contact, channel=CHANNEL, words=words, source=CHANNEL, at=at)


@patient
def start(key: IdentityKey, *, words: str, at: datetime) -> None:
    """What STOP took away comes back, and nothing that anybody else took."""
    with transaction.atomic():
        contact = _held(key)
        listed = Suppression.objects.filter(channel=CHANNEL, reason=Suppression.Reason.ASKED, address=key.value)
        if listed.exists():
            lift_suppression(address=key.value, channel=CHANNEL)
        for consent in _current(contact):
            if consent.state == Consent.State.WITHDRAWN and consent.how == Consent.How.REPLY:
                _note(consent, Consent.State.GRANTED, words, at)


def _say(key: IdentityKey, text: str, unique: str, at: datetime) -> None:
    uid = uuid5(NAMESPACE_URL, f"sms:{unique}")
    owner = _owner(key)
    if owner is None:
        say_as_stranger(name="", address=key, text=text, channel=CHANNEL, at=at, uid=uid)
        return
    said = Message.objects.filter(contact=owner, direction=Message.Direction.OUT, channel=CHANNEL, address=key.value)
    about = said.filter(state__in=["accepted", "delivered", "unknown"]).order_by("-at", "-id").first()
    say(contact=owner, text=text, channel=CHANNEL, at=at, uid=uid, about=about)


def _owner(key: IdentityKey) -> Contact | None:
    found = Identity.objects.filter(kind=key.kind, value=key.value).exclude(proof="").select_related("contact")
    identity = found.first()
    return identity.contact if identity else None


def _held(key: IdentityKey) -> Contact | None:
    """Who has this number, held."""
    hold(keys=[key])
    return _owner(key)


def _current(contact: Contact | None) -> list[Consent]:
    return list(current(contact, CHANNEL).select_related("topic", "contact")) if contact else []


def _note(before: Consent, state: str, words: str, at: datetime) -> None:
    record_consent(
        contact=before.contact,
        topic=before.topic,
        channel=CHANNEL,
        state=state,
        how=Consent.How.REPLY,
        words=words,
        source="sms",
        at=at,
    )
