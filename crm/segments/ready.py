"""Five groups that every shop needs, with thresholds from its own rhythm. They are segments like any other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.segments.actions import create_segment
from crm.segments.models import Segment
from engage.lib import sql
from engage.lib.spoken import to_staff

YEAR = timedelta(days=365)
FEWEST = 20
"""Fewer buyers, or fewer returns, tell no rhythm."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Days, orders and money that the five rules are made with; these stand where the shop has no rhythm yet."""

    new_days: int = 30
    regular_orders: int = 3
    best_total: int = 200
    quiet_days: int = 60
    currency: str = "GBP"


def thresholds(*, at: datetime) -> Thresholds:
    """From the orders of the last year: quiet is who stays away longer than nine of ten did between two orders; best
    is the tenth that bought most. Two queries over a year's orders."""
    currency, since = business().currency, at - YEAR
    plain = Thresholds(currency=currency)
    gaps, gap = sql.rows(_GAPS, [since, at])[0]
    buyers, orders, total = sql.rows(_BUYERS, [since, at, currency])[0]
    return Thresholds(
        regular_orders=max(2, round(orders)) if buyers >= FEWEST else plain.regular_orders,
        best_total=_rounded(total) if buyers >= FEWEST else plain.best_total,
        quiet_days=min(max(round(gap), 14), 365) if gaps >= FEWEST else plain.quiet_days,
        currency=currency,
    )


def rules(found: Thresholds) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name and rule of each ready group, by its slug."""
    known = {"field": "contact.known", "op": "is", "value": True}
    ordered, year = {"did": "order"}, {"within": {"days": YEAR.days}}
    money = {"column": "currency", "op": "is", "value": found.currency}
    spent = {"column": "total", "op": "at_least", "value": found.best_total}
    return {
        "new": (
            _("New"),
            {"all": [known, {"field": "contact.created", "op": "in_last", "value": {"days": found.new_days}}]},
        ),
        "regular": (_("Regular"), ordered | year | {"count": {"op": "at_least", "value": found.regular_orders}}),
        "best": (_("Best"), ordered | year | {"where": [money], "sum": spent}),
        "gone-quiet": (
            _("Gone quiet"),
            {"all": [ordered, {"none": [ordered | {"within": {"days": found.quiet_days}}]}]},
        ),
        "never-bought": (_("Never bought"), {"all": [known, {"none": [ordered]}]}),
    }


def make_ready(*, by: str, at: datetime) -> list[Segment]:
    """Make those of the five that are missing; what the owner has edited stays. Returns the new ones."""
    with transaction.atomic():
        there = set(Segment.objects.exclude(ready=None).values_list("ready", flat=True))
        with to_staff():
            wanted = rules(thresholds(at=at))
        return [
            create_segment(name=name, rule=rule, ready=slug, by=by, at=at)
            for slug, (name, rule) in wanted.items()
            if slug not in there
        ]


def _rounded(total: Decimal) -> int:
    """To two figures: a threshold is read by people."""
    digits = max(len(str(int(total))) - 2, 0)
    return max(round(int(total), -digits), 1)


_GAPS = """
    SELECT count(gap), COALESCE(percentile_cont(0.9) WITHIN GROUP (ORDER BY gap), 0) FROM (
        SELECT EXTRACT(epoch FROM at - lag(at) OVER (PARTITION BY contact_id ORDER BY at, id)) / 86400 AS gap
        FROM crm_catalog_order WHERE contact_id IS NOT NULL AND NOT refund AND at > %s AND at <= %s
    ) AS gaps WHERE gap >= 1
"""

_BUYERS = """
    SELECT count(*), COALESCE(percentile_cont(0.75) WITHIN GROUP (ORDER BY orders), 0),
        COALESCE(percentile_disc(0.9) WITHIN GROUP (ORDER BY total), 0) FROM (
        SELECT count(*) AS orders, sum(total) AS total FROM crm_catalog_order
        WHERE contact_id IS NOT NULL AND NOT refund AND at > %s AND at <= %s AND currency = %s GROUP BY contact_id
    ) AS buyers
"""
