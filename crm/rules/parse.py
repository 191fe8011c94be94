"""Read a rule from JSON. Nothing is guessed: what is not understood is refused at its place."""

import difflib
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from .fields import Field, Registry, Rows, registry
from .kinds import Kind
from .literals import choice_among, kind_in_json, text, value_for
from .operators import OPERATORS, Comparison, Operator, Takes, operators_for
from .problems import InvalidRule, Problem, TooLarge, refuse, shown
from .tree import GROUPS, AllOf, Did, Leaf, Measure, Place, Rule

DEEPEST = 50
MOST_CONDITIONS = 500
LEAVES = ("field", "column", "property", "did")
MEASURES = ("count", "sum", "first", "last")


def parse(data: Any, *, event_at_hand: bool = False, registry: Registry = registry) -> Rule:
    """The rule that `data` (what ``json.loads`` gave) stands for.

    `event_at_hand` allows ``{"property": …}`` about the event that is being looked at: for triggers.
    A group of one condition is that condition. Raises InvalidRule with every problem found, each at its place.
    """
    return _Reader(registry, event_at_hand).rule(data, "$", depth=1)


class _Reader:
    def __init__(self, registry: Registry, event_at_hand: bool) -> None:
        self.registry = registry
        self.event_at_hand = event_at_hand
        self.conditions = 0

    def rule(self, data: Any, path: str, depth: int, rows: Rows | None = None) -> Rule:
        """One node; inside a `where`, `rows` says of what."""
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise TooLarge([Problem(path, _("A rule has {most} conditions at most.").format(most=MOST_CONDITIONS))])
        if not isinstance(data, dict):
            raise refuse(path, _("A condition must be an object such as {example}.").format(example='{"all": []}'))
        found = [key for key in (*GROUPS, *LEAVES) if key in data]
        if len(found) != 1:
            message = _("A condition needs exactly one of: {keys}.")
            raise refuse(path, message.format(keys=", ".join((*GROUPS, *LEAVES))))
        if found[0] in GROUPS:
            return self.group(found[0], data, path, depth, rows)
        if found[0] == "did":
            return self.did(data, path, depth, rows)
        return self.leaf(found[0], data, path, rows)

    def group(self, key: str, data: dict[str, Any], path: str, depth: int, rows: Rows | None) -> Rule:
        _only(data, (key,), path)
        if depth >= DEEPEST:
            raise TooLarge([Problem(path, _("Groups can be nested {most} deep at most.").format(most=DEEPEST))])
        children = self.rules(data[key], f"{path}.{key}", depth + 1, rows)
        if not children and key != "all":
            raise refuse(f"{path}.{key}", _("Add at least one condition."))
        return children[0] if len(children) == 1 and key != "none" else GROUPS[key](children)

    def rules(self, data: Any, path: str, depth: int, rows: Rows | None) -> tuple[Rule, ...]:
        if not isinstance(data, list):
            raise refuse(path, _("This must be a list of conditions."))
        children: list[Rule] = []
        problems: list[Problem] = []
        for number, item in enumerate(data):
            try:
                children.append(self.rule(item, f"{path}[{number}]", depth, rows))
            except TooLarge:
                raise
            except InvalidRule as refused:
                problems += refused.problems
        if problems:
            raise InvalidRule(problems)
        return tuple(children)

    def leaf(self, key: str, data: dict[str, Any], path: str, rows: Rows | None) -> Leaf:
        _only(data, (key, "op", "value"), path)
        place, field = self.subject(key, data[key], f"{path}.{key}", rows)
        return Leaf(place, field, _comparison(field, data, path))

    def subject(self, key: str, name: Any, path: str, rows: Rows | None) -> tuple[Place, Field]:
        """Of what a leaf, or a measure, speaks."""
        if key == "field":
            return Place.CONTACT, self.contact_field(name, path, rows)
        if key == "column":
            return Place.COLUMN, _column(name, path, rows)
        name = _checked(text, name, path)
        if rows is None:
            if not self.event_at_hand:
                raise refuse(path, _("There is no event at hand here: say what the person did, and use “where”."))
            return Place.EVENT, Field(name, name, Kind.JSON, property=name)
        if not rows.properties:
            raise refuse(path, _("“{rows}” has no properties.").format(rows=rows.key))
        return Place.PROPERTY, rows.property(name)

    def contact_field(self, key: Any, path: str, rows: Rows | None) -> Field:
        if rows is not None:
            raise refuse(path, _("Inside “where”, use “column” or “property”."))
        key = _checked(text, key, path)
        field = self.registry.find(key)
        if field is None:
            raise refuse(path, _unknown(key, self.registry.fields))
        return field

    def did(self, data: dict[str, Any], path: str, depth: int, outer: Rows | None) -> Did:
        _only(data, ("did", "name", "where", "within", "between", *MEASURES), path)
        if outer is not None:
            raise refuse(path, _("Inside “where”, use “column” or “property”."))
        key = _checked(text, data["did"], f"{path}.did")
        rows = self.registry.rows.get(key)
        if rows is None:
            raise refuse(f"{path}.did", _unknown(key, self.registry.rows))
        name = _name(data["name"], f"{path}.name", rows) if "name" in data else None
        where = self.where(data, path, depth, rows)
        return Did(rows, self.measure(data, path, rows), name, where, _window(data, path))

    def where(self, data: dict[str, Any], path: str, depth: int, rows: Rows) -> tuple[Rule, ...]:
        """All of these hold: one group that says the same is its conditions."""
        if "where" not in data:
            return ()
        found = self.rules(data["where"], f"{path}.where", depth + 1, rows)
        return found[0].children if len(found) == 1 and isinstance(found[0], AllOf) else found

    def measure(self, data: dict[str, Any], path: str, rows: Rows) -> Measure:
        asked = [key for key in MEASURES if key in data]
        if len(asked) > 1:
            raise refuse(path, _("Use only one of: {keys}.").format(keys=", ".join(asked)))
        how = asked[0] if asked else "count"
        inner, path = data.get(how, {"op": "at_least", "value": 1}), f"{path}.{how}"
        if not isinstance(inner, dict):
            raise refuse(path, _("This must be an object with “op” and “value”."))
        if how == "count":
            _only(inner, ("op", "value"), path)
            return Measure(how, _amount(COUNT, inner, path))
        _only(inner, ("column", "property", "op", "value"), path)
        keys = [key for key in ("column", "property") if key in inner]
        if len(keys) != 1:
            raise refuse(path, _("Say which “column” or “property” is meant."))
        place, field = self.subject(keys[0], inner[keys[0]], f"{path}.{keys[0]}", rows)
        if how == "sum" and field.kind not in (Kind.NUMBER, Kind.JSON):
            raise refuse(f"{path}.{keys[0]}", _("Only numbers can be added up."))
        comparison = _amount(SUM, inner, path) if how == "sum" else _comparison(field, inner, path)
        if comparison.kind is Kind.LIST:
            raise refuse(f"{path}.{keys[0]}", _("The first or last of lists cannot be compared; use “where”."))
        return Measure(how, comparison, place, field)


