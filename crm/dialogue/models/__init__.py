from crm.dialogue.models.conversation import Conversation
from crm.dialogue.models.ledger import Occasion, Outbox, Rendered
from crm.dialogue.models.message import Content, Message
from crm.dialogue.models.note import Note
from crm.dialogue.models.subject import Subject
from crm.dialogue.models.task import Task

__all__ = ["Content", "Conversation", "Message", "Note", "Occasion", "Outbox", "Rendered", "Subject", "Task"]
