"""What all parts of the demo share while it is built."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm.business.models import User
from crm.contacts.models import Topic
from engage.seeds.shop.people import Person

ZONE = ZoneInfo("Europe/London")


@dataclass(slots=True)
class Scene:
    """`now` is when the seeding began; `came` (when each person came) and `contacts` (their keys in the database) go
    by their numbers in the plan."""

    now: datetime
    people: list[Person]
    topics: dict[str, Topic] = field(default_factory=dict)
    team: dict[str, User] = field(default_factory=dict)
    came: dict[int, datetime] = field(default_factory=dict)
    contacts: dict[int, int] = field(default_factory=dict)

    def known(self, language: str = "") -> list[Person]:
        """People who are there by now and have a name, of all languages or one."""
        there = (person for person in self.people if person.is_known and person.number in self.contacts)
        return [person for person in there if not language or person.language == language]

    def days_since(self, at: datetime) -> int:
        """In the shop's days, whatever the hour."""
        return (self.now.astimezone(ZONE).date() - at.astimezone(ZONE).date()).days

    def at(self, days: float, rng: random.Random) -> datetime:
        """A moment of the shop's day, so many whole days ago (at least one)."""
        day = self.now.astimezone(ZONE).date() - timedelta(days=max(1, int(days)))
        hour, minute, second = rng.choice(HOURS), rng.randrange(60), rng.randrange(60)
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZONE)


HOURS = (7, 8, 8, 9, 10, 11, 12, 12, 13, 14, 16, 17, 18, 19, 20, 20, 21, 22)
"""When people shop: at breakfast, at lunch and in the evening."""
