"""What rules may speak of. Apps register their fields and rows here from `ready()`.

All SQL given here is written by developers and trusted; it speaks of the contact's row as alias ``c`` and of
another table's row as alias ``r``. Labels may be lazy translations.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from .fragment import Sql, bind, compose, trusted
from .kinds import Kind, json_expression, read, read_json

type Choices = tuple[tuple[str, Any], ...]
type Known = Callable[[], Iterable[str]]
"""What has been seen somewhere, to be suggested; anything else may be written too."""


def _no_choices() -> Choices:
    return ()


def _nothing_known() -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Field:
    """One value: of a contact (``Field("contact.language", _("language"), Kind.TEXT, "c.language")``), or a
    column of some rows (``Field("total", _("total"), Kind.NUMBER, "r.total")``).

    With kind JSON and a `property`, `sql` is a jsonb object and the value stands under that name in it.
    `choices` is called each time a rule is read, so that they may come from the database: ``((value, label), …)``.
    A number that is money names the column beside it which holds its `currency`.
    """

    key: str
    label: Any = field(compare=False)
    kind: Kind
    sql: str = ""
    choices: Callable[[], Choices] = field(default=_no_choices, compare=False, repr=False)
    property: str | None = None
    known: Known = field(default=_nothing_known, compare=False, repr=False)
    currency: str = field(default="", compare=False)

    def base(self) -> Sql:
        """The SQL of the value as it is stored."""
        if self.property is None:
            return trusted(self.sql)
        return compose("({} -> {})", trusted(self.sql), bind(self.property, "text"))

    def expression(self, kind: Kind) -> Sql:
        """The SQL of the value read as `kind`; NULL where it is of another."""
        return json_expression(kind, self.base()) if self.kind is Kind.JSON else self.base()

    def read(self, raw: Any, kind: Kind) -> Any:
        """The value read as `kind` from what facts hold; None where it is missing or of another."""
        return read_json(kind, raw) if self.kind is Kind.JSON else read(kind, raw)


@dataclass(frozen=True)
class Bag:
    """A jsonb object of a contact, whose properties are fields: ``attribute.milk`` for the bag ``attribute``.

    `known` are names in it.
    """

    key: str
    label: Any = field(compare=False)
    sql: str
    known: Known = field(default=_nothing_known, compare=False, repr=False)

    def field(self, name: str) -> Field:
        return Field(f"{self.key}.{name}", name, Kind.JSON, self.sql, property=name)


@dataclass(frozen=True)
class Rows:
    """A table with rows about contacts: orders, events, preferences.

    `label` is a verb in the past ("ordered"). `named_by` is the key of the column that a rule's "name" speaks of,
    `answered_by` that of the column with what was said to it. `properties` is a jsonb object, `known` are names in it.
    `arrived` is a column never earlier than `time` by which the table is partitioned: it lets old partitions be
    skipped. Rows without a contact or a time count for nobody. Ties in time go by `id`.
    """

    key: str
    label: Any = field(compare=False)
    table: str
    columns: tuple[Field, ...] = ()
    contact: str = "r.contact_id"
    time: str = "r.at"
    id: str = "r.id"
    properties: str = ""
    named_by: str = ""
    answered_by: str = ""
    arrived: str = ""
    known: Known = field(default=_nothing_known, compare=False, repr=False)

    def column(self, key: str) -> Field | None:
        if key == "at":
            return Field("at", _("day and time"), Kind.DATETIME, self.time)
        return next((column for column in self.columns if column.key == key), None)

    def name_sql(self) -> str:
        column = self.column(self.named_by)
        return column.sql if column else ""

    def property(self, name: str) -> Field:
        return Field(name, name, Kind.JSON, self.properties, property=name)


class AlreadyRegistered(Exception):
    """Two different things want the same key."""


@dataclass
class Registry:
    """`contacts_table` holds the contacts, with `id`; it is set by the app that owns them."""

    contacts_table: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    bags: dict[str, Bag] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)

    def add(self, *things: Field | Bag | Rows) -> None:
        """Register; the same thing twice is no error. Raises AlreadyRegistered."""
        for thing in things:
            place: dict[str, Any] = (
                self.fields if isinstance(thing, Field) else self.bags if isinstance(thing, Bag) else self.rows
            )
            if place.setdefault(thing.key, thing) != thing:
                raise AlreadyRegistered(thing.key)

    def find(self, key: str) -> Field | None:
        """A contact's field, also one in a bag."""
        bag, _, name = key.partition(".")
        if name and bag in self.bags:
            return self.bags[bag].field(name)
        return self.fields.get(key)


registry = Registry()
