from django.contrib import admin

from crm.events.models import BeltStop, DeadLetter, Event, Inbox, Seen


class ReadOnly(admin.ModelAdmin):
    """Facts are looked at here, never edited."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Inbox)
class InboxAdmin(ReadOnly):
    list_display = ["uid", "received", "source", "call", "events", "attempts"]
    show_full_result_count = False


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["name", "kind", "at", "source", "history"]
    raw_id_fields = ["contact", "recorded_for"]
    show_full_result_count = False


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnly):
    list_display = ["reason", "source", "died", "retried"]


admin.site.register([Seen, BeltStop], ReadOnly)
