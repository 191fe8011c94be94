"""Permission that comes with a file, only where the owner said how it was given; and who took it back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from crm.contacts.models import Topic
from engage.lib import sql

COLUMNS = (
    "contact_id", "recorded_for_id", "channel", "topic_id", "state", "how", "words", "source", "by", "at",
    "network_address", "received",
)  # fmt: skip
LONGEST_SOURCE = 200

type Spoken = Mapping[tuple[int, int], tuple[str, str]]
"""(contact, topic) → (state, how) of the last word about it."""


class NoTopic(ValueError):
    """No topic has the key that was named."""


class NoProof(ValueError):
    """Nothing says how permission was given."""


class Permission(NamedTuple):
    """The people in the file said yes to this topic by e-mail: in which words, where, and since when at the latest."""

    topic: int
    words: str
    where: str = ""
    at: datetime | None = None


def permission(text: str) -> Permission:
    """From `topic:how they gave it`. Raises NoProof and NoTopic."""
    key, _colon, proof = text.partition(":")
    if not proof.strip():
        raise NoProof("say how they gave permission, such as offers:ticked the box on our order form")
    topic = Topic.objects.filter(key=key.strip()).values_list("pk", flat=True).first()
    if topic is None:
        raise NoTopic(key.strip())
    return Permission(topic, proof.strip())


@dataclass(frozen=True, slots=True)
class Said:
    """What the file says of one person: when (None: nothing), where it stands (file, line), from which
    network address it came."""

    contact: int
    recorded_for: int
    at: datetime | None
    source: str
    network_address: str | None
    yes: bool
    no: bool


def record(
    said: Iterable[Said], permissions: Collection[Permission], topics: Collection[int], *, by: str, at: datetime
) -> set[int]:
    """Appends what is news; the contacts it is news about. Two statements."""
    fresh = news(said, permissions, topics, by=by, at=at)
    sql.copy("crm_contacts_consent", COLUMNS, fresh)
    return {row[0] for row in fresh}


def news(
    said: Iterable[Said], permissions: Collection[Permission], topics: Collection[int], *, by: str, at: datetime
) -> list[tuple]:
    """Rows of the ledger for what is not known yet. One query, none if the file says nothing.

    A yes counts only where nobody has said anything about the topic before. A no counts there too, and takes back
    a yes that came from a file; what somebody told us here themselves stays.
    """
    people: dict[int, Said] = {}
    for one in said:
        if (one.yes and permissions) or one.no:
            known = people.setdefault(one.contact, one)
            people[one.contact] = one if one.no and not known.no else known
    if not people:
        return []
    spoken = _spoken(list(people))
    return [
        row
        for one in people.values()
        for row in (_withdrawals(one, topics, spoken, by, at) if one.no else _grants(one, permissions, spoken, by, at))
    ]


def _grants(one: Said, permissions: Collection[Permission], spoken: Spoken, by: str, at: datetime) -> list[tuple]:
    return [
        _row(one, given.topic, "granted", given.words, _source(given.where, one), by, one.at or given.at or at, at)
        for given in permissions
        if (one.contact, given.topic) not in spoken
    ]


def _withdrawals(one: Said, topics: Collection[int], spoken: Spoken, by: str, at: datetime) -> list[tuple]:
    return [
        _row(one, topic, "withdrawn", "", one.source, by, one.at or at, at)
        for topic in topics
        if spoken.get((one.contact, topic), ("granted", "import")) == ("granted", "import")
    ]


def _source(where: str, one: Said) -> str:
    return f"{where}; {one.source}"[:LONGEST_SOURCE] if where else one.source


def _row(
    one: Said, topic: int, state: str, words: str, source: str, by: str, at: datetime, received: datetime
) -> tuple:
    place = source[:LONGEST_SOURCE]
    return (
        *(one.contact, one.recorded_for, "email", topic, state, "import", words, place, by, at),
        *(one.network_address, received),
    )


def _spoken(people: list[int]) -> Spoken:
    found = sql.rows(
        "SELECT DISTINCT ON (contact_id, topic_id) contact_id, topic_id, state, how FROM crm_contacts_consent "
        "WHERE contact_id = ANY(%s) AND channel = 'email' ORDER BY contact_id, topic_id, at DESC, id DESC",
        [people],
    )
    return {(contact, topic): (state, how) for contact, topic, state, how in found}
