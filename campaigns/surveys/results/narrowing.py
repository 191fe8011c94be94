"""Whose answers are looked at: of some days, of a language, by the way they came, of a group of people."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm import rules
from crm.business.queries import business
from crm.segments import asking
from crm.segments.models import Segment

LOOKED_AT = 20_000
"""So many answers, the latest, are looked at one by one: for groups and for tables of two questions."""


@dataclass(frozen=True)
class Narrowed:
    """All of it holds at once. `since` and `until` are days of the shop's, both included."""

    since: date | None = None
    until: date | None = None
    language: str = ""
    origin: str = ""
    group: Segment | None = None

    def __bool__(self) -> bool:
        return self != Narrowed()

    @property
    def of_rows(self) -> tuple[str, dict[str, Any]]:
        """A condition on the columns that answers and their counts share, the days left out; and its values."""
        given = {"language": self.language, "origin": self.origin}
        kept = {name: value for name, value in given.items() if value}
        return "".join(f" AND {name} = %(narrowed_{name})s" for name in kept), {
            f"narrowed_{name}": value for name, value in kept.items()
        }

    @property
    def of_answers(self) -> tuple[str, dict[str, Any]]:
        """The same for answers, the days as moments, by which they are found the latest first."""
        rows, values = self.of_rows
        zone = ZoneInfo(business().timezone)
        moments = {
            "finished >= %(narrowed_since)s": ("narrowed_since", self.since and midnight(self.since, zone)),
            "finished < %(narrowed_until)s": (
                "narrowed_until",
                self.until and self.until < date.max and midnight(self.until + timedelta(days=1), zone),
            ),
        }
        kept = {condition: pair for condition, pair in moments.items() if pair[1]}
        return rows + "".join(f" AND {condition}" for condition in kept), values | dict(kept.values())

    def of_people(self, at: datetime) -> tuple[str, dict[str, Any]]:
        """A condition on the person of a row `r`; '' where anybody will do. Raises InvalidRule, NoEventAtHand."""
        if self.group is None:
            return "", {}
        condition, values = asking.where(rules.parse(self.group.rule), at=at)
        named = {f"person_{place}": value for place, value in enumerate(values)}
        names = iter(named)
        of = re.sub("%[%s]", lambda found: "%%" if found.group() == "%%" else f"%({next(names)})s", condition)
        return f" AND EXISTS (SELECT FROM crm_contacts_contact c WHERE c.id = r.contact_id AND {of})", named


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), zone)


EVERYBODY = Narrowed()
