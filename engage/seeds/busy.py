"""Many people and what they did, by COPY, for measuring. Nothing of it walks a belt, so nothing starts by it.

The crowd is as uneven as a real one: a few people do most of what is done, and more was done lately than long ago.
What a person is follows from their number, so that two homes of one size are alike.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched

from crm.contacts.imports.people import IDENTITY
from crm.contacts.models import Topic
from crm.events.recording import COLUMNS as EVENT
from crm.preferences.models import PreferenceKey
from engage.dashboard.firstrun.defaults import lay_defaults
from engage.lib import clock, ids, partitions, sql

SLICE = 100_000
"""Rows of one COPY, each a transaction of its own."""

YEAR = 365 * 86400
ORDERED = "Order Completed"
NAMES = (
    ("Page Viewed",) * 55 + ("Product Viewed",) * 25 + ("Products Searched",) * 9 + ("Cart Left",) * 7 + (ORDERED,) * 4
)
LANGUAGES = ("en",) * 84 + ("es",) * 11 + ("zh",) * 5
COUNTRIES = ("GB",) * 7 + ("ES", "US", "IE")
MILKS = ("oat",) * 3 + ("soy",) * 2 + ("whole",) * 4 + ("almond",)
HOWS = ("double_opt_in", "double_opt_in", "form", "import")

CONTACT = ("id", "uid", "name", "first_name", "language", "country", "origin", "attributes", "created", "last_seen")
ORDER = ("uid", "external_id", "contact_id", "recorded_for_id", "at", "received", "total", "currency", "source")
PREFERENCE = (
    "uid",
    "contact_id",
    "recorded_for_id",
    "key_id",
    "value",
    "kind",
    "rank",
    "source_kind",
    "at",
    "received",
)
CONSENT = ("contact_id", "recorded_for_id", "topic_id", "channel", "state", "how", "words", "source", "by", "at")


def fill(*, contacts: int, events: int, say: Callable[[str], object]) -> None:
    """So many more people, each with an address, and so many events of the last year spread over them.

    Every order among the events stands in the catalog too; about half of the people said what milk they take, and most
    whether we may write to them.
    """
    now = clock.now()
    lay_defaults(at=now)
    for first in partitions.months((now - timedelta(seconds=YEAR)).date(), 13):
        partitions.ensure("crm_events_event", first)
    [(first,)] = sql.rows("SELECT nextval(pg_get_serial_sequence('crm_contacts_contact', 'id'))")
    numbers = range(first, first + contacts)
    for part in batched(numbers, SLICE, strict=False):
        _people(part, now)
    sql.rows("SELECT setval(pg_get_serial_sequence('crm_contacts_contact', 'id'), %s)", [first + contacts])
    say(f"{contacts:,} people.")
    for part in batched(range(events if contacts else 0), SLICE, strict=False):
        _deeds(part, numbers, now)
    sql.run("ANALYZE")
    say(f"{events if contacts else 0:,} events.")


def _people(part: tuple[int, ...], now: datetime) -> None:
    topic = Topic.objects.get(key="offers").pk
    milk, _new = PreferenceKey.objects.get_or_create(key="milk", defaults={"label": "milk", "citable": True})
    sql.copy("crm_contacts_contact", CONTACT, (_contact(number, now) for number in part))
    sql.copy("crm_contacts_identity", IDENTITY, _identities(part))
    told = (number for number in part if _milk(number))
    sql.copy("crm_preferences_preference", PREFERENCE, (_preference(number, milk.pk, now) for number in told))
    asked = (number for number in part if number % 10 < 8)
    sql.copy("crm_contacts_consent", CONSENT, (_consent(number, topic, now) for number in asked))


def _deeds(part: tuple[int, ...], numbers: range, now: datetime) -> None:
    rng = random.Random(f"{numbers.start} {part[0]}")  # noqa: S311 figures, no secrets
    events = [_event(place, numbers, rng, now) for place in part]
    sql.copy("crm_events_event", EVENT, events)
    sql.copy("crm_catalog_order", ORDER, _orders(events, rng))


def _long_ago(number: int, now: datetime) -> datetime:
    """Somewhere in the last year, for each person at another time; neighbours lie far apart, so that a few people are
    spread over it like many, whatever their numbers (a multiple of the golden section)."""
    return now - timedelta(seconds=number * 19_490_167 % YEAR)


def _milk(number: int) -> str:
    """What they take, of those who said so."""
    return MILKS[number * 31 % len(MILKS)] if number % 9 < 4 else ""


def _contact(number: int, now: datetime) -> tuple:
    seen, name = _long_ago(number, now), f"Person {number}"
    language, country = LANGUAGES[number * 37 % 100], COUNTRIES[number * 3 % 10]
    attributes = f'{{"milk": "{_milk(number)}"}}' if _milk(number) else "{}"
    return number, ids.uuid7(), name, name, language, country, "seed busy", attributes, seen, seen


def _identities(numbers: Iterable[int]) -> Iterator[tuple]:
    """An address for everybody; every second one has an account in the shop too."""
    for number in numbers:
        yield number, number, "email", f"person-{number}@busy.example", "import"
        if number % 2:
            yield number, number, "external", f"busy-{number}", "import"


def _preference(number: int, key: int, now: datetime) -> tuple:
    at, (kind, rank) = _long_ago(number * 13, now), (("stated", 3), ("observed", 2))[number % 3 == 0]
    return ids.uuid7(), number, number, key, _milk(number), kind, rank, "import", at, at


def _consent(number: int, topic: int, now: datetime) -> tuple:
    state, how = "withdrawn" if number % 13 == 0 else "granted", HOWS[number % len(HOWS)]
    return number, number, topic, "email", state, how, "seed busy", "busy", "seed", _long_ago(number * 7, now)


def _event(place: int, numbers: range, rng: random.Random, now: datetime) -> tuple:
    eager = int(len(numbers) * rng.random() ** 2.5)
    contact = numbers[eager * 7919 % len(numbers)]
    at = now - timedelta(seconds=1 + YEAR * rng.random() ** 1.3)
    properties = f'{{"path": "/p/{place % 300}", "price": {place % 400 / 10}}}'
    name = NAMES[int(rng.random() * len(NAMES))]
    return contact, contact, f"busy-{place}", "track", name, at, at, True, "import", properties, "{}", "", 0


def _orders(events: Iterable[tuple], rng: random.Random) -> Iterator[tuple]:
    for event in events:
        if event[4] == ORDERED:
            contact, at, uid = event[0], event[5], ids.uuid7()
            total = f"{5 + 60 * rng.random() ** 3:.2f}"
            yield uid, f"busy-{uid}", contact, contact, at, at, total, "GBP", "import"
