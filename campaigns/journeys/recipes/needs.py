"""The data that recipes need, and whether this shop has it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from campaigns.journeys.moments.carts import FILLED
from crm.catalog.models import Product
from crm.leaving.models import Sign
from engage.lib import sql

YEAR = timedelta(days=365)
LOOKED_AT = 50_000
"""The latest events: what a shop sends, it sends again and again."""


class Need(StrEnum):
    ORDERS = "orders"
    CARTS = "carts"
    STOCK = "stock"
    SIGN_UPS = "sign_ups"
    QUESTION = "question"
    STARS = "stars"
    DATE = "date"
    LEAVING = "leaving"


EVENTS: Mapping[Need, tuple[str, ...]] = {
    Need.CARTS: FILLED,
    Need.SIGN_UPS: ("Signed Up", "Permission Given"),
}
"""The events that say it. Questions and remembered dates are known to whoever offers them."""


def present(*, at: datetime) -> set[Need]:
    """What this shop has, questions and dates apart. Four queries, whose cost does not grow with what is stored."""
    names = {name for events in EVENTS.values() for name in events}
    heard = {name for (name,) in sql.rows(_HEARD, [LOOKED_AT, sorted(names)])}
    found = {need for need, events in EVENTS.items() if heard.intersection(events)}
    if sql.rows(_ORDERED, [at - YEAR]):
        found.add(Need.ORDERS)
    if Product.objects.exclude(stock=None).exists():
        found.add(Need.STOCK)
    if Sign.objects.exists():
        found.add(Need.LEAVING)
    return found


_HEARD = """
    SELECT DISTINCT name FROM (SELECT name FROM crm_events_event ORDER BY id DESC LIMIT %s) AS latest
    WHERE name = ANY(%s)
"""

_ORDERED = "SELECT 1 FROM crm_catalog_order WHERE NOT refund AND at > %s LIMIT 1"
