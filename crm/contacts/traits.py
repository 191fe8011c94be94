"""What is said of people beyond what a contact itself holds: custom attributes.

They are preferences, although these stand above contacts: `crm.preferences` connects itself here. The contact's
`attributes` are made from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Trait:
    """`name` as its source calls it, `value` as JSON has it; `source_kind` is import, api or staff."""

    contact: int
    recorded_for: int
    name: str
    value: Any
    at: datetime
    source_kind: str
    source_id: str = ""
    source_label: str = ""
    by: str = ""


class Remember(Protocol):
    def __call__(self, traits: Sequence[Trait], *, at: datetime) -> int: ...


_remember: Remember | None = None


def connect(remember: Remember) -> None:
    """`crm.preferences` does, once all apps are ready."""
    global _remember
    _remember = remember


def remember_traits(traits: Sequence[Trait], *, at: datetime) -> int:
    """Keep them, thousands at once, in the caller's transaction with the contacts held; how many said something new.

    A constant number of statements. What does not fit its key's type is kept and shown, and is no attribute.
    """
    return _remember(traits, at=at) if _remember is not None and traits else 0
