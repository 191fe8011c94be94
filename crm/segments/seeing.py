"""Who may see a group: whoever may see everything that its rule speaks of, for who is in it gives that away."""

from collections.abc import Collection
from typing import Any

from crm.preferences.queries import hidden_from
from crm.rules import Did, InvalidRule, Leaf, Rule, conditions, parse
from crm.segments.models import Segment
from crm.segments.queries import segments

MEMORY = frozenset({"preference", "told"})
GROUPS = frozenset({"segment", "picked"})
ATTRIBUTE = "attribute."


def seen_by(role: str) -> list[Segment]:
    """By name. One query for owners, two for others, however many groups."""
    found, hidden = list(segments()), hidden_from(role)
    closed: set[str] = set()
    while hidden and (more := {str(one.uid) for one in found if _is_closed(one.rule, hidden, closed)} - closed):
        closed |= more  # and then the groups of these groups
    return [one for one in found if str(one.uid) not in closed]


def may_see(rule: Rule, role: str) -> bool:
    """Whether such a colleague may write this rule, or see whom it finds. One query, three at most."""
    hidden = hidden_from(role)
    if not hidden:
        return True
    open_groups = {str(one.uid) for one in seen_by(role)}
    closed = {str(one.uid) for one in segments()} - open_groups
    return not _speaks(rule, hidden, closed)


def _is_closed(raw: Any, hidden: Collection[str], closed: Collection[str]) -> bool:
    try:
        return _speaks(parse(raw), hidden, closed)
    except InvalidRule:
        return False  # it finds nobody


def _speaks(rule: Rule, hidden: Collection[str], closed: Collection[str]) -> bool:
    return any(_leaf_speaks(condition, hidden, closed) for condition in conditions(rule))


def _leaf_speaks(condition: Leaf | Did, hidden: Collection[str], closed: Collection[str]) -> bool:
    """What asks for answers without saying to what may find those to anything."""
    if isinstance(condition, Leaf):
        return condition.field.key.removeprefix(ATTRIBUTE) in hidden and condition.field.key.startswith(ATTRIBUTE)
    if condition.rows.key in MEMORY:
        return condition.name in hidden if condition.name else bool(condition.where)
    return condition.rows.key in GROUPS and condition.name in closed
