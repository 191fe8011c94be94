"""Whose answers these are."""

from collections.abc import Mapping
from datetime import datetime

from campaigns.surveys.answers import Answer
from campaigns.surveys.definition import Definition, Type
from campaigns.surveys.links import Visitor
from crm.contacts import normal
from crm.contacts.actions import hold, learn
from crm.contacts.identify import Recogniser, Signature
from crm.contacts.models import Identity
from crm.contacts.normal import IdentityKey


def meet(visitor: Visitor, answers: Mapping[str, Answer], definition: Definition, *, at: datetime) -> tuple[int, int]:
    """(contact, recorded_for) of whoever answers, held until the transaction ends.

    A stranger becomes a contact who is known by this visit only. An address that is typed is a claim: it is kept
    with who typed it, and recognises nobody.
    """
    claimed = _addresses(answers, definition)
    if visitor.message:
        contact = hold(contacts=[visitor.message.contact_id]).present[visitor.message.contact_id]
        _claim(contact, visitor.message.recorded_for_id, claimed)
        return contact, visitor.message.recorded_for_id
    device = IdentityKey("anonymous", visitor.occasion)
    recogniser = Recogniser(hold(keys=[device]))
    found = recogniser.recognise(Signature(claimed=claimed, anonymous=device))
    learn(recogniser.findings, at=at, origin="survey")
    return found.ids()


def _addresses(answers: Mapping[str, Answer], definition: Definition) -> tuple[IdentityKey, ...]:
    typed = [answers[q.id].value for q in definition.questions if q.type is Type.EMAIL and q.id in answers]
    return tuple(key for address in typed if (key := normal.email(address)))


def _claim(contact: int, recorded_for: int, keys: tuple[IdentityKey, ...]) -> None:
    known = set(Identity.objects.filter(contact=contact, value__in=[key.value for key in keys]).values_list("value"))
    Identity.objects.bulk_create(
        Identity(contact_id=contact, recorded_for_id=recorded_for, kind=key.kind, value=key.value)
        for key in keys
        if (key.value,) not in known
    )
