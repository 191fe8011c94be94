from django.contrib import admin

from crm.preferences.models import Preference, PreferenceKey
from engage.lib.looking import ReadOnly


@admin.register(PreferenceKey)
class PreferenceKeyAdmin(admin.ModelAdmin):
    list_display = ["key", "label", "type", "citable", "sensitive", "fresh_days"]


@admin.register(Preference)
class PreferenceAdmin(ReadOnly):
    list_display = ["contact_id", "key_id", "value", "kind", "state", "source_label", "at"]
    list_filter = ["kind", "state"]
