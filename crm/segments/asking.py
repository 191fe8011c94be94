"""Rules asked of contacts as they are now; calendar days are the shop's."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm.business.queries import business
from crm.rules import Did, Rule, compile_answers, compile_where, conditions
from engage.lib import sql

type Pair = tuple[int, int]
"""(segment, contact)"""

PRESENT = "c.merged_into_id IS NULL AND c.erased IS NULL"


def shop_time(at: datetime) -> datetime:
    """The same moment on the shop's clock, by which rules understand calendar days."""
    return at.astimezone(ZoneInfo(business().timezone))


def answers(rules: Mapping[int, Rule], contacts: Collection[int], *, at: datetime) -> set[Pair]:
    """Which of these contacts match which rule. One statement, however many rules there are."""
    return set(sql.rows(*compile_answers(rules, contacts, shop_time(at))))


def where(rule: Rule, *, at: datetime) -> tuple[str, list[Any]]:
    """A condition over alias ``c`` that holds for the present contacts that match."""
    condition, values = compile_where(rule, shop_time(at))
    return f"{PRESENT} AND ({condition})", values


def segments_in(rule: Rule) -> set[str]:
    """The public ids of the segments that a rule speaks of."""
    return {
        condition.name
        for condition in conditions(rule)
        if isinstance(condition, Did) and condition.rows.key == "segment" and condition.name
    }
