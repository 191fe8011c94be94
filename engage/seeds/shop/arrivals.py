"""How the people came: most by signing up on the website or buying there, the cafés from a list on paper."""

import csv
import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crm.contacts.imports import consents, running
from crm.contacts.models import Identity
from engage.seeds import belts
from engage.seeds.shop.chance import lot
from engage.seeds.shop.orders import PlannedOrder
from engage.seeds.shop.people import NEW_TODAY, Group, Permission, Person
from engage.seeds.shop.scene import Scene

PAPER = "ticked “write to me about offers” on the paper list at our counter"
COLUMNS = ("customer number", "name", "email", "phone", "language", "country", "company", "consent_at")
LONGEST = 345
"""Days since the first of them came: what they told us then is still fresh."""

DUPLICATES = 3


def plan(scene: Scene, orders: list[PlannedOrder]) -> dict[int, datetime]:
    """When each person came: before their first order as a rule, and 17 of the list within the last day."""
    rng = lot("the arrivals")
    first: dict[int, datetime] = {}
    for order in orders:
        first.setdefault(order.person.number, order.at)
    new = {person.number for person in rng.sample([*filter(_may_be_new, scene.people)], NEW_TODAY)}
    return {person.number: _came(scene, person, first, new, rng) for person in scene.people}


def write(scene: Scene) -> None:
    """Everybody who came before today, as history."""
    _bring([person for person in scene.people if person.is_brought], scene)
    signed = [person for person in scene.people if person.is_known and not person.is_brought]
    belts.feed((identified(person, scene) for person in signed if not is_new(person, scene)), source="import")
    belts.drain()


def is_new(person: Person, scene: Scene) -> bool:
    return scene.now - scene.came[person.number] < timedelta(days=1)


def identified(person: Person, scene: Scene) -> dict[str, Any]:
    """The identify call with which the shop's server introduces somebody."""
    traits = {
        "email": person.email,
        "name": person.name,
        "firstName": person.first_name,
        "language": person.language,
        "address": {"country": person.country},
    }
    return {
        "type": "identify",
        "userId": person.external,
        "anonymousId": person.device,
        "messageId": f"demo-identify-{person.number}",
        "timestamp": scene.came[person.number].isoformat(),
        "traits": traits | ({"phone": person.phone} if person.phone else {}),
    }


def look_up(scene: Scene) -> None:
    """The keys of all who are there by now."""
    numbers = {person.external if person.is_known else person.device: person.number for person in scene.people}
    found = Identity.objects.filter(kind__in=["external", "anonymous"], value__in=list(numbers))
    scene.contacts |= {numbers[value]: contact for value, contact in found.values_list("value", "contact")}


def meet_twice(scene: Scene) -> None:
    """Three people who bought with a second address that somebody on the list has: perhaps they are the same."""
    rng = lot("the duplicates")
    buyers = rng.sample([person for person in scene.people if person.group is Group.FEW], DUPLICATES)
    others = rng.sample([*filter(_may_be_new, scene.people)], DUPLICATES)
    belts.feed((_second(one, other, scene) for one, other in zip(buyers, others, strict=True)), source="import")
    belts.drain()


def _second(one: Person, other: Person, scene: Scene) -> dict[str, Any]:
    call = identified(one, scene)
    call["traits"] = {"email": other.email}
    return call | {"messageId": f"demo-second-{one.number}", "timestamp": (scene.now - timedelta(days=3)).isoformat()}


def _may_be_new(person: Person) -> bool:
    return person.group is Group.LIST and person.permission is Permission.DOUBLE_OPT_IN


def _came(scene: Scene, person: Person, first: dict[int, datetime], new: set[int], rng: random.Random) -> datetime:
    before, days = rng.randint(1, 25), rng.randint(2, LONGEST)
    if person.number in new:
        return scene.now - timedelta(minutes=30 + rng.randrange(20 * 60))
    if person.number in first:
        days = min(LONGEST, scene.days_since(first[person.number]) + before)
    return scene.at(days, rng)


def _bring(people: list[Person], scene: Scene) -> None:
    """From a file, as `import_contacts` does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper-list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *_rows(people, scene)])
        offers = consents.permission(f"offers:{PAPER}")
        said = {"given": True, "each": [[offers.topic, offers.words]]}
        running.at_once(path, permission=said, by="Olga Marsh", at=scene.now)


def _rows(people: list[Person], scene: Scene) -> Iterator[tuple[str, ...]]:
    for person in people:
        came = scene.came[person.number].isoformat()
        yield (
            *(person.external, person.name, person.email, person.phone, person.language, person.country),
            *(person.company, came),
        )