COUNT = Field("count", "count", Kind.NUMBER)
SUM = Field("sum", "sum", Kind.NUMBER)
TIME = Field("at", "at", Kind.DATETIME)


def _amount(field: Field, data: dict[str, Any], path: str) -> Comparison:
    """A count and a sum are always known: of nothing they are 0."""
    comparison = _comparison(field, data, path)
    if comparison.operator.takes is Takes.NOTHING:
        raise refuse(f"{path}.op", _("A {measure} is always known.").format(measure=field.key))
    return comparison


def _comparison(field: Field, data: dict[str, Any], path: str) -> Comparison:
    operator = _operator(field, data.get("op"), path)
    if operator.takes is Takes.NOTHING:
        if "value" in data:
            raise refuse(f"{path}.value", _("“{op}” takes no value.").format(op=operator.key))
        return Comparison(operator, field.kind)
    if "value" not in data:
        raise refuse(path, _("“{op}” needs a value.").format(op=operator.key))
    try:
        return _with_value(field, operator, data["value"])
    except ValueError as problem:
        raise refuse(f"{path}.value", str(problem)) from None


def _with_value(field: Field, operator: Operator, raw: Any) -> Comparison:
    if field.kind is Kind.JSON:
        return Comparison(operator, *kind_in_json(operator, raw))
    value = value_for(operator, field.kind, raw)
    if field.kind is Kind.CHOICE:
        choice_among(field.choices(), value)
    return Comparison(operator, field.kind, value)


def _operator(field: Field, key: Any, path: str) -> Operator:
    offered = [operator.key for operator in operators_for(field.kind)]
    if key is None:
        raise refuse(path, _("Say how to compare: “op” is one of: {ops}.").format(ops=", ".join(offered)))
    if not isinstance(key, str) or key not in offered:
        message = _("“{op}” does not go with “{field}”. Use one of: {ops}.")
        raise refuse(f"{path}.op", message.format(op=shown(key), field=shown(field.key), ops=", ".join(offered)))
    return OPERATORS[key]


def _column(name: Any, path: str, rows: Rows | None) -> Field:
    if rows is None:
        raise refuse(path, _("A column belongs inside “where”. For the person, use “field”."))
    name = _checked(text, name, path)
    column = rows.column(name)
    if column is None:
        raise refuse(path, _unknown(name, ["at", *(column.key for column in rows.columns)]))
    return column


def _name(raw: Any, path: str, rows: Rows) -> str:
    column = rows.column(rows.named_by)
    if column is None:
        raise refuse(path, _("“{rows}” have no names.").format(rows=rows.key))
    name = _checked(text, raw, path)
    _checked(lambda name: choice_among(column.choices(), name), name, path)
    return name


def _window(data: dict[str, Any], path: str) -> Comparison | None:
    if "within" in data and "between" in data:
        raise refuse(path, _("Use only one of: {keys}.").format(keys="within, between"))
    for key, op in (("within", "in_last"), ("between", "between")):
        if key in data:
            value = _checked(lambda raw, op=op: value_for(OPERATORS[op], TIME.kind, raw), data[key], f"{path}.{key}")
            return Comparison(OPERATORS[op], TIME.kind, value)
    return None


def _checked(check: Any, raw: Any, path: str) -> Any:
    try:
        return check(raw)
    except ValueError as problem:
        raise refuse(path, str(problem)) from None


def _only(data: dict[str, Any], allowed: Iterable[str], path: str) -> None:
    for key in data:
        if key not in allowed:
            raise refuse(path, _("“{key}” is not understood here.").format(key=shown(key)))


def _unknown(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key[:60], list(known), n=1)
    if near:
        return _("There is no “{key}”. Did you mean “{near}”?").format(key=shown(key), near=near[0])
    return _("There is no “{key}”.").format(key=shown(key))
