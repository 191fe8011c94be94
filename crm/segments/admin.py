from django.contrib import admin

from crm.segments.models import Membership, Picked, Segment
from engage.lib.looking import ReadOnly


@admin.register(Segment)
class SegmentAdmin(ReadOnly):
    list_display = ["name", "ready", "watched", "created"]


admin.site.register(Membership, ReadOnly)
admin.site.register(Picked, ReadOnly)
