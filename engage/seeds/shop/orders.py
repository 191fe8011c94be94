"""A year of orders, as a plan: about 550 of them, about £15,000, a peak in December and a dip in January."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engage.seeds.shop.chance import lot
from engage.seeds.shop.people import BUYERS, Group, Permission, Person, held_back
from engage.seeds.shop.products import Ware, by_code
from engage.seeds.shop.scene import Scene

YEAR = 350
"""Days in which everything happened."""

QUIET = 60
GONE_QUIET = 22
CAME_BACK = 9
"""Of those who buy again, so many stayed away for 60 days until today, and so many for a while."""

AGAIN = {"lately": (9, range(10, 19)), "this week": (5, range(2, 9))}
"""So many, whom we may write to, ordered again so many days ago, whatever the season; the order before was made soon
before it."""
SOON = range(20, 30)
STALE = 6
"""So many days ago somebody ordered, after a long while, what arrived stale."""

REFUNDS = 11
MONTHS = {1: 0.2, 2: 0.7, 6: 0.8, 7: 0.6, 8: 0.6, 9: 0.8, 11: 1.6, 12: 9}
"""How busy a month is; all others 1. Those who buy once buy gifts."""

SPELLS = {Group.FEW: (2, 4, 24, 57), Group.REGULAR: (5, 11, 20, 55), Group.BEST: (12, 16, 20, 26)}
"""Fewest and most orders, shortest and longest days between two of them."""

GIFTS = ("G01", "G02", "G03", "G04", "E08")
COFFEES = ("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C10")
TEAS = ("T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10")
THINGS = ("E01", "E02", "E02", "E03", "E04", "E05", "E06", "E08")


@dataclass(frozen=True, slots=True)
class Line:
    ware: Ware
    quantity: int


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    number: str
    person: Person
    at: datetime
    lines: tuple[Line, ...]
    refunded: datetime | None = None

    @property
    def total(self) -> Decimal:
        return sum((Decimal(line.ware.price) * line.quantity for line in self.lines), Decimal(0))


def plan(scene: Scene) -> list[PlannedOrder]:
    """All orders, the oldest first, numbered in their sequence."""
    rng = lot("the orders")
    habits = _habits([person for person in scene.people if person.group in BUYERS], rng)
    dated = []
    for person in scene.people:
        if person.group in BUYERS:
            days = _once(scene.now, rng) if person.group is Group.ONCE else _spell(person, scene.now, habits, rng)
            usual = _usual(rng)
            dated += [(scene.at(day, rng), person, usual) for day in days]
    dated.sort(key=lambda row: (row[0], row[1].number))
    kept = [place for place, row in enumerate(dated[:-40]) if habits.get(row[1].number) not in {*AGAIN, "stale"}]
    returned = set(rng.sample(kept, REFUNDS))
    return [
        PlannedOrder(
            number=f"K{2001 + index}",
            person=person,
            at=at,
            lines=_lines(usual, at, rng),
            refunded=at + timedelta(days=rng.randrange(3, 9)) if index in returned else None,
        )
        for index, (at, person, usual) in enumerate(dated)
    ]


def _habits(buyers: list[Person], rng: random.Random) -> dict[int, str]:
    """Who of those who buy again stays away, who comes back, and who has just ordered again, by their number."""
    again = [person.number for person in buyers if person.group in {Group.FEW, Group.REGULAR}]
    chosen = rng.sample(again, GONE_QUIET + CAME_BACK)
    habits = {number: "gone" if place < GONE_QUIET else "back" for place, number in enumerate(chosen)}
    held = held_back(buyers)
    free = [
        person
        for person in buyers
        if person.number in again
        and person.number not in habits
        and person.permission is Permission.DOUBLE_OPT_IN
        and person != held
    ]
    for habit, (count, _days) in AGAIN.items():
        picked = rng.sample(free, count)
        free = [person for person in free if person not in picked]
        habits |= {person.number: habit for person in picked}
    return habits | {rng.choice([person.number for person in free if person.language == "en"]): "stale"}


def _once(now: datetime, rng: random.Random) -> list[float]:
    days = list(range(2, YEAR))
    return rng.choices(days, [_busy(now, day) for day in days])


def _spell(person: Person, now: datetime, habits: dict[int, str], rng: random.Random) -> list[float]:
    """Days ago of one person's orders, the likeliest of some drawn spells."""
    fewest, most, shortest, longest = SPELLS[person.group]
    count = round(rng.triangular(fewest, most, fewest))
    habit = habits.get(person.number, "")
    room = YEAR - (135 if habit else 50)
    longest = max(shortest + 2, min(longest, 2 * room // count - shortest))
    spells = [_draw(count, shortest, longest, habit, rng) for _ in range(8)]
    return max(
        (spell for spell in spells if len(spell) >= fewest),
        key=lambda spell: sum(min(2, _busy(now, day)) for day in spell),
    )


def _draw(count: int, shortest: int, longest: int, habit: str, rng: random.Random) -> list[float]:
    """Days ago of `count` orders, the latest first."""
    first, gaps = _BY_HABIT.get(habit, (range(2, 57), {}))
    day = rng.choice(first)
    days = [float(day)]
    for place in range(1, count):
        day += rng.choice(gaps.get(place, range(shortest, longest + 1)))
        days.append(float(day))
    return [day for day in days if day <= YEAR + 12]


_AWAY = range(QUIET + 4, QUIET + 51)
_BY_HABIT: dict[str, tuple[range, dict[int, range]]] = {
    "gone": (range(QUIET + 5, QUIET + 61), {}),
    "back": (range(2, 57), {1: _AWAY}),
    "stale": (range(STALE, STALE + 1), {1: range(50, 57)}),
    **{habit: (days, {1: SOON}) for habit, (_count, days) in AGAIN.items()},
}
"""How many days ago the last order was made, and how long before it the one before, where that is no matter of
chance."""


def _busy(now: datetime, days: float) -> float:
    return MONTHS.get((now - timedelta(days=days)).month, 1)


def _usual(rng: random.Random) -> tuple[str, ...]:
    """What somebody buys again and again."""
    return tuple(rng.sample(COFFEES, 2)) if rng.random() < 0.62 else tuple(rng.sample(TEAS, 2))


def _lines(usual: tuple[str, ...], at: datetime, rng: random.Random) -> tuple[Line, ...]:
    known, december = by_code(), at.month == 12
    codes = {rng.choice(usual): rng.choice((1, 2, 2, 3, 3))}
    if rng.random() < 0.45:
        codes.setdefault(rng.choice(usual), 1)
    if rng.random() < 0.12:
        codes.setdefault(rng.choice(THINGS), 1)
    if rng.random() < (0.6 if december else 0.06):
        codes.setdefault(rng.choice(GIFTS), rng.choice((1, 2)) if december else 1)
    return tuple(Line(known[code], quantity) for code, quantity in codes.items())
