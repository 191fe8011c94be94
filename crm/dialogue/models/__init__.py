from crm.dialogue.models.block import Block
from crm.dialogue.models.chat import ChatLine, ChatSecret, ChatVisit
from crm.dialogue.models.clock import Clock
from crm.dialogue.models.conversation import Callout, Conversation
from crm.dialogue.models.draft import AnswerDraft
from crm.dialogue.models.faq import FaqEntry
from crm.dialogue.models.handover import Handover
from crm.dialogue.models.hold import Hold
from crm.dialogue.models.joined import Joined
from crm.dialogue.models.ledger import Cost, LedgerCheck, Occasion, OccasionDay, Outbox, Rendered, SentAgain
from crm.dialogue.models.mail import Attachment, AutomaticAnswer, Mail
from crm.dialogue.models.message import Content, Message
from crm.dialogue.models.note import Note
from crm.dialogue.models.notice import Notice, NoticeWish, WaitingTold, WaitingWish
from crm.dialogue.models.report import Report, SenderStop, Touch
from crm.dialogue.models.saved_reply import SavedReply
from crm.dialogue.models.subject import Subject
from crm.dialogue.models.tag import Mention, Tag, Tagged
from crm.dialogue.models.task import Task
from crm.dialogue.models.team import Desk, Handout, Team

__all__ = [
    "AnswerDraft",
    "Attachment",
    "AutomaticAnswer",
    "Block",
    "Callout",
    "ChatLine",
    "ChatSecret",
    "ChatVisit",
    "Clock",
    "Content",
    "Conversation",
    "Cost",
    "Desk",
    "FaqEntry",
    "Handout",
    "Handover",
    "Hold",
    "Joined",
    "LedgerCheck",
    "Mail",
    "Mention",
    "Message",
    "Note",
    "Notice",
    "NoticeWish",
    "Occasion",
    "OccasionDay",
    "Outbox",
    "Rendered",
    "Report",
    "SavedReply",
    "SenderStop",
    "SentAgain",
    "Subject",
    "Tag",
    "Tagged",
    "Task",
    "Team",
    "Touch",
    "WaitingTold",
    "WaitingWish",
]
