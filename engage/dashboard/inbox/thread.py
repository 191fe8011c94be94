"""A conversation as staff read it: bubbles of two voices, each of theirs with the message it answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from crm.dialogue import queries
from crm.dialogue.models import Conversation, Message


@dataclass(frozen=True)
class Bubble:
    """`about`: the message of ours that these words answer. `new`: it came after what the reader had seen."""

    message: Message
    about: Message | None
    new: bool

    @property
    def side(self) -> str:
        """theirs, ours or note."""
        return {"in": "theirs", "out": "ours", "note": "note"}[self.message.direction]


@dataclass(frozen=True)
class Thread:
    bubbles: list[Bubble]

    @property
    def last(self) -> int:
        """The key of the last message in it, 0 without any: what its reader has seen."""
        return self.bubbles[-1].message.pk if self.bubbles else 0

    @property
    def has_new(self) -> bool:
        return any(bubble.new for bubble in self.bubbles)


def thread(conversation: Conversation, *, seen: int | None = None) -> Thread:
    """Two queries. `seen` marks what came after it as new."""
    found = list(queries.lines(conversation))
    quoted = _quoted(found)
    shown: set[str] = set()
    bubbles = []
    for message in found:
        uid = message.detail.get("about", "")
        about = quoted.get(uid) if uid not in shown else None
        shown.add(uid)
        bubbles.append(Bubble(message, about, seen is not None and message.pk > seen))
    return Thread(bubbles)


def _quoted(found: Iterable[Message]) -> dict[str, Message]:
    """The messages that are answered, by their uid."""
    uids = {UUID(message.detail["about"]) for message in found if message.detail.get("about")}
    quoted = Message.objects.filter(uid__in=uids) if uids else ()
    return {str(message.uid): message for message in quoted}
