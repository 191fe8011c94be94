"""The chat on the owner's site: it begins with words, and what we answer is seen there or goes by mail."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import Profile, hold, learn, set_profiles
from crm.contacts.identify import Recogniser, Signature
from crm.contacts.models import Contact, Identity
from crm.contacts.normal import IdentityKey
from crm.dialogue import outbox
from crm.dialogue.actions.conversation import say, stand
from crm.dialogue.actions.placing import tell_visitor
from crm.dialogue.actions.standing import still_in_hand
from crm.dialogue.actions.taps import AGAIN
from crm.dialogue.chat import CHANNEL, JUST_RATED, chat_of, stream_of, unseen
from crm.dialogue.models import ChatLine, ChatVisit, Conversation, Message
from crm.dialogue.outbox import Settled
from crm.dialogue.streams import STREAM
from engage.lib import live
from engage.lib.patience import patient

ORIGIN = "chat"
State = Message.State
MAY_STILL_GO = (State.QUEUED, State.CLAIMED, State.WAITING, State.KEPT)


@patient
def begin_chat(*, language: str, at: datetime) -> ChatVisit:
    """A visitor of whom nothing is known: a person of their own, whatever they say of themselves later."""
    with transaction.atomic():
        contact = Contact.objects.create(origin=ORIGIN, language=language, created=at, last_seen=at)
        return ChatVisit.objects.create(contact=contact, recorded_for=contact, began=at)


@patient
def begin_proved_chat(*, keys: Sequence[IdentityKey], name: str, language: str, at: datetime) -> ChatVisit:
    """The chat of whom the owner's server names by `keys`: the one they had, or a new one."""
    with transaction.atomic():
        recogniser = Recogniser(hold(keys=keys))
        found = recogniser.recognise(Signature(proved=tuple(keys)))
        learn(recogniser.findings, at=at, origin=ORIGIN)
        contact, recorded_for = found.ids()
        set_profiles([(contact, Profile(name=name))] if name else [])
        Contact.objects.filter(pk=contact, language="").update(language=language)
        known = ChatVisit.objects.filter(contact=contact, proved=True).order_by("-began").first()
        return known or ChatVisit.objects.create(
            contact_id=contact, recorded_for_id=recorded_for, proved=True, began=at
        )


@patient
def known_chat(keys: Sequence[IdentityKey]) -> ChatVisit | None:
    """The chat that whoever is named by `keys` had. Nobody is made, and nothing is learnt."""
    with transaction.atomic():
        found = Recogniser(hold(keys=keys)).recognise(Signature(proved=tuple(keys)))
        known = ChatVisit.objects.filter(contact=found.person.id, proved=True) if found.person.id else None
        return known.select_related("contact").order_by("-began").first() if known is not None else None


@patient
def say_in_chat(*, visit: ChatVisit, text: str, page: str, at: datetime, uid: UUID) -> Message:
    """The visitor's words, said on a `page` of the owner's site. The same uid again gives what is there."""
    with transaction.atomic():
        hold(contacts=[visit.contact_id])
        _take_up_rated(visit, at)
        said = say(
            contact=visit.contact,
            text=text,
            channel=CHANNEL,
            at=at,
            uid=uid,
            recorded_for=visit.recorded_for_id,
            visit=visit,
            page=page,
        )
        tell_visitor(visit.uid)
        return said


def _take_up_rated(visit: ChatVisit, at: datetime) -> None:
    """What is written right after the stars belongs to what they are for. One query, more where it does."""
    last = ChatLine.objects.filter(visit=visit).order_by("-message").values("message__conversation")[:1]
    lately = Conversation.objects.filter(pk__in=last, state=Conversation.State.DONE, spam=None)
    for talk in lately.filter(rated__gt=at - JUST_RATED):
        stand(talk, Conversation.State.NEEDS_ANSWER, last_customer=at, **AGAIN, **still_in_hand(talk))


@patient
def give_address(*, visit: ChatVisit, address: IdentityKey, name: str, at: datetime) -> None:
    """Where the answer is to go when they have left: a claim, which recognises nobody and is kept with the visitor."""
    with transaction.atomic():
        owner = hold(contacts=[visit.contact_id]).present[visit.contact_id]
        claim = {"kind": address.kind, "value": address.value}
        if not Identity.objects.filter(contact=owner, **claim).exists():
            Identity.objects.bulk_create(
                [Identity(contact_id=owner, recorded_for_id=visit.recorded_for_id, proof="", **claim)],
                ignore_conflicts=True,
            )
        if name:
            Contact.objects.filter(pk=owner, name="").update(name=name)
        live.publish(STREAM, {})


@patient
def see_chat(visit: ChatVisit, *, at: datetime) -> None:
    """They have our lines before them: said, and not to be said by mail any more."""
    with transaction.atomic():
        hold(contacts=[visit.contact_id])
        new = list(unseen(visit, at=at).select_related("message"))
        ChatLine.objects.filter(pk__in=[line.pk for line in new]).update(seen=at)
        arrived = [line.pk for line in new if line.message.state in MAY_STILL_GO]
        outbox.settle([Settled(message, State.DELIVERED) for message in arrived], at=at)
        if new:
            live.publish(STREAM, {})


def tell_visitor_of_writing(*, conversation: Conversation, by: User) -> None:
    """Their page says that somebody writes, not who."""
    if visit := chat_of(conversation):
        live.publish(stream_of(visit.uid), {"writes": True})


def tell_colleagues_of_writing(*, visit: ChatVisit) -> None:
    """Whoever has the conversation before them sees that the visitor writes."""
    said = ChatLine.objects.filter(visit=visit).order_by("-message")
    if conversation := said.values_list("message__conversation__uid", flat=True).first():
        live.publish(STREAM, {"conversation": conversation, "here": visit.uid, "writes": True})
