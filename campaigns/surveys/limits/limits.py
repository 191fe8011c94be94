"""Who may answer a survey, and until when.

    {"opens": "2026-05-01T08:00:00Z", "closes": null, "before": "", "after": "", "most": 200, "full": "",
     "quotas": [{"question": "milk", "choice": 1, "most": 30}], "once": "any", "changes": false, "proof": "off"}

They stand with the survey and not in its versions. A version is what was asked, and must never change, because answers
belong to it; a limit is a decision of today about all of them. It holds at once and for everybody, whichever version
lies open before them, and counts the answers to all versions together.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from campaigns.surveys.asked.definition import BadDefinition, Problem
from campaigns.surveys.asked.kinds.kind import Answer

MOST = 10_000_000
MOST_QUOTAS = 200
WORDS = ("before", "after", "full")
LONGEST = 1000
ALL = ""
"""The key under which all answers are counted."""


class Once(StrEnum):
    """How often somebody may answer: as often as they wish, or once, known by what."""

    ANY = "any"
    LINK = "link"
    ADDRESS = "address"
    DEVICE = "device"


class Proof(StrEnum):
    """When strangers' browsers must do some work first: never, while the survey is attacked, or always."""

    OFF = "off"
    ATTACKED = "attacked"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many who chose this."""

    question: str
    choice: int
    most: int

    @property
    def key(self) -> str:
        return f"{self.question}/{self.choice}"


@dataclass(frozen=True, slots=True)
class Limits:
    """`before`, `after` and `full` are the owner's own words for whoever comes then, empty for ours."""

    opens: datetime | None = None
    closes: datetime | None = None
    before: str = ""
    after: str = ""
    most: int | None = None
    full: str = ""
    quotas: tuple[Quota, ...] = ()
    once: Once = Once.ANY
    changes: bool = False
    proof: Proof = Proof.OFF

    def is_early(self, at: datetime) -> bool:
        return self.opens is not None and at < self.opens

    def is_late(self, at: datetime) -> bool:
        return self.closes is not None and at >= self.closes

    def places(self) -> dict[str, int]:
        """How many there are, by the key under which they are counted."""
        every = {} if self.most is None else {ALL: self.most}
        return every | {quota.key: quota.most for quota in self.quotas}

    def taken_by(self, answers: Mapping[str, Answer] | Mapping[str, Mapping[str, Any]]) -> set[str]:
        """The keys under which these answers, as they were read or as they are stored, are counted."""
        found = {ALL} if self.most is not None else set()
        for quota in self.quotas:
            given = answers.get(quota.question)
            chosen = given.chosen if isinstance(given, Answer) else given["chosen"] if given else ()
            if str(quota.choice) in chosen:
                found.add(quota.key)
        return found

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {name: _written(getattr(self, name)) for name in ("opens", "closes")}


def parse_limits(raw: object) -> Limits:
    """The limits that `raw` (decoded JSON) describes; what is left out does not limit. Raises BadDefinition."""
    problems: list[Problem] = []
    fields = raw if isinstance(raw, dict) else {}
    if fields is not raw:
        problems.append(Problem("", _("This is not an object.")))
    limits = Limits(
        opens=_moment(fields, "opens", problems),
        closes=_moment(fields, "closes", problems),
        most=_count(fields.get("most"), "most", problems),
        quotas=_quotas(fields.get("quotas", ()), problems),
        once=_one_of(Once, Once.ANY, fields, "once", problems),
        proof=_one_of(Proof, Proof.OFF, fields, "proof", problems),
        changes=fields.get("changes") is True,
        **{name: _words(fields.get(name, ""), name, problems) for name in WORDS},
    )
    if limits.opens and limits.closes and limits.opens >= limits.closes:
        problems.append(Problem("closes", _("It closes before it opens.")))
    if problems:
        raise BadDefinition(problems)
    return limits


def _quotas(raw: object, problems: list[Problem]) -> tuple[Quota, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > MOST_QUOTAS:
        problems.append(Problem("quotas", _("This is not a list.")))
        return ()
    found: dict[str, Quota] = {}
    for index, one in enumerate(raw):
        path = f"quotas.{index}"
        if not isinstance(one, dict) or not isinstance(one.get("question"), str) or len(one["question"]) > 40:
            problems.append(Problem(path, _("Say which question.")))
            continue
        most = _count(one.get("most"), f"{path}.most", problems)
        choice = one.get("choice")
        if type(choice) is not int or not 0 <= choice < 10_000 or most is None:
            problems.append(Problem(path, _("Say which answer, and how many.")))
            continue
        quota = Quota(one["question"], choice, most)
        found[quota.key] = quota
    return tuple(found.values())


def _count(raw: object, path: str, problems: list[Problem]) -> int | None:
    if raw is None:
        return None
    if type(raw) is int and 0 <= raw <= MOST:
        return raw
    problems.append(Problem(path, _("Write a whole number.")))
    return None


def _moment(fields: dict[str, Any], name: str, problems: list[Problem]) -> datetime | None:
    raw = fields.get(name)
    if raw is None:
        return None
    try:
        found = parse_datetime(raw) if isinstance(raw, str) else None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    problems.append(Problem(name, _("Write a moment with its zone, such as 2026-05-01T08:00:00Z.")))
    return None


def _one_of[T: StrEnum](kind: type[T], usual: T, fields: dict[str, Any], name: str, problems: list[Problem]) -> T:
    raw = fields.get(name, usual)
    if isinstance(raw, str) and raw in list(kind):
        return kind(raw)
    problems.append(Problem(name, _("There is no such way.")))
    return usual


def _words(raw: object, name: str, problems: list[Problem]) -> str:
    if not isinstance(raw, str) or "\x00" in raw or len(raw) > LONGEST or not raw.isprintable() and not _lines(raw):
        problems.append(Problem(name, _("At most %(count)d characters.") % {"count": LONGEST}))
        return ""
    return raw.strip()


def _lines(text: str) -> bool:
    """Words in several lines that a database can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
