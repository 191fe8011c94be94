"""Finding people by what one remembers: any part of a name, an address, a number in any notation, a company.

Each part of the statement goes along a trigram index of its own. Two letters have no trigram, so that they are looked
for where a word begins; where a script writes a name in two signs, they are looked for everywhere.
"""

from typing import Any

from crm.business.queries import business
from crm.contacts import normal
from engage.lib import sql

LONGEST = 100
FEWEST_DIGITS = 3
FEWEST_LETTERS = 3
MOST_COMPANIES = 50

_FIND = """
    SELECT id FROM (
        (SELECT id FROM crm_contacts_contact
         WHERE name ILIKE ANY(%(parts)s) AND {beyond} ORDER BY {order} LIMIT %(most)s)
        UNION
        (SELECT contact_id FROM crm_contacts_identity
         WHERE kind IN ('email', 'phone', 'external') AND value ILIKE ANY(%(values)s) AND {owner_beyond}
         ORDER BY {owner_order} LIMIT %(most)s)
        UNION
        (SELECT c.id FROM (
            SELECT id FROM crm_contacts_company WHERE name ILIKE ANY(%(parts)s) ORDER BY id LIMIT %(companies)s) AS o
         CROSS JOIN LATERAL (SELECT id FROM crm_contacts_contact
            WHERE company_id = o.id AND {beyond} ORDER BY {order} LIMIT %(most)s) AS c)
    ) AS found ORDER BY {order} LIMIT %(most)s
"""
_NEWEST = _FIND.format(beyond="TRUE", owner_beyond="TRUE", order="id DESC", owner_order="id DESC")
_AFTER = _FIND.format(
    beyond="id > %(after)s", owner_beyond="contact_id > %(after)s", order="id", owner_order="contact_id"
)


def words_of(text: str) -> str:
    """What was typed, as it can be searched for; '' where nothing is left of it."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST]


def newest(search: str, *, most: int) -> list[int]:
    """Ids of those who fit, `most` at most, the newest. One query."""
    return [row[0] for row in sql.rows(_NEWEST, _values(search, most))]


def after(search: str, key: int, *, most: int) -> list[int]:
    """Ids of those who fit, in their order, beyond `key`: everybody, slice by slice. One query."""
    return [row[0] for row in sql.rows(_AFTER, {**_values(search, most), "after": key})]


def companies(search: str, *, most: int = MOST_COMPANIES) -> list[int]:
    """Ids of the companies whose name has it in it, `most` at most. One query, along the trigrams."""
    found = "SELECT id FROM crm_contacts_company WHERE name ILIKE ANY(%s) ORDER BY id LIMIT %s"
    return [row[0] for row in sql.rows(found, [_patterns(words_of(search)), most])] if words_of(search) else []


def _values(search: str, most: int) -> dict[str, Any]:
    parts = _patterns(search)
    return {"parts": parts, "values": parts + _dialled(search), "companies": MOST_COMPANIES, "most": most}


def _patterns(search: str) -> list[str]:
    part = search.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    if len(search) < FEWEST_LETTERS and search.isascii():
        return [f"{part}%", f"% {part}%"]
    return [f"%{part}%"]


def _dialled(search: str) -> list[str]:
    """How a number would stand in our rows: as it is dialled here, and by any part of its digits."""
    digits = normal.digits(search)
    known = normal.phone(search, business().country)
    return ([known.value] if known else []) + ([f"+%{digits}%"] if len(digits) >= FEWEST_DIGITS else [])
