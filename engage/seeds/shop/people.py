"""The 312 people of the demo shop, as a plan: nothing is written here."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engage.seeds.shop.chance import lot
from engage.seeds.shop.names import Names


class Group(StrEnum):
    """What they are to the shop."""

    ONCE = "once"
    FEW = "few"
    REGULAR = "regular"
    BEST = "best"
    LIST = "list"
    CAFE = "cafe"
    VISITOR = "visitor"


class Permission(StrEnum):
    """Where they stand with "Offers"; everybody stands in one place."""

    DOUBLE_OPT_IN = "double_opt_in"
    IMPORT = "import"
    UNSUBSCRIBED = "unsubscribed"
    PAUSED = "paused"
    REFUSED = "refused"
    COMPLAINT = "complaint"
    NEVER = "never"


GROUPS = {
    Group.ONCE: 74,
    Group.FEW: 58,
    Group.REGULAR: 28,
    Group.BEST: 8,
    Group.LIST: 96,
    Group.CAFE: 14,
    Group.VISITOR: 34,
}
BUYERS = frozenset({Group.ONCE, Group.FEW, Group.REGULAR, Group.BEST})
LANGUAGES = {"es": 35, "zh": 15}
"""The others read English."""

TAKEN_BACK = {
    Permission.UNSUBSCRIBED: 22,
    Permission.PAUSED: 9,
    Permission.REFUSED: 6,
    Permission.COMPLAINT: 1,
}
NEVER_ASKED_BUYERS = 9
BROUGHT_FROM_LIST = 5
"""With the 14 of the cafés these are the 19 whose permission was brought in on paper."""

NEW_TODAY = 17
SIGNED = frozenset({Permission.DOUBLE_OPT_IN, *TAKEN_BACK})
"""Those who said yes on the website, whatever they said later."""

COMPANIES = (
    ("Salt & Rye", "saltandrye.example"),
    ("The Lighthouse Tea Room", "lighthousetea.example"),
    ("Bakehouse Nine", "bakehousenine.example"),
    ("Ferry Street Books", "ferrystreet.example"),
    ("Café Marea", "cafemarea.example"),
    ("Tideline Studio", "tideline.example"),
)
DOMAINS = ("post.example", "letters.example", "mailbox.example", "harbourmail.example")


@dataclass(frozen=True, slots=True)
class Person:
    """`joined` is how many days ago they came, 0 today. Visitors have only a device."""

    number: int
    group: Group
    permission: Permission
    language: str = "en"
    name: str = ""
    first_name: str = ""
    email: str = ""
    phone: str = ""
    country: str = "GB"
    company: str = ""

    @property
    def external(self) -> str:
        return f"customer-{1000 + self.number}"

    @property
    def device(self) -> str:
        return f"device-{1000 + self.number}"

    @property
    def is_known(self) -> bool:
        return self.group is not Group.VISITOR

    @property
    def is_brought(self) -> bool:
        """Came in a file, with a proof on paper."""
        return self.permission is Permission.IMPORT

    @property
    def signed_up(self) -> bool:
        return self.permission in SIGNED


def plan() -> list[Person]:
    """Everybody, always the same."""
    rng = lot("the people")
    groups = [group for group, count in GROUPS.items() for _ in range(count)]
    permissions = _permissions(groups, rng)
    languages = _languages(groups, rng)
    names = Names(rng)
    return [
        _person(number, *what, names, rng)
        for number, what in enumerate(zip(groups, permissions, languages, strict=True), 1)
    ]


def _permissions(groups: list[Group], rng: random.Random) -> list[Permission]:
    found = [
        {Group.CAFE: Permission.IMPORT, Group.VISITOR: Permission.NEVER}.get(group, Permission.DOUBLE_OPT_IN)
        for group in groups
    ]
    _sprinkle(found, Permission.NEVER, NEVER_ASKED_BUYERS, _places(groups, Group.ONCE), rng)
    _sprinkle(found, Permission.IMPORT, BROUGHT_FROM_LIST, _places(groups, Group.LIST), rng)
    for permission, count in TAKEN_BACK.items():
        _sprinkle(found, permission, count, _places(groups, Group.ONCE, Group.FEW, Group.LIST), rng)
    return found


def _sprinkle(
    found: list[Permission], permission: Permission, count: int, places: list[int], rng: random.Random
) -> None:
    free = [place for place in places if found[place] is Permission.DOUBLE_OPT_IN]
    for place in rng.sample(free, count):
        found[place] = permission


def _languages(groups: list[Group], rng: random.Random) -> list[str]:
    found = ["en"] * len(groups)
    places = iter(rng.sample(_places(groups, *(BUYERS | {Group.LIST})), sum(LANGUAGES.values())))
    for language, count in LANGUAGES.items():
        for _ in range(count):
            found[next(places)] = language
    return found


def _places(groups: list[Group], *wanted: Group) -> list[int]:
    return [place for place, group in enumerate(groups) if group in wanted]


def _person(
    number: int, group: Group, permission: Permission, language: str, names: Names, rng: random.Random
) -> Person:
    if group is Group.VISITOR:
        return Person(number, group, permission)
    name, first_name, local = names.next(language)
    company, domain = ("", DOMAINS[rng.randrange(len(DOMAINS))])
    if group is Group.CAFE:
        company, domain = COMPANIES[number % len(COMPANIES)]
    has_phone = group in {Group.REGULAR, Group.BEST, Group.CAFE} or rng.random() < 0.3
    return Person(
        number=number,
        group=group,
        permission=permission,
        language=language,
        name=name,
        first_name=first_name,
        email=f"{local}@{domain}",
        phone=f"07700 900{number:03}" if has_phone else "",
        country="ES" if language == "es" and rng.random() < 0.4 else "GB",
        company=company,
    )


def held_back(people: list[Person]) -> Person:
    """The one who talks with us while six messages of ours wait."""
    return next(p for p in of(people, Group.FEW) if p.language == "en" and p.permission is Permission.DOUBLE_OPT_IN)


def of(people: list[Person], *groups: Group) -> Iterator[Person]:
    """Those of some groups, in order."""
    return (person for person in people if person.group in groups)
