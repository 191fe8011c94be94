"""Reads on segments: how many match a rule, who they are, and why one does or does not."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from crm import rules
from crm.contacts.models import Contact
from crm.rules import Explanation, Rule
from crm.segments import asking
from crm.segments.models import Segment
from engage.lib import sql


def count(rule: Rule, *, at: datetime) -> int:
    """How many present contacts match, exactly. One query."""
    condition, values = asking.where(rule, at=at)
    counting = f"SELECT count(*) FROM crm_contacts_contact c WHERE {condition}"  # noqa: S608 compiled; its values stand beside it
    ((number,),) = sql.rows(counting, values)
    return number


def members(rule: Rule, *, at: datetime, after: int = 0, size: int = 20) -> list[Contact]:
    """Contacts that match, by key, those beyond the key `after`: a sample, or all of them slice by slice. Two queries.

    Raises NoEventAtHand.
    """
    condition, values = asking.where(rule, at=at)
    found = sql.rows(
        f"SELECT c.id FROM crm_contacts_contact c WHERE {condition} AND c.id > %s ORDER BY c.id LIMIT %s",  # noqa: S608 compiled; its values stand beside it
        [*values, after, size],
    )
    return list(Contact.objects.filter(pk__in=[pk for (pk,) in found]).order_by("pk"))


def explain(rule: Rule, contact: Contact, *, at: datetime) -> Explanation:
    """Why this contact matches or not, leaf by leaf. One query, and one for each kind of rows that the rule asks of."""
    local = asking.shop_time(at)
    with connection.cursor() as cursor:
        facts = rules.fetch_facts(cursor, [rule], [contact.pk], local)[contact.pk]
    return rules.explain(rule, facts, local)


def segments() -> QuerySet[Segment]:
    """By name."""
    return Segment.objects.order_by("name", "id")


def choices() -> tuple[tuple[str, str], ...]:
    """Every segment as (public id, name): what a rule may speak of. One query."""
    return tuple((str(uid), name) for uid, name in Segment.objects.values_list("uid", "name"))
