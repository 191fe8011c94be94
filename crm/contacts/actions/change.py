"""Change what is said of a contact itself."""

from datetime import datetime

from django.db import transaction

from crm.contacts.actions.hold import hold
from crm.contacts.models import Contact

FIELDS = frozenset({"name", "first_name", "language", "country", "timezone"})


def change_contact(*, contact: Contact, by: str, at: datetime, **said: str) -> Contact:
    """Set some of FIELDS; an empty text takes away what is there. Returns the present contact."""
    assert said.keys() <= FIELDS
    with transaction.atomic():
        present = hold(contacts=[contact.pk]).present[contact.pk]
        if said:
            Contact.objects.filter(pk=present).update(**said)
        return Contact.objects.get(pk=present)
