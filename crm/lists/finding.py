"""Who is in the list of people."""

from collections.abc import Sequence

from django.db.models import OuterRef, QuerySet, Subquery

from crm.contacts.models import Contact, Identity
from crm.contacts.queries import matching
from crm.lists.narrowing import Applied


def everyone(*, search: str = "", visitors: bool = False, filters: Sequence[Applied] = ()) -> QuerySet[Contact]:
    """People as they are today: without those who were merged into another or erased."""
    present = Contact.objects.filter(merged_into=None, erased=None)
    for one in filters:
        present = one.narrow(present)
    if search:
        return present.filter(pk__in=matching(search))
    # A scalar, not EXISTS: that would be hashed, with every identity there is, to show fifty people.
    known = Identity.objects.filter(contact=OuterRef("pk")).exclude(kind=Identity.Kind.ANONYMOUS)
    present = present.alias(known=Subquery(known.values("pk")[:1]))
    if visitors:
        return present.filter(name="", known=None)
    return present.exclude(name="", known=None)
