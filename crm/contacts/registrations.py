"""What rules may ask of a contact itself, and of what they said about permission."""

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing
from crm.contacts.actions.erase import forget_in_admin_log
from crm.contacts.imports.retention import drop_drafts
from crm.contacts.models import Consent, Origin
from crm.rules import Field, Kind, Rows, registry

FIRST = """(SELECT o.contact_id, o.recorded_for_id AS id, o.first_at AS at, o.first_kind AS kind,
        o.first_source AS source, o.first_medium AS medium, o.first_campaign AS campaign, o.first_host AS host
    FROM crm_contacts_origin AS o WHERE NOT EXISTS (
        SELECT FROM crm_contacts_origin AS e WHERE e.contact_id = o.contact_id
            AND (e.first_at, e.recorded_for_id) < (o.first_at, o.recorded_for_id)))"""
LAST = """(SELECT o.contact_id, o.recorded_for_id AS id, o.last_at AS at, o.last_kind AS kind,
        o.last_source AS source, o.last_medium AS medium, o.last_campaign AS campaign, o.last_host AS host
    FROM crm_contacts_origin AS o WHERE NOT EXISTS (
        SELECT FROM crm_contacts_origin AS e WHERE e.contact_id = o.contact_id
            AND (e.last_kind <> 'told', e.last_at, e.recorded_for_id)
                > (o.last_kind <> 'told', o.last_at, o.recorded_for_id)))"""
"""Of whoever absorbed others, the first and the last of all: see `queries.origins_of`, which says the same."""
ORIGIN = (
    Field("source", _("source"), Kind.TEXT, "r.source"),
    Field("kind", _("kind"), Kind.CHOICE, "r.kind", lambda: tuple(Origin.Kind.choices)),
    Field("medium", _("medium"), Kind.TEXT, "r.medium"),
    Field("campaign", _("campaign"), Kind.TEXT, "r.campaign"),
    Field("host", _("website"), Kind.TEXT, "r.host"),
)

registry.contacts_table = "crm_contacts_contact"
registry.add(
    Field("contact.name", _("name"), Kind.TEXT, "c.name"),
    Field("contact.first_name", _("first name"), Kind.TEXT, "c.first_name"),
    Field("contact.language", _("language"), Kind.TEXT, "c.language"),
    Field("contact.country", _("country"), Kind.TEXT, "c.country"),
    Field("contact.timezone", _("time zone"), Kind.TEXT, "c.timezone"),
    Field("contact.created", _("first contact"), Kind.DATETIME, "c.created"),
    Field("contact.last_seen", _("last visit"), Kind.DATETIME, "c.last_seen"),
    Field(
        "contact.company",
        _("company"),
        Kind.TEXT,
        "(SELECT o.name FROM crm_contacts_company o WHERE o.id = c.company_id)",
    ),
    Field(
        "contact.known",
        _("a name or an address"),
        Kind.BOOLEAN,
        "(c.name <> '' OR EXISTS ("
        "SELECT 1 FROM crm_contacts_identity i WHERE i.contact_id = c.id AND i.kind <> 'anonymous'))",
    ),
    Rows(
        "consent",
        _("answered about permission for"),
        "(SELECT s.*, t.key AS about FROM crm_contacts_consent s JOIN crm_contacts_topic t ON t.id = s.topic_id)",
        (
            Field("topic", _("topic"), Kind.TEXT, "r.about"),
            Field("channel", _("channel"), Kind.TEXT, "r.channel"),
            Field("state", _("answer"), Kind.CHOICE, "r.state", lambda: tuple(Consent.State.choices)),
            Field("how", _("way"), Kind.CHOICE, "r.how", lambda: tuple(Consent.How.choices)),
        ),
        named_by="topic",
    ),
    Rows("first_origin", _("first came from"), FIRST, ORIGIN, named_by="source"),
    Rows("last_origin", _("last came from"), LAST, ORIGIN, named_by="source"),
)
for table in ("identity", "consent", "pause", "imported", "origin", "sighting"):
    erasing.register(f"crm_contacts_{table}")
erasing.register("crm_business_keptanswer", erasing.delete_mentions("crm_business_keptanswer", "body"))
erasing.register("crm_contacts_import", drop_drafts)
erasing.register("django_admin_log", forget_in_admin_log)
erasing.register("crm_contacts_nottaken", erasing.delete_mentions("crm_contacts_nottaken", "cells"))
