"""Many people and events by COPY, for measuring. Nothing of it walks a belt."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import batched

from crm.contacts.imports.people import IDENTITY
from crm.events.recording import COLUMNS as EVENT
from engage.dashboard.firstrun.defaults import lay_defaults
from engage.lib import clock, ids, sql

NAMES = ("Page Viewed", "Page Viewed", "Page Viewed", "Product Viewed", "Products Searched", "Order Completed")
SLICE = 100_000
"""Rows of one COPY, each a transaction of its own."""

CONTACT = ("id", "uid", "name", "first_name", "language", "country", "origin", "created", "last_seen")


def fill(*, contacts: int, events: int, say: Callable[[str], object]) -> None:
    """So many people with an address each, and events spread evenly over them and a year."""
    now = clock.now()
    lay_defaults(at=now)
    [(first,)] = sql.rows("SELECT nextval(pg_get_serial_sequence('crm_contacts_contact', 'id'))")
    numbers = range(first, first + contacts)
    for part in batched(numbers, SLICE, strict=False):
        sql.copy("crm_contacts_contact", CONTACT, (_contact(number, now) for number in part))
        sql.copy("crm_contacts_identity", IDENTITY, (_identity(number) for number in part))
    sql.rows("SELECT setval(pg_get_serial_sequence('crm_contacts_contact', 'id'), %s)", [first + contacts])
    say(f"{contacts:,} people.")
    for part in batched(range(events if contacts else 0), SLICE, strict=False):
        sql.copy("crm_events_event", EVENT, _events(part, numbers, now))
    sql.run("ANALYZE")
    say(f"{events if contacts else 0:,} events.")


def _contact(number: int, now: datetime) -> tuple:
    seen = now - timedelta(minutes=number * 7919 % 525_600)
    return number, ids.uuid7(), f"Person {number}", f"Person {number}", "en", "GB", "seed busy", seen, seen


def _identity(number: int) -> tuple:
    return number, number, "email", f"person-{number}@busy.example", "import"


def _events(part: tuple[int, ...], numbers: range, now: datetime) -> Iterator[tuple]:
    rng = random.Random(part[0])  # noqa: S311 figures, no secrets
    for place in part:
        contact = numbers[place % len(numbers)]
        at = now - timedelta(seconds=rng.randrange(31_536_000))
        yield contact, contact, f"busy-{place}", "track", rng.choice(NAMES), at, now, True, "import", "{}", "{}", "", 0
