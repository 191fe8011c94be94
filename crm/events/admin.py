from django.contrib import admin

from crm.events.models import BeltStop, DeadLetter, Event, Inbox, Seen
from engage.lib.looking import ReadOnly


@admin.register(Inbox)
class InboxAdmin(ReadOnly):
    list_display = ["uid", "received", "source", "call", "events", "attempts"]


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["name", "kind", "at", "source", "history"]
    raw_id_fields = ["contact", "recorded_for"]


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnly):
    list_display = ["reason", "source", "died", "retried"]


admin.site.register([Seen, BeltStop], ReadOnly)
