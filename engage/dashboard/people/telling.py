"""What a colleague heard or read from a customer becomes memory at once, and a fact for journeys."""

from datetime import datetime

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import hold
from crm.events.actions import Fact, derive
from crm.preferences.actions import Remembered, Statement, remember
from crm.preferences.models import Preference
from engage.lib import live

LONGEST_SOURCE_ID = 120


def tell(
    *,
    contact: int,
    recorded_for: int,
    key: str,
    value: str,
    words: str,
    source_kind: str,
    source_id: str,
    source_label: str,
    said: datetime,
    by: User,
    at: datetime,
) -> Remembered | None:
    """Remember what they told us, with their words. A colleague vouches for it, so it counts as told.

    None if the same was kept from the same source before.
    """
    with transaction.atomic():
        statement = Statement(
            contact=hold(contacts=[contact]).present[contact],
            recorded_for=recorded_for,
            key=key,
            value=value,
            kind=Preference.Kind.STATED,
            words=words,
            source_kind=source_kind,
            source_id=f"{source_id}:{value}"[:LONGEST_SOURCE_ID],
            source_label=source_label,
            by=str(by),
            at=said,
        )
        written = remember([statement], at=at)
        derive([_stated(remembered, at) for remembered in written])
        live.publish("told", {})
        return written[0] if written else None


def _stated(remembered: Remembered, at: datetime) -> Fact:
    return Fact(
        contact=remembered.contact,
        recorded_for=remembered.recorded_for,
        name="Preference Stated",
        at=at,
        message_id=f"preference:{remembered.id}",
        properties={"key": remembered.key, "value": remembered.value},
    )
