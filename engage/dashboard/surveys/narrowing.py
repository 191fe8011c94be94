"""Whose answers a page looks at, as its address says it: `?days=30&language=es&origin=mail&group=<id>`."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.surveys.models import Survey
from campaigns.surveys.origins import USUAL
from campaigns.surveys.results.narrowing import Narrowed
from campaigns.surveys.results.results import ways
from crm.rules import InvalidRule, NoEventAtHand
from crm.segments.models import Segment
from crm.segments.queries import segments
from engage.lib import clock

DAYS: dict[str, str | Promise] = {
    "7": _("The last 7 days"),
    "30": _("The last 30 days"),
    "90": _("The last 90 days"),
    "365": _("The last 365 days"),
}
LANGUAGES: dict[str, str | Promise] = {
    "en": _("English"),
    "es": _("Spanish"),
    "zh-hans": _("Chinese"),
}


@dataclass(frozen=True)
class Filters:
    """What was chosen, and what can be: each choice as (value, words)."""

    narrowed: Narrowed
    days: str
    groups: list[tuple[str, str]]
    languages: list[tuple[str, str | Promise]]
    origins: list[tuple[str, str | Promise]]

    @property
    def ranges(self) -> list[tuple[str, str | Promise]]:
        return list(DAYS.items())

    @property
    def group(self) -> str:
        return str(self.narrowed.group.uid) if self.narrowed.group else ""

    @property
    def query(self) -> str:
        """The same for another page, with the question mark; '' where nothing is chosen."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """By the names that stand in addresses."""
        chosen = {
            "days": self.days,
            "from": self.narrowed.since if not self.days else None,
            "to": self.narrowed.until if not self.days else None,
            "language": self.narrowed.language,
            "origin": self.narrowed.origin,
            "group": self.group,
        }
        return [(name, str(value)) for name, value in chosen.items() if value]


def filters(survey: Survey, said: QueryDict, today: date) -> Filters:
    """What an address says; what cannot be read, or is gone, narrows nothing. Two queries."""
    days = said.get("days", "") if said.get("days") in DAYS else ""
    since = today - timedelta(days=int(days) - 1) if days else _day(said.get("from", ""))
    until = None if days else _day(said.get("to", ""))
    every = list(segments())
    languages, origins = ways(survey)
    narrowed = Narrowed(
        since,
        until,
        _among(said.get("language", ""), languages),
        _among(said.get("origin", ""), origins),
        _group(said.get("group", ""), every),
    )
    return Filters(
        narrowed,
        days,
        [(str(one.uid), one.name) for one in every],
        [(one, LANGUAGES.get(one, one)) for one in languages],
        [(one, USUAL.get(one, one)) for one in origins],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _among(text: str, known: list[str]) -> str:
    return text if text in known else ""


def _group(text: str, every: list[Segment]) -> Segment | None:
    """None too where its rule cannot be asked of people any more."""
    try:
        found = next((one for one in every if one.uid == UUID(text)), None)
        Narrowed(group=found).of_people(clock.now())
    except (ValueError, InvalidRule, NoEventAtHand):
        return None
    return found
