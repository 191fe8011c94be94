"""What is put into the memory, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.preferences.models import Preference

RANKS: dict[str, int] = {
    Preference.Kind.INFERRED: Preference.Rank.INFERRED,
    Preference.Kind.OBSERVED: Preference.Rank.OBSERVED,
    Preference.Kind.STATED: Preference.Rank.STATED,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said or noticed about a contact, with its provenance. `source_id` makes it once per source.

    `value` is text, a number, a boolean, a date or a list of texts; its key's type says how it is read. `evidence`
    holds what shows it, as `{"order": public id}`; `confidence` is of 100. One that `clears` has an empty list as its
    value: nothing is known under the key any more, as far as its rank goes.
    """

    contact: int
    recorded_for: int
    key: str
    value: Any
    kind: str
    at: datetime
    source_kind: str
    source_id: str = ""
    source_label: str = ""
    words: str = ""
    question: str = ""
    by: str = "customer"
    rank: int = 0
    reason: str = ""
    confidence: int | None = None
    evidence: Sequence[Mapping[str, str]] = ()
    clears: bool = False

    def ranked(self) -> int:
        return self.rank or RANKS[self.kind]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A statement that was written; `fits` unless it is in conflict with its key's type."""

    id: int
    contact: int
    recorded_for: int
    key: str
    value: str
    kind: str
    fits: bool
