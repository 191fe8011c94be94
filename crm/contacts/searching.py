"""Finding people by what one remembers: any part of a name, an address, a number in any notation, a company.

Each part of the statement goes along a trigram index of its own; what is not ASCII along the index of its signs (see
the migration `signs`). Where no three letters stand together there is no trigram inside a word, so that they are looked
for where a word begins; and first among the newest people, where many fit.
"""

import re
from typing import Any

from crm.business.queries import business
from crm.contacts import normal
from engage.lib import sql

LONGEST = 100
FEWEST_DIGITS = 3
THREE_LETTERS = re.compile(r"[a-z0-9]{3}", re.IGNORECASE)
MOST_COMPANIES = 50
WINDOW = 20_000
"""So many of the newest people are looked through one by one when little was typed."""

_ASCII = ("name ILIKE ANY(%(parts)s)", "value ILIKE ANY(%(values)s)")
_SIGNS = tuple(
    f"octet_length({text}) <> length({text}) AND {text} ILIKE ANY(%(parts)s) "
    f"AND crm_contacts_signs({text}) LIKE '%%' || crm_contacts_signs(%(search)s) || '%%'"
    for text in ("name", "value")
)

_FIND = """
    SELECT id FROM (
        (SELECT id FROM crm_contacts_contact
         WHERE {named} AND {beyond} ORDER BY {order} LIMIT %(most)s)
        UNION
        (SELECT contact_id FROM crm_contacts_identity
         WHERE kind IN ('email', 'phone', 'external') AND {reached} AND {owner_beyond}
         ORDER BY {owner_order} LIMIT %(most)s)
        UNION
        (SELECT c.id FROM (
            SELECT id FROM crm_contacts_company WHERE name ILIKE ANY(%(parts)s) ORDER BY id LIMIT %(companies)s) AS o
         CROSS JOIN LATERAL (SELECT id FROM crm_contacts_contact
            WHERE company_id = o.id AND {beyond} ORDER BY {order} LIMIT %(most)s) AS c)
    ) AS found ORDER BY {order} LIMIT %(most)s
"""
_RECENT = "{0} > (SELECT max(id) - %(window)s FROM crm_contacts_contact)"


def words_of(text: str) -> str:
    """What was typed, as it can be searched for; '' where nothing is left of it."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST]


def newest(search: str, *, most: int) -> list[int]:
    """Ids of those who fit, `most` at most, the newest. One query, two where little was typed; none for mere signs."""
    if not _has_letters(search):
        return []
    if not _is_short(search):
        return _found(search, most, order="id DESC", owner_order="id DESC")
    recent = {"beyond": _RECENT.format("id"), "owner_beyond": _RECENT.format("contact_id")}
    found = _found(search, most, order="id DESC", owner_order="contact_id DESC", **recent)
    # The sum keeps the planner from walking down the whole table in the hope of meeting enough of them soon.
    return found if len(found) == most else _found(search, most, order="id + 0 DESC", owner_order="contact_id + 0 DESC")


def after(search: str, key: int, *, most: int) -> list[int]:
    """Ids of those who fit, in their order, beyond `key`: everybody, slice by slice. One query."""
    if not _has_letters(search):
        return []
    beyond = {"beyond": "id > %(after)s", "owner_beyond": "contact_id > %(after)s"}
    return _found(search, most, key, order="id", owner_order="contact_id", **beyond)


def _found(search: str, most: int, after: int = 0, /, **places: str) -> list[int]:
    """`places` are what `_FIND` has holes for: the order, and beyond where."""
    named, reached = _ASCII if search.isascii() else _SIGNS
    if _dialled(search):
        reached = _ASCII[1]
    query = _FIND.format(**{"beyond": "TRUE", "owner_beyond": "TRUE", "named": named, "reached": reached, **places})
    return [row[0] for row in sql.rows(query, {**_values(search, most), "after": after, "window": WINDOW})]


def companies(search: str, *, most: int = MOST_COMPANIES) -> list[int]:
    """Ids of the companies whose name has it in it, `most` at most. One query, along the trigrams."""
    found = "SELECT id FROM crm_contacts_company WHERE name ILIKE ANY(%s) ORDER BY id LIMIT %s"
    return [row[0] for row in sql.rows(found, [_patterns(words_of(search)), most])] if words_of(search) else []


def _values(search: str, most: int) -> dict[str, Any]:
    parts = _patterns(search)
    values = (parts if search.isascii() else []) + _dialled(search)
    return {"parts": parts, "values": values, "search": search, "companies": MOST_COMPANIES, "most": most}


def _has_letters(search: str) -> bool:
    return any(letter.isalnum() for letter in search)


def _is_short(search: str) -> bool:
    return len(search) < 3 if not search.isascii() else not THREE_LETTERS.search(search)


def _patterns(search: str) -> list[str]:
    part = search.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    if search.isascii() and _is_short(search):
        return [f"{part}%", f"% {part}%"]
    return [f"%{part}%"]


def _dialled(search: str) -> list[str]:
    """How a number would stand in our rows: as it is dialled here, and by any part of its digits."""
    digits = normal.digits(search)
    known = normal.phone(search, business().country)
    return ([known.value] if known else []) + ([f"+%{digits}%"] if len(digits) >= FEWEST_DIGITS else [])
