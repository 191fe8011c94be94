"""Rules answered for the people of a chunk."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from crm.business.queries import business
from crm.rules import EVERYONE, NOBODY, Rule, compile_answers
from engage.lib import sql


def holds(asked: Sequence[tuple[Rule, int]], *, at: datetime) -> list[bool]:
    """For each (rule, contact) whether it holds at `at`, days being the shop's. One statement for all, none when
    there is nothing to ask."""
    open_rules = {rule for rule, _ in asked} - {EVERYONE, NOBODY}
    numbers = {rule: number for number, rule in enumerate(open_rules)}
    found: set[tuple[int, int]] = set()
    if numbers:
        people = {contact for rule, contact in asked if rule in numbers}
        local = at.astimezone(ZoneInfo(business().timezone))
        found = set(sql.rows(*compile_answers({number: rule for rule, number in numbers.items()}, people, local)))
    return [rule == EVERYONE or (numbers.get(rule, -1), contact) in found for rule, contact in asked]
