"""Companies, and who belongs to them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from engage.lib import ids, sql

LONGEST_ID, LONGEST_NAME = 255, 200


class Joining(NamedTuple):
    """A contact belongs to the company with this external id; an empty name leaves the one that is there."""

    contact: int
    external_id: str
    name: str
    attributes: dict[str, Any]


def join_companies(joinings: Iterable[Joining]) -> None:
    """Make or complete the companies and move the people, the last word counts. Two statements; none for nobody."""
    said = list(joinings)
    if not said:
        return
    told: dict[str, tuple[str, dict[str, Any]]] = {}
    for one in said:
        name, attributes = told.get(one.external_id, ("", {}))
        told[one.external_id] = one.name or name, attributes | one.attributes
    keys = sorted(told)
    sql.run(
        """
        INSERT INTO crm_contacts_company AS c (uid, external_id, name, attributes)
        SELECT uid, id, coalesce(nullif(name, ''), left(id, 200)), attributes
        FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[]) AS said(uid, id, name, attributes)
        ON CONFLICT (external_id) DO UPDATE SET
            name = CASE WHEN excluded.name = left(excluded.external_id, 200) THEN c.name ELSE excluded.name END,
            attributes = c.attributes || excluded.attributes
        WHERE excluded.name NOT IN (c.name, left(excluded.external_id, 200))
            OR c.attributes || excluded.attributes <> c.attributes
        """,
        [[ids.uuid7() for _ in keys], keys, [told[key][0] for key in keys], [_json(told[key][1]) for key in keys]],
    )
    people = {one.contact: one.external_id for one in said}
    sql.run(
        "UPDATE crm_contacts_contact AS c SET company_id = o.id "
        "FROM unnest(%s::bigint[], %s::text[]) AS p(id, company) "
        "JOIN crm_contacts_company AS o ON o.external_id = p.company "
        "WHERE c.id = p.id AND c.company_id IS DISTINCT FROM o.id",
        [list(people.keys()), list(people.values())],
    )


def _json(attributes: dict[str, Any]) -> str:
    return orjson.dumps(attributes).decode()
