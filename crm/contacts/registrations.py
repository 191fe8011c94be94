"""What rules may ask of a contact itself."""

from django.utils.translation import gettext_lazy as _

from crm.rules import Bag, Field, Kind, registry

registry.contacts_table = "crm_contacts_contact"
registry.add(
    Field("contact.name", _("name"), Kind.TEXT, "c.name"),
    Field("contact.language", _("language"), Kind.TEXT, "c.language"),
    Field("contact.country", _("country"), Kind.TEXT, "c.country"),
    Field("contact.timezone", _("time zone"), Kind.TEXT, "c.timezone"),
    Field("contact.created", _("first contact"), Kind.DATETIME, "c.created"),
    Field("contact.last_seen", _("last visit"), Kind.DATETIME, "c.last_seen"),
    Bag("attribute", _("attribute"), "c.attributes"),
)
