"""What rules may ask of what a contact did."""

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing
from crm.rules import Field, Kind, Rows, registry

registry.add(
    Rows(
        "event",
        _("did"),
        "crm_events_event",
        (
            Field("name", _("event"), Kind.TEXT, "r.name"),
            Field("kind", _("kind"), Kind.TEXT, "r.kind"),
            Field("source", _("source"), Kind.TEXT, "r.source"),
        ),
        properties="r.properties",
        named_by="name",
        arrived="r.received",
    ),
)
erasing.register("crm_events_event")
erasing.register("crm_events_deadletter", erasing.delete_mentions("crm_events_deadletter", "body"))
