"""What may be chosen in a row: what it is about, how it compares, among which values. The registry says all of it."""

from collections.abc import Collection, Iterable
from functools import cache

from django.utils.translation import gettext as _

from crm.rules import OPERATORS, Field, Kind, Operator, Registry, Rows, operators_for
from crm.rules.kinds import JSON_KINDS
from crm.rules.operators import Takes
from crm.rules.sentence import AMOUNTS
from engage.dashboard.rules.draft import BAG, COLUMN, DID, FIELD, PROPERTY, Row
from engage.dashboard.rules.values import shown

type Options = list[tuple[str, str]]
type Groups = list[tuple[str, Options]]

MOST_SUGGESTED = 100


class Vocabulary:
    """One for each page: what comes from the database is asked once, and what is `hidden` is not offered."""

    def __init__(self, registry: Registry, *, event_at_hand: bool, hidden: Collection[str] = ()) -> None:
        self.registry = registry
        self.event_at_hand = event_at_hand
        self.choices = cache(
            lambda field: [(shown(value), str(label)) for value, label in field.choices() if value not in hidden]
        )
        self.known = cache(lambda thing: [name for name in thing.known() if name not in hidden][:MOST_SUGGESTED])

    def subjects(self, rows: Rows | None) -> Groups:
        """What a row may be about: of people, or inside of what they did, of what counts."""
        if rows:
            columns = [(f"{COLUMN}:{field.key}", _capital(field.label)) for field in _columns(rows)]
            return [("", columns + ([(PROPERTY, _("A detail, by its name"))] if rows.properties else []))]
        fields = [(f"{FIELD}:{key}", _capital(field.label)) for key, field in self.registry.fields.items()]
        bags = [(f"{BAG}:{key}", _capital(bag.label)) for key, bag in self.registry.bags.items()]
        did = [(f"{DID}:{key}", _capital(one.label)) for key, one in self.registry.rows.items()]
        at_hand = [(PROPERTY, _("A detail of what just happened, by its name"))] if self.event_at_hand else []
        groups = [(_("What they did, or we did"), did), (_("Who they are"), fields + bags), (_("Now"), at_hand)]
        return [(label, options) for label, options in groups if options]

    def field(self, row: Row, rows: Rows | None) -> Field | None:
        """Of what a row speaks, if that is one value."""
        if row.place == FIELD:
            return self.registry.fields.get(row.key)
        return rows.column(row.key) if rows and row.place == COLUMN else None

    def measures(self, rows: Rows) -> Options:
        found = [("ever", _("at least once")), ("never", _("never")), ("count", _("this many times:"))]
        if any(field.kind is Kind.NUMBER for field in rows.columns) or rows.properties:
            found.append(("sum", _("in all, a sum of")))
        if rows.columns or rows.properties:
            found += [("first", _("the first time with")), ("last", _("the last time with"))]
        return found

    def measured(self, rows: Rows, how: str) -> Options:
        fits = [field for field in _columns(rows) if field.kind is Kind.NUMBER or how != "sum"]
        options = [(f"{COLUMN}:{field.key}", str(field.label)) for field in fits if field.kind is not Kind.LIST]
        return options + ([(PROPERTY, _("a detail, by its name"))] if rows.properties else [])

    def names_of_bag(self, row: Row) -> list[str]:
        bag = self.registry.bags.get(row.key)
        return self.known(bag) if bag else []


def operators(kind: Kind, in_json: bool) -> list[Operator]:
    """In JSON a text that looks like a date is a text where either may stand; so dates there have no "is"."""
    found = operators_for(kind)
    if in_json and kind is Kind.DATE:
        return [operator for operator in found if Kind.TEXT not in operator.kinds or operator.takes is Takes.NOTHING]
    return found


def operator_options(kind: Kind, in_json: bool) -> Options:
    return [(operator.key, _without_value(str(operator.phrase))) for operator in operators(kind, in_json)]


def amount_options() -> Options:
    """Of a count or a sum, which are always known."""
    return [(op, _without_value(str(phrase))) for op, phrase in AMOUNTS.items()]


def kind_options() -> Options:
    labels = {
        Kind.TEXT: _("text"),
        Kind.NUMBER: _("a number"),
        Kind.BOOLEAN: _("yes or no"),
        Kind.DATE: _("a date"),
        Kind.LIST: _("several"),
    }
    return [(kind.value, labels[kind]) for kind in JSON_KINDS]


def unit_options() -> Options:
    return [("days", _("days")), ("weeks", _("weeks")), ("hours", _("hours")), ("minutes", _("minutes"))]


def settled(op: str, offered: Iterable[str]) -> str:
    """The operator that is meant once what it is asked of has changed; one that nobody knows stays, to be refused."""
    listed = list(offered)
    return op if op in listed or (op and op not in OPERATORS) else listed[0]


def _columns(rows: Rows) -> list[Field]:
    at = rows.column("at")
    return [*rows.columns, *([at] if at and "at" not in {column.key for column in rows.columns} else [])]


def _without_value(phrase: str) -> str:
    return phrase.format(value="…").removesuffix(" …")


def _capital(label: object) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]
