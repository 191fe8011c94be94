"""From a rule in JSON to a draft. It need not be a rule that can be used: the draft shows what there is of it."""

from collections.abc import Mapping
from typing import Any

from crm.rules import OPERATORS, Registry
from crm.rules.kinds import Kind
from crm.rules.literals import UNITS, UNSTORABLE, kind_in_json
from crm.rules.operators import Takes
from crm.rules.tree import GROUPS
from engage.dashboard.rules.draft import BAG, COLUMN, DID, FIELD, PROPERTY, Group, Node, Row
from engage.dashboard.rules.values import shown

MEASURES = ("count", "sum", "first", "last")
EVER = {"op": "at_least", "value": 1}
NEVER = {"op": "is", "value": 0}


class NotRows(ValueError):
    """It has not even the shape of a rule."""


def draft_of(rule: Any, registry: Registry) -> Node:
    """Raises NotRows; RecursionError cannot be, because JSON that deep is not kept."""
    if not isinstance(rule, dict):
        raise NotRows
    for how in GROUPS:
        if how in rule:
            return Group(how, _nodes(rule[how], registry))
    if DID in rule:
        return _did(rule, registry)
    for place in (FIELD, COLUMN, PROPERTY):
        if place in rule:
            return _leaf(place, rule, registry)
    raise NotRows


def _nodes(rules: Any, registry: Registry) -> list[Node]:
    if not isinstance(rules, list):
        raise NotRows
    return [draft_of(rule, registry) for rule in rules]


def _leaf(place: str, rule: Mapping[str, Any], registry: Registry) -> Row:
    key = _storable(rule[place])
    bag, _, name = key.partition(".")
    if place == PROPERTY:
        return Row(PROPERTY, _kept({"name": shown(key)} | _compared(rule)))
    if place == FIELD and name and bag in registry.bags:
        return Row(f"{BAG}:{bag}", _kept({"name": shown(name)} | _compared(rule)))
    return Row(f"{place}:{key}", _kept(_compared(rule)))


def _did(rule: Mapping[str, Any], registry: Registry) -> Row:
    said = {"name": shown(rule["name"])} if "name" in rule else {}
    said |= _measured(rule) | _window(rule)
    where = _nodes(rule.get("where", []), registry)
    row = Row(f"{DID}:{_storable(rule[DID])}", _kept(said), where)
    _lift_currency(row, registry)
    return row


def _measured(rule: Mapping[str, Any]) -> dict[str, str]:
    how = next((key for key in MEASURES if key in rule), "count")
    measure = rule.get(how, EVER)
    if not isinstance(measure, dict):
        raise NotRows
    if how == "count" and measure in (EVER, NEVER) and not isinstance(measure["value"], bool):
        return {"how": "ever" if measure == EVER else "never"}
    of = {"of": PROPERTY, "of_name": shown(measure[PROPERTY])} if PROPERTY in measure else {}
    if COLUMN in measure:
        of = {"of": f"{COLUMN}:{_storable(measure[COLUMN])}"}
    return {"how": how} | of | _compared(measure)


def _window(rule: Mapping[str, Any]) -> dict[str, str]:
    within, between = rule.get("within"), rule.get("between")
    if isinstance(within, dict):
        return {"when": "within"} | {f"when_{name}": text for name, text in _duration(within).items()}
    if isinstance(between, list):
        return {"when": "between"} | {f"when_{name}": text for name, text in _pair(between).items()}
    return {}


def _lift_currency(row: Row, registry: Registry) -> None:
    """Money is written with its currency, in one place; a rule says it as the first condition on what counts."""
    rows = registry.rows.get(row.key)
    column = rows.column(row.get("of").removeprefix(f"{COLUMN}:")) if rows else None
    if column is None or not column.currency or not row.where:
        return
    first = row.where[0]
    if isinstance(first, Row) and first.about == f"{COLUMN}:{column.currency}" and first.get("op") == "is":
        row.said["currency"] = first.get("value")
        del row.where[0]


def _compared(data: Mapping[str, Any]) -> dict[str, str]:
    said, value = {"op": _storable(data.get("op", ""))}, data.get("value")
    operator = OPERATORS.get(said["op"])
    if operator is None or "value" not in data:
        return said | ({"value": shown(value)} if "value" in data else {})
    said |= {"as": _kind(said["op"], value)}
    if operator.takes is Takes.DURATION and isinstance(value, dict):
        return said | _duration(value)
    if operator.takes is Takes.PAIR and isinstance(value, list):
        return said | _pair(value)
    if operator.takes is Takes.MANY and isinstance(value, list):
        return said | {"value": "\n".join(shown(one) for one in value)}
    return said | {"value": shown(value)}


def _kind(op: str, value: Any) -> str:
    """As what a value is read where its field does not say."""
    try:
        return kind_in_json(OPERATORS[op], value)[0].value
    except ValueError:
        return Kind.TEXT.value


def _duration(value: Mapping[str, Any]) -> dict[str, str]:
    unit, amount = next(iter(value.items()), ("days", ""))
    return {"amount": shown(amount), "unit": unit if unit in UNITS else "days"}


def _pair(value: list[Any]) -> dict[str, str]:
    low, high = ([*value, "", ""])[:2]
    return {"low": shown(low), "high": shown(high)}


def _storable(key: Any) -> str:
    return UNSTORABLE.sub("\ufffd", str(key))


def _kept(said: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if text}
