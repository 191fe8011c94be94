"""How conversations are sorted: urgent, tagged, spam, and people whom we do not answer."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from crm.business.models import User
from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.dialogue.actions.conversation import stand
from crm.dialogue.actions.standing import fresh_and_held, shut
from crm.dialogue.models import Block, Conversation, Tag, Tagged
from crm.dialogue.queries import owed
from crm.dialogue.streams import STREAM
from engage.lib import live
from engage.lib.patience import patient

State = Conversation.State
MOST_TAGS = 200


class TooManyTags(ValueError):
    """Nobody finds anything among more."""


@patient
def set_urgent(*, conversation: Conversation, urgent: bool, by: User, at: datetime) -> None:
    """Urgent ones stand first among those who wait."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        stand(fresh, fresh.state, urgent=urgent)


@patient
def tag(*, conversation: Conversation, name: str, by: User, at: datetime) -> Tag:
    """A tag that is new is made; one that is there stays once, however it is written. Raises TooManyTags."""
    with transaction.atomic():
        known = Tag.objects.annotate(low=Lower("name")).filter(low=name.lower()).first()
        if known is None and Tag.objects.count() >= MOST_TAGS:
            raise TooManyTags
        chosen = known or Tag.objects.create(name=name)
        Tagged.objects.get_or_create(conversation=conversation, tag=chosen, defaults={"by": str(by), "at": at})
        live.publish(STREAM, {"conversation": conversation.uid})
        return chosen


def untag(*, conversation: Conversation, tag: Tag, by: User, at: datetime) -> None:
    with transaction.atomic():
        Tagged.objects.filter(conversation=conversation, tag=tag).delete()
        live.publish(STREAM, {"conversation": conversation.uid})


def rename_tag(tag: Tag, *, name: str, by: User, at: datetime) -> bool:
    """False where another tag is called so."""
    with transaction.atomic():
        if Tag.objects.annotate(low=Lower("name")).filter(low=name.lower()).exclude(pk=tag.pk).exists():
            return False
        Tag.objects.filter(pk=tag.pk).update(name=name)
        return True


def remove_tag(tag: Tag, *, by: User, at: datetime) -> None:
    """From all conversations that have it."""
    tag.delete()


@patient
def mark_spam(*, conversation: Conversation, by: User, at: datetime) -> None:
    """Nothing to answer and nobody to ask how it was: it is done, and stands in no list but that of spam."""
    with transaction.atomic():
        shut(fresh_and_held(conversation), at, "spam", spam=at)


@patient
def not_spam(*, conversation: Conversation, by: User, at: datetime) -> None:
    """Among the open ones again."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        stand(fresh, owed(fresh), moved=at, closed=None, spam=None)


@patient
def block(*, contact: Contact, by: User, at: datetime) -> None:
    """We do not answer them: what they write from now on is kept and asks for nothing; what is open is over."""
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        if not Block.objects.filter(contact=owner, lifted=None).exists():
            Block.objects.create(contact_id=owner, recorded_for_id=contact.pk, at=at, by=str(by))
        for conversation in Conversation.objects.filter(contact=owner).exclude(state=State.DONE):
            shut(conversation, at, "spam", spam=at)


@patient
def unblock(*, contact: Contact, by: User, at: datetime) -> None:
    """What they wrote meanwhile stays where it is; their next words need an answer again."""
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        Block.objects.filter(contact=owner, lifted=None).update(lifted=at, lifted_by=str(by))
