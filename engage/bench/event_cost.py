"""`bench event_cost`: what an event costs the listening belt among many people, beside the same among few."""

import json
import random
import time
from statistics import median

from crm.contacts.models import Contact, Identity
from crm.events.actions import accept
from crm.events.models import Event
from crm.rules import parse
from crm.segments import membership
from crm.segments.models import Segment
from engage import listen
from engage.bench.scratch import copied, database, within
from engage.bench.segments import RULE
from engage.lib import clock, sql
from engage.seeds.busy import fill

FEW, EACH = 10_000, 10
EVENTS, BATCH, ROUNDS = 2_000, 100, 21
LOADS = {"one_each": 1, "ten_each": 10}
"""How many events come of each person: one of many people at random is the worst there is, ten are a visit."""


def run(*, contacts: int = 200_000, events: int = 2_000_000) -> dict[str, object]:
    """Milliseconds of an event at 10,000 people and at `contacts`, both with `events / contacts` events each.

    The few are a copy of the database from before the many came: rounds take turns, so that both meet the same noise.
    """
    with database():
        fill(contacts=FEW, events=FEW * EACH, say=_nothing)
        Segment.objects.create(name="Buys and stays", rule=RULE)
        Segment.objects.update(watched=True)
        _settle()
        with copied() as few:
            fill(contacts=contacts - FEW, events=events - FEW * EACH, say=_nothing)
            _settle()
            return {"contacts": contacts, "events": events} | {
                load: _compared(load, each, few) for load, each in LOADS.items()
            }


def _settle() -> None:
    """Everybody is where the rules put them before anything happens: else the first to be touched would all enter.
    And pages are as they are in a shop that has run for months: vacuumed, or the first to read one would write it
    again, for its hints, whole into the log."""
    for segment in Segment.objects.all():
        membership.rebuild(segment.pk, parse(segment.rule), at=clock.now())
    sql.run("VACUUM (ANALYZE)")
    sql.run("CHECKPOINT")


def _compared(load: str, each: int, few: str) -> dict[str, float]:
    """The medians of several rounds; the first of each warms up and is not counted."""
    at_few, at_many = [], []
    for number in range(ROUNDS + 1):
        with within(few):
            at_few.append(_round(f"few-{load}-{number}", each))
        at_many.append(_round(f"many-{load}-{number}", each))
    fewer, more = median(at_few[1:]), median(at_many[1:])
    return {"few_ms": round(fewer * 1000, 3), "many_ms": round(more * 1000, 3), "ratio": round(more / fewer, 3)}


def _round(label: str, each: int) -> float:
    """Events of people who have an account in the shop, `each` one after the other, in batches as its server sends
    them."""
    chance = random.Random(label)  # noqa: S311 figures, no secrets
    known = _accounts(chance)
    for start in range(0, EVENTS, BATCH):
        calls = [_call(f"{label}-{n}", known[n // each], chance) for n in range(start, start + BATCH)]
        accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=BATCH)
    began = time.perf_counter()
    while listen.step():
        pass
    spent = time.perf_counter() - began
    recorded = Event.objects.filter(source="write", message_id__startswith=f"{label}-").count()
    assert recorded == EVENTS, f"{recorded} of {EVENTS} events were recorded"
    return spent / EVENTS


def _accounts(chance: random.Random) -> list[str]:
    last = Contact.objects.order_by("-pk").values_list("pk", flat=True)[0]
    first = Contact.objects.order_by("pk").values_list("pk", flat=True)[0]
    drawn = [chance.randint(first, last) for _ in range(EVENTS * 3)]
    found = Identity.objects.filter(contact__in=drawn, kind="external").values_list("value", flat=True)
    return [f"{value}" for value in found[:EVENTS]]


def _call(message: str, account: str, chance: random.Random) -> dict:
    return {
        "type": "track",
        "messageId": message,
        "userId": account,
        "event": chance.choice(("Page Viewed", "Product Viewed", "Cart Left")),
        "timestamp": clock.now().isoformat(),
        "properties": {"path": f"/p/{chance.randrange(300)}"},
    }


def _nothing(_line: str) -> None:
    """Says nothing."""
