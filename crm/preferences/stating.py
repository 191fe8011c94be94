"""Something said or noticed becomes memory at once, and a fact for journeys if they told us."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from crm.contacts.actions import hold
from crm.events.actions import derive
from crm.preferences.actions import Statement, remember
from crm.preferences.announcing import fact, told_before
from crm.preferences.models import Preference
from engage.lib import live


def state(statement: Statement, *, at: datetime) -> Preference | None:
    """Write one statement, whoever the contact is today. None where the same source said it before."""
    with transaction.atomic():
        present = hold(contacts=[statement.contact]).present[statement.contact]
        written = remember([replace(statement, contact=present)], at=at)
        if not written:
            return None
        if statement.kind == Preference.Kind.STATED:
            derive([fact(written[0], told_before(written).get(written[0].id, ""), at=at)])
            live.publish("told", {})
        return Preference.objects.select_related("key", "contact").get(pk=written[0].id)
