"""Whom a rule finds: asked of the database for everybody, asked for a few, and worked out in memory."""

from datetime import datetime
from typing import Any

from django.db import connection

from crm.contacts.models import Contact
from crm.rules import compile_answers, compile_where, evaluate, fetch_facts, parse


def matching(data: dict[str, Any], *, at: datetime) -> set[str]:
    """First names of those who match; all three ways of asking must agree."""
    rule = parse(data)
    where, values = compile_where(rule, at)
    everybody = list(Contact.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.id FROM crm_contacts_contact c WHERE {where}", values)
        found = {pk for (pk,) in cursor.fetchall()}
        cursor.execute(*compile_answers({1: rule}, everybody, at))
        answered = {contact for _rule, contact in cursor.fetchall()}
        facts = fetch_facts(cursor, [rule], everybody, at)
    in_memory = {contact for contact, known in facts.items() if evaluate(rule, known, at)}
    assert found == answered == in_memory
    return set(Contact.objects.filter(pk__in=found).values_list("first_name", flat=True))
