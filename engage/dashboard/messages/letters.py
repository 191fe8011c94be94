"""A message as it was sent, shown again by splicing what was kept of it."""

from campaigns.channels.skeleton import Rendered, Skeleton, splice
from crm.dialogue.models import Message
from crm.dialogue.models import Rendered as Kept


def letter_of(message: Message) -> Rendered | None:
    """The letter, equal by construction to what went out, also where it went inside another. None before it was
    written, and 180 days after.

    Three queries; less if `message` has its content, or goes by itself.
    """
    message = message.inside or message
    slots = Kept.objects.filter(message=message.pk).values_list("slots", flat=True).first()
    if slots is None or message.content is None:
        return None
    return splice(Skeleton.from_json(message.content.skeleton), slots)
