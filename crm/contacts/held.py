"""What `hold` has locked."""

from dataclasses import dataclass, field
from typing import NamedTuple

from crm.contacts.normal import IdentityKey


class Owner(NamedTuple):
    """Who is recognised by an identity: the present contact, and the one its rows are recorded for."""

    contact: int
    recorded_for: int


@dataclass(frozen=True)
class Held:
    """What is locked until the transaction ends.

    `contacts` are present contacts, none of them absorbed by another; `present` leads from each id asked for to its
    present contact; `owners` knows the identities with a proof; `identities` lists them by contact.
    """

    contacts: frozenset[int]
    present: dict[int, int]
    owners: dict[IdentityKey, Owner]
    identities: dict[int, list[IdentityKey]] = field(default_factory=dict)
