from django.contrib import admin

from crm.leaving.models import Case, Sign
from engage.lib.looking import ReadOnly


@admin.register(Case)
class CaseAdmin(ReadOnly):
    list_display = ["uid", "kind", "label", "opened", "due", "reminded", "closed", "outcome"]
    list_filter = ["kind", "outcome"]


@admin.register(Sign)
class SignAdmin(ReadOnly):
    list_display = ["kind", "label", "ref", "ticked", "ticked_by"]
    list_filter = ["kind"]
