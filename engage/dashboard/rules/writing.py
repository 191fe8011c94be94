"""From a draft to the rule in JSON, with what is wrong with it, each at its row."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from crm.rules import EVERYONE, OPERATORS, InvalidRule, Kind, Registry, Rows, Rule, parse, to_json
from crm.rules.fields import Field
from crm.rules.literals import value_for
from crm.rules.operators import Takes
from engage.dashboard.rules.draft import BAG, COLUMN, DID, FIELD, PROPERTY, At, Group, Node, Row
from engage.dashboard.rules.values import lines, number, read, read_text

NEVER = {"count": {"op": "is", "value": 0}}
STEP = re.compile(r"(\.[^.\[\]]*|\[[0-9]+\])$")


@dataclass
class Written:
    """`rule` is None while something is wrong; `problems` says what, by place."""

    json: dict[str, Any]
    rule: Rule | None = None
    problems: dict[At, list[str]] = field(default_factory=dict)


def written(root: Node, registry: Registry, *, event_at_hand: bool = False) -> Written:
    """Rows that are still empty ask nothing."""
    writer = _Writer(registry)
    found = Written(writer.node(root, (), "$", None) or to_json(EVERYONE), problems=writer.problems)
    try:
        rule = parse(found.json, event_at_hand=event_at_hand, registry=registry)
    except InvalidRule as refused:
        for problem in refused.problems:
            at = writer.nearest(problem.path)
            if at not in writer.unfinished:
                found.problems.setdefault(at, []).append(problem.message)
    else:
        found.rule = None if found.problems else rule
    return found


class _Writer:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.places: dict[str, At] = {}
        self.problems: dict[At, list[str]] = {}
        self.unfinished: set[At] = set()

    def nearest(self, path: str) -> At:
        while path not in self.places and STEP.search(path):
            path = STEP.sub("", path)
        return self.places.get(path, ())

    def node(self, node: Node, at: At, path: str, rows: Rows | None) -> dict[str, Any] | None:
        self.places[path] = at
        if isinstance(node, Group):
            return {node.how: self.nodes(node.of, at, f"{path}.{node.how}", rows)}
        if not node.about:
            return None
        if node.place == DID:
            return self.did(node, at, path)
        return self.subject(node, at) | self.comparison(node, at, self.kind(node, rows))

    def nodes(self, nodes: list[Node], at: At, path: str, rows: Rows | None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number_, child in enumerate(nodes):
            data = self.node(child, (*at, number_), f"{path}[{len(found)}]", rows)
            if data is not None:
                found.append(data)
        return found

    def subject(self, row: Row, at: At) -> dict[str, Any]:
        if row.place == PROPERTY:
            return {PROPERTY: self.name(row, at)}
        if row.place == BAG:
            return {FIELD: f"{row.key}.{self.name(row, at)}"}
        return {row.place: row.key}

    def name(self, row: Row, at: At, name: str = "name") -> str:
        text = read_text(row.get(name))
        if not text:
            self.unfinish(at, _("Say which."))
        return text

    def kind(self, row: Row, rows: Rows | None) -> Kind:
        found = self.registry.find(row.key) if row.place == FIELD else None
        if row.place == COLUMN and rows:
            found = rows.column(row.key)
        return found.kind if found else Kind.JSON

    def did(self, row: Row, at: At, path: str) -> dict[str, Any]:
        rows = self.registry.rows.get(row.key)
        data: dict[str, Any] = {DID: row.key}
        if row.get("name"):
            data["name"] = read_text(row.get("name"))
        where = self.currency(row, rows)
        self.places |= {f"{path}.where[{number_}]": at for number_ in range(len(where))}
        where += self.where(row, at, path, len(where), rows)
        return data | ({"where": where} if where else {}) | self.window(row, at) | self.measure(row, at, rows)

    def where(self, row: Row, at: At, path: str, after: int, rows: Rows | None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number_, child in enumerate(row.where):
            data = self.node(child, (*at, number_), f"{path}.where[{after + len(found)}]", rows)
            if data is not None:
                found.append(data)
        return found

    def currency(self, row: Row, rows: Rows | None) -> list[dict[str, Any]]:
        of = measured(row, rows)
        if of is None or not of.currency or not row.get("currency") or row.get("how") not in ("sum", "first", "last"):
            return []
        return [{COLUMN: of.currency, "op": "is", "value": read_text(row.get("currency"))}]

    def window(self, row: Row, at: At) -> dict[str, Any]:
        if row.get("when") == "within":
            return {"within": self.duration(row, at, "when_")}
        if row.get("when") == "between":
            return {"between": [self.filled(row, at, Kind.DATETIME, name) for name in ("when_low", "when_high")]}
        return {}

    def measure(self, row: Row, at: At, rows: Rows | None) -> dict[str, Any]:
        match how := row.get("how"):
            case "never":
                return NEVER
            case "count":
                return {how: self.comparison(row, at, Kind.NUMBER)}
            case "sum" | "first" | "last":
                return {how: self.measured(row, at, rows)}
        return {}

    def measured(self, row: Row, at: At, rows: Rows | None) -> dict[str, Any]:
        place, _colon, key = row.get("of").partition(":")
        if place == PROPERTY:
            subject, kind = {PROPERTY: self.name(row, at, "of_name")}, Kind.JSON
        else:
            column = rows.column(key) if rows else None
            subject, kind = {COLUMN: key}, column.kind if column else Kind.JSON
            if not key:
                self.unfinish(at, _("Say which."))
        return subject | self.comparison(row, at, Kind.NUMBER if row.get("how") == "sum" else kind)

    def comparison(self, row: Row, at: At, kind: Kind) -> dict[str, Any]:
        operator = OPERATORS.get(op := row.get("op"))
        data: dict[str, Any] = {"op": op}
        if operator is None or operator.takes is Takes.NOTHING:
            return data | ({"value": row.get("value")} if operator is None and row.get("value") else {})
        in_json = kind is Kind.JSON
        kind = Kind(row.get("as") or Kind.TEXT) if in_json and row.get("as") in list(Kind) else kind
        if operator.takes is Takes.DURATION:
            data["value"] = self.duration(row, at)
        elif operator.takes is Takes.PAIR:
            data["value"] = [self.filled(row, at, kind, name) for name in ("low", "high")]
        elif operator.takes is Takes.MANY:
            self.filled(row, at, kind)
            data["value"] = [read(kind, line) for line in lines(row.get("value"))]
        else:
            data["value"] = self.filled(row, at, kind)
        if in_json and at not in self.unfinished:
            self.check(at, operator, kind, data["value"])
        return data

    def check(self, at: At, operator: Any, kind: Kind, value: Any) -> None:
        """A number that is none would else be taken for a text, where either may stand."""
        try:
            value_for(operator, kind if kind is not Kind.JSON else Kind.TEXT, value)
        except ValueError as problem:
            self.unfinish(at, str(problem))

    def filled(self, row: Row, at: At, kind: Kind, name: str = "value") -> Any:
        if not row.get(name).strip():
            self.unfinish(at, _("Fill this in."))
        return read(kind, row.get(name))

    def duration(self, row: Row, at: At, prefix: str = "") -> dict[str, Any]:
        if not row.get(f"{prefix}amount").strip():
            self.unfinish(at, _("Fill this in."))
        return {row.get(f"{prefix}unit") or "days": number(row.get(f"{prefix}amount").strip())}

    def unfinish(self, at: At, message: str) -> None:
        """What is missing is said once; what follows from it is not."""
        if at not in self.unfinished:
            self.unfinished.add(at)
            self.problems.setdefault(at, []).append(message)


def measured(row: Row, rows: Rows | None) -> Field | None:
    """The column whose sum, first or last value a row asks about."""
    place, _colon, key = row.get("of").partition(":")
    return rows.column(key) if rows and place == COLUMN else None
