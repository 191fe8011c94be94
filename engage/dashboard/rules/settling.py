"""After another choice the operators are others: each row gets one that fits it."""

from crm.rules import Kind, Registry, Rows
from engage.dashboard.rules.draft import COLUMN, DID, PROPERTY, At, Group, Node, Row, walk
from engage.dashboard.rules.vocabulary import Vocabulary, amount_options, operator_options, settled


def settle(root: Node, registry: Registry) -> None:
    """Change the draft in place; what nobody knows any more stays, to be refused at its row."""
    for at, node in walk(root):
        if isinstance(node, Row) and node.about:
            _settle_row(node, _rows_around(root, at, registry), registry)


def _settle_row(row: Row, rows: Rows | None, registry: Registry) -> None:
    if row.place == DID:
        _settle_did(row, registry)
        return
    vocabulary = Vocabulary(registry, event_at_hand=True)
    about = vocabulary.field(row, rows)
    _settle_op(row, about.kind if about else Kind.JSON)


def _settle_did(row: Row, registry: Registry) -> None:
    rows = registry.rows.get(row.key)
    if rows is None:
        return
    vocabulary = Vocabulary(registry, event_at_hand=True)
    how = row.said["how"] = settled(row.get("how"), [key for key, _words in vocabulary.measures(rows)])
    if how in ("sum", "first", "last"):
        offered = [key for key, _words in vocabulary.measured(rows, how)]
        row.said["of"] = row.get("of") if row.get("of") in offered else offered[0]
    if how in ("count", "sum"):
        row.said["op"] = settled(row.get("op"), [key for key, _words in amount_options()])
    elif how in ("first", "last"):
        column = None if row.get("of") == PROPERTY else rows.column(row.get("of").removeprefix(f"{COLUMN}:"))
        _settle_op(row, column.kind if column else Kind.JSON)


def _settle_op(row: Row, kind: Kind) -> None:
    in_json = kind is Kind.JSON
    if in_json:
        kind = Kind(row.get("as")) if row.get("as") in {*Kind} - {Kind.JSON} else Kind.TEXT
        row.said["as"] = kind.value
    row.said["op"] = settled(row.get("op"), [key for key, _words in operator_options(kind, in_json)])


def _rows_around(root: Node, at: At, registry: Registry) -> Rows | None:
    """Inside of what people did: the rows in question."""
    found = None
    for number in at:
        if isinstance(root, Row):
            found = registry.rows.get(root.key)
        root = (root.of if isinstance(root, Group) else root.where)[number]
    return found
