"""Permission that comes with a file, only where the owner said how it was given."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from crm.contacts.models import Topic
from engage.lib import sql

COLUMNS = ("contact_id", "recorded_for_id", "channel", "topic_id", "state", "how", "words", "source", "by", "at")


class NoTopic(ValueError):
    """No topic has the key that was named."""


class NoProof(ValueError):
    """Nothing says how permission was given."""


class Permission(NamedTuple):
    """Everybody in the file said yes to this topic by e-mail; `proof` is how, in the owner's words."""

    topic: int
    proof: str


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
class Given:
    """One person's yes: when, and where it stands (file, line, address of origin)."""

    contact: int
    recorded_for: int
    at: datetime
    source: str


def record(given: Iterable[Given], permissions: Collection[Permission], *, by: str) -> int:
    """Appends a yes for each person and topic about which we know nothing yet; the number of them.

    Whoever has said anything about a topic before, yes or no, is left as they are. Two statements.
    """
    people = {one.contact: one for one in given}
    topics = [one.topic for one in permissions]
    spoken = set(
        sql.rows(
            "SELECT contact_id, topic_id FROM crm_contacts_consent "
            "WHERE contact_id = ANY(%s) AND channel = 'email' AND topic_id = ANY(%s)",
            [list(people), topics],
        )
    )
    fresh = [
        (one.contact, one.recorded_for, "email", topic, "granted", "import", proof, one.source, by, one.at)
        for one in people.values()
        for topic, proof in permissions
        if (one.contact, topic) not in spoken
    ]
    sql.copy("crm_contacts_consent", COLUMNS, fresh)
    return len(fresh)
