"""Rules as SQL. The contact's row is alias ``c``; all values are placeholders.

Conditions about rows become semi-joins, so that a count over a million contacts reads each table once. A `none` is
pushed down to its leaves, because PostgreSQL makes an anti-join of NOT EXISTS and of nothing else. A leaf may be NULL:
under all and any that is as good as false, and a negated leaf is written IS NOT TRUE.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .fields import Rows
from .fragment import Sql, bind, compose, join, trusted
from .needs import RowsNeeded, rows_needed, span
from .problems import NoEventAtHand
from .tree import AllOf, AnyOf, Did, Leaf, Measure, NoneOf, Place, Rule

type CompileDid = Callable[[Did, bool], Sql]

TRUE = Sql("TRUE")
FALSE = Sql("FALSE")

# What a count of at least one comes down to, or its opposite: no grouping is needed for it.
ANY_ROW = {("at_least", 1), ("more_than", 0), ("is_not", 0), ("less_than", 1), ("at_most", 0), ("is", 0)}


def compile_where(rule: Rule, at: datetime) -> tuple[str, list[Any]]:
    """A condition over alias ``c`` of the contacts' table, and the values of its ``%s``.

    It is made for sets: for a few contacts use `compile_answers`. Raises NoEventAtHand.
    """
    check_aware(at)
    sql = predicate(rule, at, lambda did, negated: _exists(did, at, negated))
    return sql.text, list(sql.params)


def check_aware(at: datetime) -> None:
    if at.utcoffset() is None:
        raise ValueError("`at` needs a time zone")


def predicate(rule: Rule, at: datetime, did: CompileDid, negated: bool = False) -> Sql:
    """The condition that `rule` (or, if `negated`, its opposite) is; `did` writes the conditions about rows."""
    match rule:
        case Leaf():
            sql = _leaf(rule, at)
            return compose("({}) IS NOT TRUE", sql) if negated else sql
        case Did():
            return did(rule, negated)
        case AllOf(children):
            return _combine([predicate(child, at, did, negated) for child in children], every=not negated)
        case AnyOf(children):
            return _combine([predicate(child, at, did, negated) for child in children], every=negated)
        case NoneOf(children):
            return _combine([predicate(child, at, did, not negated) for child in children], every=not negated)


def rows_condition(did: Did, at: datetime) -> Sql:
    """Which rows of their table a condition counts, whosever they are."""
    bounds = rows_bounds(rows_needed(did, at), span(did.window, at)[1])
    return _combine([bounds, *(predicate(child, at, _no_rows_in_rows) for child in did.where)], every=True)


def rows_bounds(needed: RowsNeeded, until: datetime) -> Sql:
    """The rows that `needed` speaks of: what an index on contact, name and time can find."""
    rows = needed.rows
    parts = [compose("{} <= {}", trusted(rows.time), bind(until, "timestamptz"))]
    if needed.since:
        since = bind(needed.since, "timestamptz")
        parts += [compose("{} >= {}", trusted(column), since) for column in (rows.time, rows.arrived) if column]
    if needed.names is not None:
        parts.append(compose("{} = ANY({})", trusted(rows.name_sql()), bind(sorted(needed.names), "text[]")))
    return join(" AND ", parts)


def measured(measure: Measure, rows: Rows, only: Sql | None = None) -> Sql:
    """The aggregate over a contact's rows; `only` filters them first."""
    filtered = compose(" FILTER (WHERE {})", only) if only else Sql("")
    if measure.field is None:
        return compose("count(*){}", filtered)
    value = measure.field.expression(measure.comparison.kind)
    if measure.how == "sum":
        return compose("COALESCE(sum({}){}, 0)", value, filtered)
    direction = "DESC" if measure.how == "last" else "ASC"
    order = trusted(f"{rows.time} {direction}, {rows.id} {direction}")
    return compose("(array_agg({} ORDER BY {}){})[1]", value, order, filtered)


def holds_of_nothing(did: Did, at: datetime) -> bool:
    """Does a contact without a single such row match?"""
    return did.measure.comparison.at(at).holds(did.measure.of_nothing())


def _leaf(leaf: Leaf, at: datetime) -> Sql:
    if leaf.place is Place.EVENT:
        raise NoEventAtHand(leaf.field.key)
    return compose("({})", leaf.comparison.at(at).on(leaf.field.expression(leaf.comparison.kind)))


def _exists(did: Did, at: datetime, negated: bool) -> Sql:
    """A semi-join, or an anti-join where having no such row is what matches."""
    by_absence = holds_of_nothing(did, at)
    template = "NOT EXISTS ({})" if by_absence != negated else "EXISTS ({})"
    rows, condition = did.rows, rows_condition(did, at)
    table, contact = trusted(rows.table), trusted(rows.contact)
    if (did.measure.comparison.operator.key, did.measure.comparison.value) in ANY_ROW and did.measure.field is None:
        return compose(template, compose("SELECT 1 FROM {} r WHERE {} = c.id AND {}", table, contact, condition))
    test = did.measure.comparison.at(at).on(measured(did.measure, rows))
    having = compose("({}) IS NOT TRUE", test) if by_absence else test
    grouped = compose("SELECT {} AS contact FROM {} r WHERE {} GROUP BY 1 HAVING {}", contact, table, condition, having)
    return compose(template, compose("SELECT 1 FROM ({}) g WHERE g.contact = c.id", grouped))


def _combine(parts: list[Sql], *, every: bool) -> Sql:
    if not parts:
        return TRUE if every else FALSE
    return parts[0] if len(parts) == 1 else compose("({})", join(" AND " if every else " OR ", parts))


def _no_rows_in_rows(did: Did, negated: bool) -> Sql:
    raise AssertionError("parse lets no condition about rows into a `where`")
