"""What every act on many people is made of."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise

from crm.lists.models import BulkAct

WRITERS = frozenset({"owner", "marketer"})
EVERYBODY = WRITERS | {"agent"}


@dataclass(frozen=True)
class Done:
    """`wrote` goes into the journal, by contact; `left` says why others were left as they are, beside those for whom
    there was nothing to do."""

    wrote: dict[int, Any]
    left: Counter[str] = field(default_factory=Counter)


class Change(NamedTuple):
    """A row of the journal. `contact` is who it belongs to today."""

    id: int
    contact: int
    recorded_for: int
    wrote: Any


@dataclass(frozen=True)
class Act:
    """`do` and `undo` get people who are held, in one transaction with how far the job is, and refresh no group: the
    caller does. `undo` returns the ids of the changes that it took back; what others changed since, it leaves."""

    verb: str | Promise
    words: Callable[[dict[str, Any]], str]
    do: Callable[[BulkAct, Sequence[int], datetime], Done]
    undo: Callable[[BulkAct, Sequence[Change], datetime], set[int]]
    roles: frozenset[str] = EVERYBODY
