"""The draft as lines of a page: each a plain sentence of inputs and the words between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from crm.rules import OPERATORS, Field, Kind, Rows
from crm.rules.operators import Takes
from engage.dashboard.rules.draft import BAG, DID, PROPERTY, At, Group, Node, Row
from engage.dashboard.rules.posted import prefix
from engage.dashboard.rules.values import lines
from engage.dashboard.rules.vocabulary import (
    Groups,
    Options,
    Vocabulary,
    amount_options,
    kind_options,
    operator_options,
    unit_options,
)

MOST_INDENTED = 6


@dataclass
class Input:
    """`type` is select, several, lines, date, number or text; `redraws` says that other inputs depend on it; `empty` is
    what it means to leave it empty."""

    name: str
    label: str
    type: str
    value: str = ""
    groups: Groups = field(default_factory=list)
    redraws: bool = False
    known: list[str] = field(default_factory=list)
    empty: str = ""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def values(self) -> list[str]:
        return lines(self.value)


type Part = Input | str


@dataclass
class Line:
    """`kind` is group, row, or the foot of a group, where more is added to it. `joined` is the word before it.

    `number` counts the lines, for who cannot see them; the line that just came, `is_new`, is where one goes on.
    """

    at: At
    kind: str
    joined: str
    parts: list[Part]
    number: int = 0
    problems: list[str] = field(default_factory=list)
    can_lift: bool = False
    can_which: bool = False
    is_new: bool = False

    @property
    def prefix(self) -> str:
        return prefix(self.at)

    @property
    def depth(self) -> int:
        return min(len(self.at) + (self.kind == "foot"), MOST_INDENTED)


def lines_of(root: Node, vocabulary: Vocabulary, problems: dict[At, list[str]]) -> list[Line]:
    found = list(_lines(root, (), None, "", vocabulary))
    for number, line in enumerate((line for line in found if line.kind != "foot"), start=1):
        line.number = number
        line.problems = problems.get(line.at, [])
    return found


def _lines(node: Node, at: At, rows: Rows | None, joined: str, vocabulary: Vocabulary) -> Iterator[Line]:
    start = prefix(at)
    can_lift = joined in _joining().values() and len(at) > 1
    if isinstance(node, Group):
        how = Input(f"{start}.is", _("How these belong together"), "select", node.how, [("", _hows(at, rows))], True)
        yield Line(at, "group", joined, [how], can_lift=can_lift)
        for number, child in enumerate(node.of):
            word = _joining()[node.how] if number else _first(node.how)
            yield from _lines(child, (*at, number), rows, word, vocabulary)
        yield Line(at, "foot", "", [])
        return
    row = _Row(node, start, rows, vocabulary)
    is_did = node.place == DID
    can_which = is_did and node.key in vocabulary.registry.rows
    yield Line(at, "row", joined, row.parts(), can_lift=can_lift, can_which=can_which)
    inner = vocabulary.registry.rows.get(node.key) if is_did else None
    for number, child in enumerate(node.where):
        word = _("and where") if number else _("where")
        yield from _lines(child, (*at, number), inner, word, vocabulary)
    if not at:
        yield Line(at, "foot", "", [])


def _hows(at: At, rows: Rows | None) -> Options:
    if rows:
        return [("all", _("all of these hold")), ("any", _("any of these holds")), ("none", _("none of these holds"))]
    if at:
        return [("all", _("all of these")), ("any", _("any of these")), ("none", _("none of these"))]
    return [("all", _("People to whom all of this applies")), ("any", _("People to whom any of this applies"))] + [
        ("none", _("Everyone but people to whom any of this applies"))
    ]


def _joining() -> dict[str, str]:
    return {"all": _("and"), "any": _("or"), "none": _("nor")}


def _first(how: str) -> str:
    return {"all": "", "any": _("either"), "none": _("neither")}[how]


class _Row:
    """The inputs of one row."""

    def __init__(self, row: Row, start: str, rows: Rows | None, vocabulary: Vocabulary) -> None:
        self.row, self.start, self.rows, self.vocabulary = row, start, rows, vocabulary

    def parts(self) -> list[Part]:
        parts: list[Part] = [self.about()]
        if not self.row.about:
            return parts
        if self.row.place == DID:
            return parts + self.did(self.vocabulary.registry.rows.get(self.row.key))
        if self.row.place in (BAG, PROPERTY):
            known = self.vocabulary.names_of_bag(self.row) if self.row.place == BAG else self.known_details()
            parts.append(self.text("name", _("Which one"), known=known))
        return parts + self.compared(self.vocabulary.field(self.row, self.rows))

    def about(self) -> Input:
        groups = self.vocabulary.subjects(self.rows)
        offered = {value for _label, options in groups for value, _words in options}
        if self.row.about not in offered:
            gone = _("{key} (nobody knows it any more)").format(key=self.row.key or self.row.about)
            groups = [("", [(self.row.about, gone if self.row.about else _("Choose …"))]), *groups]
        return self.select("about", _("What it is about"), self.row.about, groups, redraws=True)

    def did(self, rows: Rows | None) -> list[Part]:
        if rows is None:
            return []
        parts: list[Part] = self.named(rows)
        measures = self.vocabulary.measures(rows)
        how = self.row.get("how") or "ever"
        parts.append(self.select("how", _("How often, or how much"), how, [("", measures)], redraws=True))
        if how in ("count", "sum"):
            parts += self.of(rows, how) if how == "sum" else []
            parts += self.amount(self.money(rows))
            parts += [_("times")] if how == "count" else []
        elif how in ("first", "last"):
            parts += self.of(rows, how)
            parts += self.compared(self.measured(rows), self.money(rows))
        return parts + self.window()

    def named(self, rows: Rows) -> list[Part]:
        column = rows.column(rows.named_by)
        if column is None:
            return []
        label = _("Which {thing}").format(thing=column.label)
        if choices := self.vocabulary.choices(column):
            any_ = ("", _("any {thing}").format(thing=column.label))
            return [self.select("name", label, self.row.get("name"), [("", [any_, *choices])])]
        return [self.text("name", label, known=self.vocabulary.known(column), empty=_("any"))]

    def of(self, rows: Rows, how: str) -> list[Part]:
        options = self.vocabulary.measured(rows, how)
        parts: list[Part] = [self.select("of", _("Of what"), self.row.get("of"), [("", options)], redraws=True)]
        if self.row.get("of") == PROPERTY:
            parts.append(self.text("of_name", _("Which detail"), known=self.vocabulary.known(rows)))
        return parts

    def measured(self, rows: Rows) -> Field | None:
        return rows.column(self.row.get("of").partition(":")[2])

    def money(self, rows: Rows) -> list[Part]:
        of = self.measured(rows)
        column = rows.column(of.currency) if of and of.currency else None
        if column is None:
            return []
        known = self.vocabulary.known(column)
        options = [("", _("in any currency")), *((one, one) for one in {*known, self.row.get("currency")} - {""})]
        return [self.select("currency", _("Currency"), self.row.get("currency"), [("", sorted(options))])]

    def amount(self, after: list[Part]) -> list[Part]:
        parts: list[Part] = [self.operator(amount_options())]
        return parts + self.values(Kind.NUMBER, None) + after

    def compared(self, about: Field | None, after: list[Part] | None = None) -> list[Part]:
        kind = about.kind if about else Kind.JSON
        parts: list[Part] = []
        if in_json := kind is Kind.JSON:
            kind = Kind(self.row.get("as") or Kind.TEXT)
            kind = Kind.TEXT if kind is Kind.JSON else kind
            parts.append(self.select("as", _("Read as"), kind.value, [("", kind_options())], redraws=True))
        parts.append(self.operator(operator_options(kind, in_json)))
        return parts + self.values(kind, about) + (after or [])

    def operator(self, options: Options) -> Input:
        op = self.row.get("op")
        if op and op not in dict(options):
            options = [(op, op), *options]
        return self.select("op", _("How it compares"), op, [("", options)], redraws=True)

    def values(self, kind: Kind, about: Field | None) -> list[Part]:
        operator = OPERATORS.get(self.row.get("op"))
        takes = operator.takes if operator else Takes.ONE
        match takes:
            case Takes.NOTHING:
                return []
            case Takes.DURATION:
                return self.duration("")
            case Takes.PAIR:
                return self.pair(kind, "")
        return [self.value(kind, about, many=takes is Takes.MANY)]

    def value(self, kind: Kind, about: Field | None, *, many: bool) -> Input:
        value = self.row.get("value")
        choices = self.vocabulary.choices(about) if about else []
        if choices and kind is Kind.CHOICE:
            missing = [(one, one) for one in lines(value) if one not in dict(choices)]
            options = [*([] if many else [("", _("Choose …"))]), *missing, *choices]
            type_ = "several" if many else "select"
            return Input(f"{self.start}.value", _("Value"), type_, value, [("", options)])
        if kind is Kind.BOOLEAN:
            options = [("", _("Choose …")), ("yes", _("yes")), ("no", _("no"))]
            return self.select("value", _("Value"), value, [("", options)])
        known = self.vocabulary.known(about) if about else []
        type_, empty = ("lines", _("one on each line")) if many else (_typed(kind, value), "")
        return Input(f"{self.start}.value", _("Value"), type_, value, known=known, empty=empty)

    def pair(self, kind: Kind, before: str) -> list[Part]:
        low, high = self.row.get(f"{before}low"), self.row.get(f"{before}high")
        return [
            Input(f"{self.start}.{before}low", _("From"), _typed(kind, low), low),
            _("and"),
            Input(f"{self.start}.{before}high", _("To"), _typed(kind, high), high),
        ]

    def duration(self, before: str) -> list[Part]:
        amount, unit = self.row.get(f"{before}amount"), self.row.get(f"{before}unit") or "days"
        return [
            Input(f"{self.start}.{before}amount", _("How many"), "number", amount),
            self.select(f"{before}unit", _("Minutes, hours, days or weeks"), unit, [("", unit_options())]),
        ]

    def window(self) -> list[Part]:
        when = self.row.get("when")
        options = [("", _("at any time")), ("within", _("in the last")), ("between", _("between"))]
        parts: list[Part] = [self.select("when", _("When"), when, [("", options)], redraws=True)]
        if when == "within":
            return parts + self.duration("when_")
        return parts + (self.pair(Kind.DATETIME, "when_") if when == "between" else [])

    def known_details(self) -> list[str]:
        return self.vocabulary.known(self.rows) if self.rows else []

    def text(self, name: str, label: str, **more: Any) -> Input:
        return Input(f"{self.start}.{name}", label, "text", self.row.get(name), **more)

    def select(self, name: str, label: str, value: str, groups: Groups, *, redraws: bool = False) -> Input:
        return Input(f"{self.start}.{name}", label, "select", value, groups, redraws)


def _typed(kind: Kind, value: str) -> str:
    """A moment with its time and zone is a text: inputs of a browser know no zones."""
    if kind is Kind.NUMBER:
        return "number"
    is_day = not value or (len(value) == 10 and "T" not in value)
    return "date" if kind in (Kind.DATE, Kind.DATETIME) and is_day else "text"
