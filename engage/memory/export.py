"""Everything we hold about one person, as plain data for their own use."""

from typing import Any

from campaigns.surveys.models import Response
from crm.catalog.models import Order
from crm.contacts.models import Consent, Contact, Identity
from crm.dialogue.models import Message
from crm.events.models import Event
from crm.preferences.models import Preference

_MOST = 20_000


def everything(contact: Contact) -> dict[str, Any]:
    """Nine queries; at most 20,000 rows of each kind, the latest."""
    return {
        "person": {
            "id": contact.uid,
            "name": contact.name,
            "language": contact.language,
            "country": contact.country,
            "timezone": contact.timezone,
            "since": contact.created,
            "attributes": contact.attributes,
        },
        "known_by": _rows(Identity.objects.filter(contact=contact), "kind", "value", "created"),
        "permissions": _rows(
            Consent.objects.filter(contact=contact), "channel", "topic__label", "state", "how", "words", "by", "at"
        ),
        "remembered": _rows(
            Preference.objects.filter(contact=contact).exclude(state=Preference.State.FORGOTTEN),
            *("key__label", "value", "kind", "words", "question", "source_kind", "source_label", "by", "at", "state"),
        ),
        "answers": _rows(Response.objects.filter(contact=contact), "survey__title", "answers", "state", "finished"),
        "messages": _rows(
            Message.objects.filter(contact=contact).exclude(direction=Message.Direction.NOTE),
            *("direction", "channel", "subject", "text", "state", "at"),
        ),
        "orders": _orders(contact),
        "events": _rows(Event.objects.filter(contact=contact), "name", "properties", "at", "source"),
    }


def _rows(found, *names: str) -> list[dict[str, Any]]:
    return list(found.order_by("-id").values(*names)[:_MOST])


def _orders(contact: Contact) -> list[dict[str, Any]]:
    found = Order.objects.filter(contact=contact).prefetch_related("lines").order_by("-id")[:_MOST]
    return [
        {
            "number": order.external_id,
            "at": order.at,
            "total": order.total,
            "currency": order.currency,
            "refund": order.refund,
            "lines": [
                {"name": line.name, "quantity": line.quantity, "price": line.price} for line in order.lines.all()
            ],
        }
        for order in found
    ]
