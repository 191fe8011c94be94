"""Clicks on links of messages."""

from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from campaigns.channels import contents
from campaigns.channels.skeleton import link_target
from crm.dialogue.models import Message
from crm.events.actions import Fact, derive

EVENT = "Message Clicked"


def target(message: Message, number: int) -> str | None:
    """Where the link with this number leads, by the message's own content: loaded once per process, one query."""
    if message.content_id is None:
        return None
    try:
        slots = message.rendered.slots
    except ObjectDoesNotExist:  # dropped after 180 days: links that were the same for everybody still lead on
        slots = []
    return link_target(contents.load(message.content_id), slots, number)


def record(*, message: Message, number: int, url: str, at: datetime) -> None:
    """A fact for the listening belt; a link clicked again within a minute is one click."""
    with transaction.atomic():
        Message.objects.filter(pk=message.pk, clicked=None).update(clicked=at)
        fact = Fact(
            contact=message.contact_id,
            recorded_for=message.recorded_for_id,
            name=EVENT,
            at=at,
            message_id=f"click:{message.uid}:{number}:{int(at.timestamp() // 60)}",
            properties={"message": str(message.uid), "origin": message.origin, "link": number, "url": url},
        )
        derive([fact], cause=f"message:{message.uid}")
