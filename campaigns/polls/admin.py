from django.contrib import admin

from campaigns.polls.models import Poll
from engage.lib.looking import ReadOnly


@admin.register(Poll)
class PollAdmin(ReadOnly):
    list_display = ["survey", "shows", "at", "by"]
    list_select_related = ["survey"]
