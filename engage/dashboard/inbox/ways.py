"""By which way an answer reaches them, and what colleagues read of it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.dialogue import presence, queries
from crm.dialogue.chat import CHANNEL, chat_of
from crm.dialogue.models import ChatVisit, Conversation


@dataclass(frozen=True)
class Way:
    """`visit` is the chat that they spoke in last, and `here` whether they have it before them; `address` is where a
    mail or a text message goes, also once they have left the chat."""

    channel: str
    address: str
    visit: ChatVisit | None = None
    here: bool = False

    @property
    def open(self) -> bool:
        return bool(self.visit or self.address)

    @property
    def of_chat(self) -> str:
        """Empty where it is none."""
        if self.visit is None:
            return ""
        return self.while_here if self.here else self.once_left

    @property
    def while_here(self) -> str:
        return _("In the chat: they have it before them.")

    @property
    def once_left(self) -> str:
        if self.address:
            return _("They have left the chat: by e-mail to %(address)s.") % {"address": self.address}
        return _("They have left the chat without an address: it waits there until they come back.")


def is_before_visitor(conversation: Conversation) -> bool:
    """Whether they have the chat before them: what is said there is heard at once, and cannot be taken back. One
    query."""
    visit = chat_of(conversation)
    return visit is not None and presence.is_here(visit.uid)


def way(conversation: Conversation) -> Way:
    """Two queries."""
    visit = chat_of(conversation)
    channel, address = queries.way_to_answer(conversation.contact_id, CHANNEL if visit else conversation.channel)
    return Way(CHANNEL, address, visit, presence.is_here(visit.uid)) if visit else Way(channel, address)
