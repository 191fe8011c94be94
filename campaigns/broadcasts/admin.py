from django.contrib import admin

from campaigns.broadcasts.models import Broadcast, Turn, Variant
from engage.lib.looking import ReadOnly


@admin.register(Broadcast)
class BroadcastAdmin(ReadOnly):
    list_display = ["name", "kind", "state", "state_by", "state_at", "due", "released"]


@admin.register(Variant)
class VariantAdmin(ReadOnly):
    list_display = ["broadcast", "letter", "design"]
    list_select_related = ["broadcast", "design"]


@admin.register(Turn)
class TurnAdmin(ReadOnly):
    list_display = ["message_id", "broadcast_id", "rest", "due"]
