"""Whose answers these are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.asked.questions import Type
from campaigns.surveys.links import Visitor
from crm.contacts import normal
from crm.contacts.actions import Held, Owner, Profile, hold, learn, set_profiles
from crm.contacts.identify import Recogniser, Signature
from crm.contacts.models import Identity
from crm.contacts.normal import IdentityKey


@dataclass(frozen=True, slots=True)
class Met:
    """`who` answers; `asking` is the visitor who asked to be written to at `address`, None where nobody did.

    They differ where a message's link was opened: it may have been handed on, so that an address typed there says
    nothing of whom the message went to.
    """

    who: Owner
    asking: Owner | None = None
    address: str = ""


def meet(
    visitor: Visitor, answers: Mapping[str, Answer], definition: Definition, *, at: datetime, language: str
) -> Met:
    """Whoever answers, held until the transaction ends.

    A stranger becomes a contact who is known by this visit only. An address that is typed is a claim: it is kept
    with who typed it, and recognises nobody, not even whoever typed it before.
    """
    typed = _addresses(answers, definition, Type.EMAIL)
    asked = next(iter(_addresses(answers, definition, Type.PERMISSION)), None)
    if visitor.message and asked is None:
        return Met(_receiver(visitor, hold(contacts=[visitor.message.contact_id]), typed))
    held = _hold(visitor, asked)
    signature = Signature(claimed=() if visitor.message else typed, anonymous=device_of(visitor))
    stranger = _stranger(held, signature, asked, at)
    name = next(iter(_typed(answers, definition, Type.FIRST_NAME)), "")
    set_profiles([(stranger.contact, Profile(name=name, first_name=name, language=language if asked else ""))])
    who = _receiver(visitor, held, typed) if visitor.message else stranger
    return Met(who, stranger, asked.value) if asked else Met(who)


def _hold(visitor: Visitor, asked: IdentityKey | None) -> Held:
    contacts = [visitor.message.contact_id] if visitor.message else []
    return hold(keys=[device_of(visitor), *([asked] if asked else [])], contacts=contacts)


def device_of(visitor: Visitor) -> IdentityKey:
    return IdentityKey("anonymous", visitor.device or visitor.occasion)


def _receiver(visitor: Visitor, held: Held, typed: tuple[IdentityKey, ...]) -> Owner:
    """Whom the message went to."""
    assert visitor.message is not None
    owner = Owner(held.present[visitor.message.contact_id], visitor.message.recorded_for_id)
    _claim(owner, typed)
    return owner


def _stranger(held: Held, signature: Signature, asked: IdentityKey | None, at: datetime) -> Owner:
    recogniser = Recogniser(held)
    found = recogniser.recognise(signature)
    learn(recogniser.findings, at=at, origin="survey")
    owner = Owner(*found.ids())
    _claim(owner, (asked,) if asked else ())
    return owner


def _typed(answers: Mapping[str, Answer], definition: Definition, kind: Type) -> list[str]:
    return [answers[q.id].value for q in definition.questions if q.type is kind and q.id in answers]


def _addresses(answers: Mapping[str, Answer], definition: Definition, kind: Type) -> tuple[IdentityKey, ...]:
    return tuple(key for address in _typed(answers, definition, kind) if (key := normal.identity("email", address)))


def _claim(owner: Owner, keys: tuple[IdentityKey, ...]) -> None:
    known = Identity.objects.filter(contact=owner.contact, value__in=[key.value for key in keys])
    values = set(known.values_list("value", flat=True)) if keys else set()
    Identity.objects.bulk_create(
        Identity(contact_id=owner.contact, recorded_for_id=owner.recorded_for, kind=key.kind, value=key.value)
        for key in keys
        if key.value not in values
    )
