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


def hidden_names(role: str) -> frozenset[str]:
    """What rules call that which such a colleague may not see: keys by name, groups by public id. Two queries, one
    where nothing is hidden, none for owners."""
    hidden = set(hidden_from(role))
    rules = {str(uid): rule for uid, rule in segments().values_list("uid", "rule")} if hidden else {}
    while more := {uid for uid, rule in rules.items() if uid not in hidden and _is_closed(rule, hidden)}:
        hidden |= more  # and then the groups of these groups
    return frozenset(hidden)


def seen_by(role: str) -> list[Segment]:
    """The groups that such a colleague may see, by name. One query for owners, three at most for others."""
    hidden = hidden_names(role)
    return [group for group in segments() if str(group.uid) not in hidden]


def speaks_of(rule: Rule, hidden: Collection[str]) -> bool:
    """Whether whoever may not see these may neither write the rule nor see whom it finds. Whatever asks for answers
    without saying to what may find those to anything."""
    return any(_leaf_speaks(condition, hidden) for condition in conditions(rule)) if hidden else False


def _is_closed(raw: Any, hidden: Collection[str]) -> bool:
    try:
        return speaks_of(parse(raw), hidden)
    except InvalidRule:
        return False  # it finds nobody


def _leaf_speaks(condition: Leaf | Did, hidden: Collection[str]) -> bool:
    if isinstance(condition, Leaf):
        key = condition.field.key
        return key.startswith(ATTRIBUTE) and key.removeprefix(ATTRIBUTE) in hidden
    if condition.rows.key in MEMORY:
        return condition.name in hidden if condition.name else bool(condition.where)
    return condition.rows.key in GROUPS and condition.name in hidden
