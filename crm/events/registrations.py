"""What rules may ask of what a contact did, and how changes of a contact become events."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing, telling
from crm.events.actions import Fact, derive
from crm.events.models import Event
from crm.rules import Field, Kind, Rows, registry

NEWEST = 500


def _names() -> Iterable[str]:
    """Of the newest events, the most frequent first. One query."""
    newest = Event.objects.order_by("-id").values_list("name", flat=True)[:NEWEST]
    return [name for name, _times in Counter(newest).most_common()]


def _details() -> Iterable[str]:
    """Names of what the newest events hold. One query."""
    newest = Event.objects.order_by("-id").values_list("properties", flat=True)[:NEWEST]
    return [name for name, _times in Counter(name for held in newest for name in held).most_common()]


registry.add(
    Rows(
        "event",
        _("did"),
        "crm_events_event",
        (
            Field("name", _("event"), Kind.TEXT, "r.name", known=_names),
            Field("kind", _("kind"), Kind.TEXT, "r.kind"),
            Field("source", _("source"), Kind.TEXT, "r.source"),
        ),
        properties="r.properties",
        named_by="name",
        arrived="r.received",
        known=_details,
    ),
)
erasing.register("crm_events_event")
erasing.register("crm_events_deadletter", erasing.delete_mentions("crm_events_deadletter", "body"))


def _derive(*, contact: int, recorded_for: int, name: str, at: datetime, message_id: str, properties: dict) -> None:
    derive([Fact(contact, recorded_for, name, at, message_id, properties)])


telling.connect(_derive)
