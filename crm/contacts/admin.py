from django.contrib import admin

from crm.contacts.models import (
    Company,
    Consent,
    Contact,
    Exported,
    Foreseen,
    Identity,
    Import,
    Imported,
    Merge,
    MergeProposal,
    MergeRule,
    NotTaken,
    Origin,
    Pause,
    Sighting,
    Suppression,
    Topic,
    TwinsSought,
)
from engage.lib.looking import ReadOnly


@admin.register(Contact)
class ContactAdmin(ReadOnly):
    list_display = ["__str__", "language", "country", "created", "last_seen"]
    search_fields = ["name"]


@admin.register(Sighting)
class SightingAdmin(ReadOnly):
    list_display = ["contact_id", "at"]


@admin.register(Identity)
class IdentityAdmin(ReadOnly):
    list_display = ["kind", "value", "proof", "created"]
    list_filter = ["kind", "proof"]
    search_fields = ["value"]


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ["contact_id", "channel", "topic_id", "state", "how", "at"]


@admin.register(Import)
class ImportAdmin(ReadOnly):
    list_display = ["name", "state", "cursor", "by", "at"]
    list_filter = ["state"]


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["label", "key", "position"]


admin.site.register([Company, Exported, Foreseen, Imported, NotTaken, Origin, Pause, Suppression], ReadOnly)
admin.site.register([Merge, MergeProposal, MergeRule, TwinsSought], ReadOnly)
