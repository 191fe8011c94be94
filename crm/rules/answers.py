"""One statement that answers many rules for a few contacts.

Each table of rows is read once, for these contacts only and not further back than the widest window, whatever the
number of rules; an aggregate that several conditions need is computed once.
"""

from collections.abc import Collection, Hashable, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from .compile import check_aware, measured, predicate, rows_bounds, rows_condition
from .fields import Registry, registry
from .fragment import Sql, bind, compose, join, trusted
from .needs import needs
from .operators import first_moment
from .tree import Did, Rule, conditions

# PostgreSQL has room for 1,664 columns in one select.
MOST_AGGREGATES = 500


def compile_answers[Key: (int, str)](
    rules: Mapping[Key, Rule], contact_ids: Collection[int], at: datetime, *, registry: Registry = registry
) -> tuple[str, list[Any]]:
    """A query whose rows are (rule's key, contact's id), one for each contact that matches; in no order.

    The keys are all int or all str. Raises NoEventAtHand: `settle_event` first.
    """
    check_aware(at)
    cast = "bigint" if all(isinstance(key, int) for key in rules) else "text"
    if not rules or not contact_ids:
        return f"SELECT NULL::{cast} AS rule, NULL::bigint AS contact WHERE FALSE", []
    ids = bind(list(contact_ids), "bigint[]")
    joins, columns = aggregates(list(rules.values()), ids, at)

    def answer(did: Did, negated: bool) -> Sql:
        test = did.measure.comparison.at(at).on(columns[aggregate(did)])
        return compose("({}) IS NOT TRUE" if negated else "({})", test)

    values = [compose("({}, {})", bind(key, cast), predicate(rule, at, answer)) for key, rule in rules.items()]
    sql = compose(
        "SELECT answer.rule, c.id AS contact FROM {} c{}"
        " CROSS JOIN LATERAL (VALUES {}) AS answer (rule, matches) WHERE c.id = ANY({}) AND answer.matches",
        trusted(registry.contacts_table),
        joins,
        join(", ", values),
        ids,
    )
    return sql.text, list(sql.params)


def aggregate(did: Did) -> Hashable:
    """What two conditions share when they only compare with different values."""
    measure = did.measure
    return did.rows, did.name, did.where, did.window, measure.how, measure.field, measure.comparison.kind


def aggregates(rules: list[Rule], ids: Sql, at: datetime) -> tuple[Sql, dict[Hashable, Sql]]:
    """The joins that bring one row of aggregates for each contact, and which column answers what."""
    wanted = {
        aggregate(condition): condition
        for rule in rules
        for condition in conditions(rule)
        if isinstance(condition, Did)
    }
    columns: dict[Hashable, Sql] = {}
    joins: list[Sql] = []
    for key in dict.fromkeys(did.rows.key for did in wanted.values()):
        for batch in batched((did for did in wanted.values() if did.rows.key == key), MOST_AGGREGATES, strict=False):
            alias = f"a{len(joins)}"
            joins.append(_join(alias, batch, ids, at))
            for number, did in enumerate(batch):
                column = f"{alias}.m{number}"
                columns[aggregate(did)] = Sql(column if did.measure.of_nothing() is None else f"COALESCE({column}, 0)")
    return join("", joins), columns


def _join(alias: str, batch: tuple[Did, ...], ids: Sql, at: datetime) -> Sql:
    rows = batch[0].rows
    needed = needs(batch, at).rows[rows.key]
    aggregates = [
        compose(f"{{}} AS m{number}", measured(did.measure, rows, rows_condition(did, at)))
        for number, did in enumerate(batch)
    ]
    return compose(
        " LEFT JOIN (SELECT {} AS contact, {} FROM {} r WHERE {} = ANY({}) AND {} GROUP BY 1) {} ON {}.contact = c.id",
        trusted(rows.contact),
        join(", ", aggregates),
        trusted(rows.table),
        trusted(rows.contact),
        ids,
        rows_bounds(needed, first_moment(at, at)),
        Sql(alias),
        Sql(alias),
    )
