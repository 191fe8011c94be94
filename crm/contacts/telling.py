"""How a change of a contact becomes an event, although events stand above contacts: they connect themselves here."""

from datetime import datetime
from typing import Protocol


class Tell(Protocol):
    def __call__(
        self, *, contact: int, recorded_for: int, name: str, at: datetime, message_id: str, properties: dict
    ) -> None: ...


_tell: Tell | None = None


def connect(tell: Tell) -> None:
    """`crm.events` does, once all apps are ready."""
    global _tell
    _tell = tell


def told(*, contact: int, recorded_for: int, name: str, at: datetime, message_id: str, properties: dict) -> None:
    """Append the fact that something about a contact changed, in the caller's transaction."""
    if _tell is not None:
        _tell(
            contact=contact,
            recorded_for=recorded_for,
            name=name,
            at=at,
            message_id=message_id,
            properties=properties,
        )
