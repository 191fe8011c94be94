"""What a colleague heard or read from a customer becomes memory at once."""

from datetime import datetime

from crm.business.models import User
from crm.preferences.actions import Statement
from crm.preferences.models import Preference
from crm.preferences.stating import state

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
) -> Preference | None:
    """Remember what they told us, with their words. A colleague vouches for it, so it counts as told.

    None if the same was kept from the same source before.
    """
    statement = Statement(
        contact=contact,
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
    return state(statement, at=at)
