"""A message as another system reads it: {"type": "message.send", "timestamp", "data"}."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC

import orjson

from campaigns.channels import contents
from campaigns.channels.port import Ready
from campaigns.channels.skeleton import splice
from engage.lib import clock, sql

TYPE = "message.send"


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """A message before it is known how the receiver may reach its contact."""

    item: Ready


def identities(contacts: Collection[int]) -> dict[int, dict[str, str]]:
    """By contact the proved address, number and external id of longest standing. One query."""
    known: dict[int, dict[str, str]] = defaultdict(dict)
    for contact, kind, value in sql.rows(_IDENTITIES, [sorted(contacts)]):
        known[contact].setdefault(kind, value)
    return known


def body(item: Ready, known: Mapping[str, str]) -> str:
    rendered = splice(contents.load(item.written.content), item.written.slots)
    message, person = item.message, item.person
    return orjson.dumps(
        {
            "type": TYPE,
            "timestamp": clock.now().astimezone(UTC).isoformat(),
            "data": {
                "message": {
                    "id": message.uid,
                    "class": message.klass,
                    "subject": rendered.subject,
                    "text": rendered.text,
                    "html": rendered.html,
                },
                "contact": {
                    "id": person["uid"],
                    "name": person["name"],
                    "language": person["language"],
                    "email": known.get("email"),
                    "phone": known.get("phone"),
                    "external_id": known.get("external"),
                },
            },
        }
    ).decode()


_IDENTITIES = """
    SELECT contact_id, kind, value FROM crm_contacts_identity
    WHERE contact_id = ANY(%s) AND kind IN ('email', 'phone', 'external') AND proof <> '' ORDER BY contact_id, id
"""
