"""Change what is said of a contact itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.contacts.actions.hold import hold
from crm.contacts.models import Contact
from crm.contacts.traits import Trait, remember_traits

FIELDS = frozenset({"name", "first_name", "language", "country", "timezone"})


def change_contact(
    *, contact: Contact, by: str, at: datetime, attributes: Mapping[str, Any] | None = None, **said: str
) -> Contact:
    """Set some of FIELDS; an empty text takes away what is there. `attributes` become what is remembered, from the API.
    Returns the present contact."""
    assert said.keys() <= FIELDS
    with transaction.atomic():
        present = hold(contacts=[contact.pk]).present[contact.pk]
        if said:
            Contact.objects.filter(pk=present).update(**said)
        traits = [
            Trait(present, contact.pk, name, value, at, source_kind="api", by=by)
            for name, value in (attributes or {}).items()
        ]
        remember_traits(traits, at=at)
        return Contact.objects.get(pk=present)
