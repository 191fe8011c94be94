"""What rules may ask of what a contact did, and how changes of a contact become events."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing, telling
from crm.events.actions import Fact, derive
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


def _derive(*, contact: int, recorded_for: int, name: str, at: datetime, message_id: str, properties: dict) -> None:
    derive([Fact(contact, recorded_for, name, at, message_id, properties)])


telling.connect(_derive)
