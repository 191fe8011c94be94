"""What of ours stands in a chat, and that its page is told."""

from uuid import UUID

from crm.dialogue.chat import CHANNEL, stream_of
from crm.dialogue.models import ChatLine, ChatVisit
from engage.lib import live


def put_in_chat(message: int, channel: str, address: str) -> None:
    """An answer of ours that goes by the chat stands in it from when it is due."""
    if channel == CHANNEL:
        visit = ChatVisit.objects.get(uid=address)
        ChatLine.objects.get_or_create(message_id=message, defaults={"visit": visit})
        tell_visitor(visit.uid)


def tell_visitor(visit: UUID) -> None:
    """Their page reads again."""
    live.publish(stream_of(visit), {})
