from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.dialogue.models import (
    AnswerDraft,
    Attachment,
    AutomaticAnswer,
    Block,
    Callout,
    ChatLine,
    ChatSecret,
    ChatVisit,
    Clock,
    Content,
    Conversation,
    Cost,
    Desk,
    FaqEntry,
    Handout,
    Handover,
    Hold,
    Joined,
    LedgerCheck,
    Mail,
    Mention,
    Message,
    Note,
    Notice,
    NoticeWish,
    Occasion,
    OccasionDay,
    Outbox,
    Rendered,
    Report,
    SavedReply,
    SenderStop,
    SentAgain,
    Subject,
    Tag,
    Tagged,
    Task,
    Team,
    Touch,
    WaitingTold,
    WaitingWish,
)
from engage.lib.looking import ReadOnly


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["uid", "direction", "klass", "channel", "origin", "state", "why", "at"]
    list_filter = ["direction", "klass", "state"]
    raw_id_fields = ["contact", "recorded_for", "conversation", "content", "inside"]


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    list_display = ["uid", "channel", "state", "opened", "last_customer", "last_staff"]
    list_filter = ["state", "channel"]


@admin.register(Mail)
class MailAdmin(ReadOnly):
    list_display = ["uid", "kind", "why", "source", "at"]
    list_filter = ["kind"]
    exclude = ["raw"]
    raw_id_fields = ["contact", "recorded_for", "message", "suggested"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mail]:
        return super().get_queryset(request).defer("raw", "text")


@admin.register(Occasion)
class OccasionAdmin(ReadOnly):
    list_display = ["origin", "label", "due"]


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    list_display = ["origin", "at", "by", "because", "lifted", "lifted_by"]


@admin.register(ChatSecret)
class ChatSecretAdmin(ReadOnly):
    list_display = ["made", "made_by"]
    exclude = ["secret"]


KEPT = [
    Joined,
    AnswerDraft,
    Attachment,
    AutomaticAnswer,
    Block,
    Callout,
    Clock,
    ChatLine,
    ChatVisit,
    OccasionDay,
    Content,
    Cost,
    Desk,
    FaqEntry,
    Handout,
    Handover,
    LedgerCheck,
    Mention,
    Note,
    Notice,
    NoticeWish,
    WaitingTold,
    WaitingWish,
    Outbox,
    Rendered,
    Report,
    SavedReply,
    SenderStop,
    SentAgain,
    Subject,
    Tag,
    Tagged,
    Task,
    Team,
    Touch,
]
admin.site.register(KEPT, ReadOnly)
