from crm.dialogue.models.conversation import Conversation
from crm.dialogue.models.ledger import Occasion, Outbox, Rendered
from crm.dialogue.models.message import Content, Message

__all__ = ["Content", "Conversation", "Message", "Occasion", "Outbox", "Rendered"]
