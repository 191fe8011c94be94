from django.contrib import admin

from crm.segments.models import Membership, ObservedRule, Picked, Segment
from engage.lib.looking import ReadOnly


@admin.register(Segment)
class SegmentAdmin(ReadOnly):
    list_display = ["name", "ready", "watched", "created"]


admin.site.register([Membership, ObservedRule, Picked], ReadOnly)
