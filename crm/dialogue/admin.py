from django.contrib import admin

from crm.dialogue.models import Content, Conversation, Message, Note, Occasion, Outbox, Rendered, Subject, Task
from engage.lib.looking import ReadOnly


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["uid", "direction", "klass", "channel", "origin", "state", "why", "at"]
    list_filter = ["direction", "klass", "state"]
    raw_id_fields = ["contact", "recorded_for", "conversation", "content"]


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    list_display = ["uid", "channel", "state", "opened", "last_customer", "last_staff"]
    list_filter = ["state", "channel"]


@admin.register(Occasion)
class OccasionAdmin(ReadOnly):
    list_display = ["origin", "label", "due"]


admin.site.register([Content, Note, Outbox, Rendered, Subject, Task], ReadOnly)
