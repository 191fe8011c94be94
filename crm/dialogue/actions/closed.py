"""Whoever writes while the shop is closed is told until when: once, the way their words came, if the owner wishes."""

from datetime import datetime

from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.dialogue.actions.answering import way_by_itself
from crm.dialogue.actions.queue import Draft, queue
from crm.dialogue.actions.turns import CLOSED
from crm.dialogue.expecting import when_answered
from crm.dialogue.models import Conversation, Message
from engage.lib.spoken import speak


def tell_closed(conversation: Conversation, message: Message, *, at: datetime) -> None:
    """It answers nothing: the conversation stands where it stood. The contact must be held. No query while the shop is
    open, seven at most."""
    shop, expected = business(), when_answered(at)
    if not (expected.closed and expected.back and shop.closed_tells):
        return
    until, owner = str(shop.closed_until), conversation.contact_id
    known = Message.objects.filter(contact=owner, origin=f"{CLOSED}{until}", direction=Message.Direction.OUT)
    if known.exists() or not (way := way_by_itself(message, owner, at)):
        return
    channel, address = way
    with speak(conversation.contact.language, shop.language):
        subject = (
            _("Re: %(subject)s") % {"subject": conversation.subject} if conversation.subject else _("Your message")
        )
        text = "\n\n".join([_("Thank you, we have your message."), expected.text, _("This comes by itself.")])
    draft = Draft(
        contact=owner,
        recorded_for=conversation.recorded_for_id,
        klass=Message.Class.CONVERSATION,
        lane=Message.Lane.INTERACTIVE,
        origin=f"{CLOSED}{until}",
        occurrence="once",
        subject=subject,
        text=text,
        channel=channel,
        address=address,
        conversation=conversation.pk,
    )
    queue([draft], at=at)
