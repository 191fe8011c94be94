"""Completing people who are known: what is there is never overwritten."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from crm.contacts.imports.people import Details
from engage.lib import sql

FIELDS = ("name", "first_name", "language", "country", "timezone")

type Fill = dict[str, Any]
"""Fields that are empty so far, as they are to be; `company` is a name, `attributes` what is said otherwise than we
remember: it goes into the memory, where it supersedes and overwrites nothing."""


def fill_blanks(known: Mapping[int, Details], companies: Mapping[str, int]) -> dict[int, Fill]:
    """Completes people; what was written, by contact. They must be held. Two statements."""
    fills = lacking(known)
    if fills:
        _write(fills, companies)
    return fills


def lacking(known: Mapping[int, Details]) -> dict[int, Fill]:
    """What `known` says of people and we do not know yet, for those where there is any. One query."""
    found = sql.rows(
        "SELECT id, name, first_name, language, country, timezone, company_id, attributes::text, last_seen "
        "FROM crm_contacts_contact WHERE id = ANY(%s)",
        [list(known)],
    )
    fills = {number: _fill(present, known[number]) for number, *present in found}
    return {number: fill for number, fill in fills.items() if fill}


def _fill(present: Collection[Any], new: Details) -> Fill:
    *texts, company, attributes, last_seen = present
    fill: Fill = {
        name: said for name, old in zip(FIELDS, texts, strict=True) if not old and (said := getattr(new, name))
    }
    if new.company and company is None:
        fill["company"] = new.company
    if new.last_seen and (last_seen is None or last_seen < new.last_seen):
        fill["last_seen"] = new.last_seen
    if new.attributes and (news := _news(new.attributes, orjson.loads(attributes))):
        fill["attributes"] = news
    return fill


def _news(said: Mapping[str, Any], remembered: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if _shown(remembered.get(key)) != _shown(value)}


def _shown(value: Any) -> str:
    """A date, a number or a yes that was kept as such reads as it stands in the file."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _write(fills: Mapping[int, Fill], companies: Mapping[str, int]) -> None:
    rows = sorted(fills.items())
    each = [fill for _number, fill in rows]
    sql.run(
        """
        UPDATE crm_contacts_contact AS c SET
            name = coalesce(new.name, c.name),
            first_name = coalesce(new.first_name, c.first_name),
            language = coalesce(new.language, c.language),
            country = coalesce(new.country, c.country),
            timezone = coalesce(new.timezone, c.timezone),
            company_id = coalesce(new.company, c.company_id),
            last_seen = greatest(c.last_seen, new.last_seen)
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
            %s::timestamptz[]) AS new(id, name, first_name, language, country, timezone, company, last_seen)
        WHERE c.id = new.id
        """,
        [
            [number for number, _fill in rows],
            *([fill.get(name) for fill in each] for name in FIELDS),
            [companies.get(fill.get("company", "")) for fill in each],
            [fill.get("last_seen") for fill in each],
        ],
    )
