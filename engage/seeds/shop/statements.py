"""What is to be remembered, as statements: heard, noticed and guessed, until the numbers are those of the plan."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from crm.preferences.actions import Statement
from crm.preferences.models import Preference
from engage.seeds.shop.orders import PlannedOrder
from engage.seeds.shop.people import Person
from engage.seeds.shop.sayings import ALLERGIC, KEYS, STALE, TOLD, Saying
from engage.seeds.shop.scene import Scene

TOLD_US, NOTICED, GUESSED = 176, 71, 21
PEOPLE = 141
SUPERSEDED = 18
BOUGHT_OFTEN = {"roast": 2, "decaf": 2, "brewing": 1, "grind": 1}
"""So many orders show a taste; who buys a dripper buys one."""

Kind = Preference.Kind


class Writer:
    """Gathers statements: at most one active for each person and key, on 141 people in all."""

    def __init__(self, scene: Scene, rng: random.Random) -> None:
        self.statements: list[Statement] = []
        self._scene, self._rng = scene, rng
        active = Preference.objects.filter(state="active")
        self._taken = set(active.values_list("contact", "key__key"))
        self._counts = Counter(active.values_list("kind", flat=True))
        gone = Preference.objects.filter(state="forgotten").values_list("contact", flat=True)
        self._barred = set(gone)
        self._people = {contact for contact, _key in self._taken}
        self._superseded = Preference.objects.filter(state="superseded").count()

    def notice(self, orders: list[PlannedOrder]) -> None:
        """Tastes that orders show, of people whom we know nothing of first: so that there are 141."""
        found = [(person, *taste) for person, taste in _tastes(orders) if self._is_free(person, taste[0])]
        self._rng.shuffle(found)
        new = PEOPLE - len(self._people)
        strangers = list({row[0].number: row for row in found if self._contact(row[0]) not in self._people}.values())[
            :new
        ]
        assert len(strangers) == new, f"{len(strangers)} of {new}"
        for row in strangers:
            self._notice(*row)
        for row in found:
            if (
                self._counts[Kind.OBSERVED] < NOTICED
                and self._contact(row[0]) in self._people
                and self._is_free(row[0], row[1])
            ):
                self._notice(*row)

    def guess(self, orders: list[PlannedOrder]) -> None:
        """Who bought gifts in December may do so again; others looked at one thing again and again."""
        givers = {order.person.number: order.person for order in orders if order.at.month == 12}
        rows = [(person, "gift_month", "December", "bought in December") for person in givers.values()]
        others = self._scene.known()
        self._rng.shuffle(others)
        rows += [(person, "brewing", "V60", "looked at “How we brew a V60” several times") for person in others]
        for person, key, value, label in rows:
            if self._counts[Kind.INFERRED] < GUESSED and self._may_have(person, key):
                self._write(
                    person, key, value, Kind.INFERRED, label, self._scene.at(self._rng.randint(5, 40), self._rng)
                )

    def hear(self) -> None:
        """What they told us in person; some of it too long ago, some of it said otherwise before."""
        wanted = [key for key, count in TOLD.items() for _ in range(count)] + ["allergy"] * ALLERGIC
        wanted += ["brewing"] * (TOLD_US - self._counts[Kind.STATED] - len(wanted))
        listeners = self._scene.known("en")
        stale = dict(STALE)
        for place, key in enumerate(wanted):
            old = stale.get(key, 0) > 0
            stale[key] = stale.get(key, 0) - old
            who = self._somebody(listeners, key)
            saying = KEYS[key].sayings[place % len(KEYS[key].sayings)]
            at = self._when(key, old=old)
            self._add(who, heard(self._scene, who, key, saying, at))
            self._say_otherwise_before(who, key, saying, at)

    def _say_otherwise_before(self, who: Person, key: str, saying: Saying, at: datetime) -> None:
        others = [other for other in KEYS[key].sayings if other.value != saying.value]
        if self._superseded < SUPERSEDED and key in {"brewing", "roast"} and others:
            self._superseded += 1
            self.statements.append(
                heard(self._scene, who, key, others[0], at - timedelta(days=self._rng.randint(20, 90)))
            )

    def _when(self, key: str, *, old: bool) -> datetime:
        fresh = KEYS[key].fresh_days
        days = fresh + self._rng.randint(8, 60) if old else self._rng.randint(2, min(fresh - 5, 200))
        return self._scene.at(days, self._rng)

    def _notice(self, person: Person, key: str, value: str, label: str) -> None:
        self._write(person, key, value, Kind.OBSERVED, label, self._scene.at(self._rng.randint(2, 30), self._rng))

    def _write(self, person: Person, key: str, value: str, kind: str, label: str, at: datetime) -> None:
        contact = self._contact(person)
        self._add(
            person,
            Statement(
                contact=contact,
                recorded_for=contact,
                key=key,
                value=value,
                kind=kind,
                at=at,
                source_kind="rule",
                source_label=label,
                by="seed",
            ),
        )

    def _add(self, person: Person, statement: Statement) -> None:
        self.statements.append(statement)
        self._taken.add((statement.contact, statement.key))
        self._people.add(statement.contact)
        self._counts[Kind(statement.kind)] += 1

    def _somebody(self, listeners: list[Person], key: str) -> Person:
        """Of the 141, preferably one of whom we know little."""
        fitting = [person for person in listeners if self._may_have(person, key)]
        return self._rng.choice(fitting)

    def _may_have(self, person: Person, key: str) -> bool:
        return self._contact(person) in self._people and self._is_free(person, key)

    def _is_free(self, person: Person, key: str) -> bool:
        contact = self._contact(person)
        return (contact, key) not in self._taken and contact not in self._barred

    def _contact(self, person: Person) -> int:
        return self._scene.contacts[person.number]


def _tastes(orders: list[PlannedOrder]) -> Iterator[tuple[Person, tuple[str, str, str]]]:
    """What somebody bought again and again, or for good: (key, value, "4 of 5 orders")."""
    people = {order.person.number: order.person for order in orders}
    made = Counter(order.person.number for order in orders)
    bought: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    named: dict[tuple[int, str], str] = {}
    for order in orders:
        for taste, name in {line.ware.taste: line.ware.name for line in order.lines if line.ware.taste}.items():
            bought[order.person.number][taste] += 1
            named[order.person.number, taste[0]] = name
    for number, tastes in bought.items():
        for (key, value), count in tastes.most_common():
            often = f"{count} of {made[number]} orders"
            label = often if BOUGHT_OFTEN[key] > 1 else f"bought: {named[number, key]}"
            if count >= BOUGHT_OFTEN[key]:
                yield people[number], (key, value, label)


def heard(scene: Scene, who: Person, key: str, saying: Saying, at: datetime) -> Statement:
    contact = scene.contacts[who.number]
    return Statement(
        contact=contact,
        recorded_for=contact,
        key=key,
        value=saying.value,
        kind=Kind.STATED,
        at=at,
        source_kind=saying.heard.kind,
        source_label=saying.heard.label,
        words=saying.words,
        question=KEYS[key].question if saying.heard.kind == "counter" else "",
        by=saying.heard.by,
    )
