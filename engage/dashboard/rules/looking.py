"""What stands beside a rule: how many it finds, some of them, and why one person is among them or not."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from crm.contacts.models import Contact
from crm.contacts.queries import present
from crm.lists.finding import everyone
from crm.rules import Rule
from crm.segments import queries
from crm.segments.estimating import estimate
from engage.dashboard.journeys.words import Reason, reasons_of
from engage.lib import clock

SAMPLE = 5
MOST_FOUND = 8
LONGEST_SEARCH = 100


@dataclass
class Look:
    """With `about`, `number` is an estimate between `low` and `high`."""

    number: int
    seconds: float
    about: bool = False
    low: int = 0
    high: int = 0
    sample: list[Contact] = field(default_factory=list)
    search: str = ""
    searched: bool = False
    found: list[Contact] = field(default_factory=list)
    person: Contact | None = None
    holds: bool = False
    reasons: list[Reason] = field(default_factory=list)


def look_at(rule: Rule, asked: Mapping[str, str], *, size: int = SAMPLE) -> Look:
    """What `asked` of a form wants to see: `q` finds people, `person` is one to explain, `exactly` counts all.

    Of very many people the number is an estimate, until it is asked for exactly. Five queries, two more to find people,
    and those of an explanation.
    """
    at = clock.now()
    look = _counted(rule, at, exactly="exactly" in asked)
    look.sample = queries.members(rule, at=at, size=size)
    look.search = asked.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    if look.search and "find" in asked:
        look.searched, look.found = True, list(everyone(search=look.search)[:MOST_FOUND])
    look.person = person_asked(asked.get("person", ""))
    if look.person:
        why = queries.explain(rule, look.person, at=at)
        look.holds, look.reasons = why.holds, list(reasons_of(why))
    return look


def _counted(rule: Rule, at: datetime, *, exactly: bool) -> Look:
    began = time.perf_counter()
    about = None if exactly else estimate(rule, at=at)
    if about is None:
        number = queries.count(rule, at=at)
        return Look(number, time.perf_counter() - began)
    return Look(about.number, time.perf_counter() - began, True, about.low, about.high)


def person_asked(uid: str) -> Contact | None:
    """None for what is nobody's."""
    try:
        return present().filter(uid=UUID(uid)).first()
    except ValueError:
        return None
