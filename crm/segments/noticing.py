"""What rules find in orders and searches: one statement for each rule, however many people are looked at."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.preferences.models import Preference
from crm.preferences.statement import Statement
from crm.segments.models import ObservedRule
from engage.lib import sql
from engage.lib.spoken import speak

What = ObservedRule.What
SEARCHED = "Products Searched"
MOST_EVIDENCE = 20
SUREST = 90
"""Of 100: nobody is sure of a guess."""


class Found(NamedTuple):
    contact: int
    recorded_for: int
    value: str
    times: int
    of: int
    last: datetime
    evidence: list[str]


def statements(rule: ObservedRule, contacts: Collection[int], *, at: datetime) -> Iterator[Statement]:
    """What the rule says of these contacts: for each the value that shows most often, else latest. One query."""
    query = _SEARCHES if rule.what == What.SEARCH else _ORDERS.format(value=_VALUES[What(rule.what)])
    asked = {
        "contacts": sorted(contacts),
        "since": at - timedelta(days=rule.days),
        "at": at,
        "times": rule.times,
        "category": rule.category,
        "searched": SEARCHED,
        "most": MOST_EVIDENCE,
    }
    with speak(business().language):
        for row in sql.rows(query, asked):
            yield _statement(rule, Found(*row))


def _statement(rule: ObservedRule, found: Found) -> Statement:
    guess = rule.what == What.MONTH
    thing = "event" if rule.what == What.SEARCH else "order"
    return Statement(
        contact=found.contact,
        recorded_for=found.recorded_for,
        key=rule.key.key,
        value=found.value,
        kind=Preference.Kind.INFERRED if guess else Preference.Kind.OBSERVED,
        at=found.last,
        source_kind="rule",
        source_id=f"{rule.uid}:{found.last.timestamp():.0f}",
        by="rule",
        reason=_reason(rule, found),
        confidence=min(round(100 * found.times / found.of), SUREST) if guess else None,
        evidence=[{thing: uid} for uid in found.evidence],
    )


def _reason(rule: ObservedRule, found: Found) -> str:
    match What(rule.what):
        case What.CATEGORY:
            text = _("bought from %(value)s %(times)d times in %(days)d days")
        case What.PRODUCT:
            text = _("bought %(value)s %(times)d times in %(days)d days")
        case What.SEARCH:
            text = _("searched for “%(value)s” %(times)d times in %(days)d days")
        case What.MONTH:
            text = _("%(times)d of %(of)d such orders came in %(value)s")
    return (text % {**found._asdict(), "days": rule.days})[:200]


_VALUES = {
    What.CATEGORY: "p.category",
    What.PRODUCT: "p.name",
    What.MONTH: "to_char(o.at, 'FMMonth')",
}

_ORDERS = """
    SELECT DISTINCT ON (contact_id) contact_id, recorded_for, value, times, of, last, evidence FROM (
        SELECT o.contact_id, (array_agg(o.recorded_for_id ORDER BY o.at DESC))[1] AS recorded_for, {value} AS value,
            count(DISTINCT o.id) AS times, (sum(count(DISTINCT o.id)) OVER (PARTITION BY o.contact_id))::int AS of,
            max(o.at) AS last, (array_agg(DISTINCT o.uid::text))[1:%(most)s] AS evidence
        FROM crm_catalog_order AS o
        JOIN crm_catalog_orderline AS l ON l.order_id = o.id JOIN crm_catalog_product AS p ON p.id = l.product_id
        WHERE o.contact_id = ANY(%(contacts)s) AND o.at > %(since)s AND o.at <= %(at)s
            AND NOT o.refund AND o.refunded IS NULL AND {value} <> ''
            AND (%(category)s = '' OR lower(p.category) = lower(%(category)s))
        GROUP BY o.contact_id, value
    ) AS shown WHERE times >= %(times)s
    ORDER BY contact_id, times DESC, last DESC, value
"""

_SEARCHES = """
    SELECT DISTINCT ON (contact_id) contact_id, recorded_for, value, times, times, last, evidence FROM (
        SELECT e.contact_id, (array_agg(e.recorded_for_id ORDER BY e.at DESC))[1] AS recorded_for,
            lower(btrim(e.properties ->> 'query')) AS value, count(*) AS times, max(e.at) AS last,
            (array_agg(e.message_id ORDER BY e.at DESC))[1:%(most)s] AS evidence
        FROM crm_events_event AS e
        WHERE e.contact_id = ANY(%(contacts)s) AND e.name = %(searched)s
            AND e.at > %(since)s AND e.at <= %(at)s AND e.received > %(since)s
            AND btrim(e.properties ->> 'query') <> ''
        GROUP BY e.contact_id, value
    ) AS shown WHERE times >= %(times)s
    ORDER BY contact_id, times DESC, last DESC, value
"""
