"""What rules may ask of a contact itself, and of what they said about permission."""

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing
from crm.contacts.actions.erase import forget_in_admin_log
from crm.contacts.imports.retention import drop_drafts
from crm.contacts.models import Consent
from crm.rules import Bag, Field, Kind, Rows, registry

registry.contacts_table = "crm_contacts_contact"
registry.add(
    Field("contact.name", _("name"), Kind.TEXT, "c.name"),
    Field("contact.first_name", _("first name"), Kind.TEXT, "c.first_name"),
    Field("contact.language", _("language"), Kind.TEXT, "c.language"),
    Field("contact.country", _("country"), Kind.TEXT, "c.country"),
    Field("contact.timezone", _("time zone"), Kind.TEXT, "c.timezone"),
    Field("contact.origin", _("origin"), Kind.TEXT, "c.origin"),
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
    Bag("attribute", _("attribute"), "c.attributes"),
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
)
for table in ("crm_contacts_identity", "crm_contacts_consent", "crm_contacts_pause", "crm_contacts_imported"):
    erasing.register(table)
erasing.register("crm_business_keptanswer", erasing.delete_mentions("crm_business_keptanswer", "body"))
erasing.register("crm_contacts_import", drop_drafts)
erasing.register("django_admin_log", forget_in_admin_log)
erasing.register("crm_contacts_nottaken", erasing.delete_mentions("crm_contacts_nottaken", "cells"))
