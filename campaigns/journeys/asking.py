"""Rules answered for the people of a chunk, and what is remembered of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from crm.business.queries import business
from crm.rules import EVERYONE, NOBODY, Rule, compile_answers
from engage.lib import sql
from engage.lib.local_time import zone_of


def shop_time(at: datetime) -> datetime:
    """The same moment on the shop's clock: days in rules are the shop's."""
    return at.astimezone(zone_of(business().timezone))


def holds(asked: Sequence[tuple[Rule, int]], *, at: datetime) -> list[bool]:
    """For each (rule, contact) whether it holds at `at`, days being the shop's. One statement for all, none when
    there is nothing to ask."""
    open_rules = {rule for rule, _ in asked} - {EVERYONE, NOBODY}
    numbers = {rule: number for number, rule in enumerate(open_rules)}
    found: set[tuple[int, int]] = set()
    if numbers:
        people = {contact for rule, contact in asked if rule in numbers}
        rules = {number: rule for rule, number in numbers.items()}
        found = set(sql.rows(*compile_answers(rules, people, shop_time(at))))
    return [rule == EVERYONE or (numbers.get(rule, -1), contact) in found for rule, contact in asked]


def remembered(contacts: Collection[int], keys: Collection[str]) -> dict[tuple[int, str], Any]:
    """What is remembered of each contact under these keys now, by (contact, key). One statement, none without keys."""
    if not keys:
        return {}
    found = sql.rows(
        """
        SELECT c.id, known.key, known.value FROM crm_contacts_contact AS c, jsonb_each(c.attributes) AS known
        WHERE c.id = ANY(%s) AND known.key = ANY(%s)
        """,
        [sorted(contacts), sorted(keys)],
    )
    return {(contact, key): sql.decoded(value) for contact, key, value in found}
