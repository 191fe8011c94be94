from django.contrib import admin

from campaigns.proving.models import Claim
from engage.lib.looking import ReadOnly


@admin.register(Claim)
class ClaimAdmin(ReadOnly):
    list_display = ["what", "contact", "asked", "mailed", "confirmed"]
    list_select_related = ["contact"]
