"""Writes on the inbox: accepting envelopes, deriving facts, letters that died, belts that stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from crm.events import reading
from crm.events.envelope import TRUSTED
from crm.events.models import BeltStop, DeadLetter
from engage.lib import ids, sql, wake

_ACCEPT = (
    "INSERT INTO crm_events_inbox (uid, source, call, body, events, cause, depth) VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something we know first-hand about a contact: a final answer, a segment entered, a conversation closed.

    `contact` and `recorded_for` are primary keys. The same `message_id` is recorded once. `remember` holds
    statements as `crm.preferences.actions.Statement` takes them, but for the contact. `found_us` is what they answered
    who were asked how they found us. `depth` is one more than that of the event which led to it.
    """

    contact: int
    recorded_for: int
    name: str
    at: datetime
    message_id: str
    properties: dict = field(default_factory=dict)
    remember: list[dict] = field(default_factory=list)
    found_us: str = ""
    depth: int = 0


def accept(*, source: str, call: str, body: str, events: int) -> None:
    """Keep an envelope: one INSERT. Once this returned (and committed), it is never lost."""
    sql.run(_ACCEPT, [ids.uuid7(), source, call, body, events, "", 0])
    transaction.on_commit(_wake)


def derive(facts: Sequence[Fact], *, source: str = "derived", cause: str = "") -> None:
    """Append facts to the inbox, one envelope each, in the caller's transaction. One INSERT for all."""
    if not facts:
        return
    assert source in TRUSTED
    sql.run(
        "INSERT INTO crm_events_inbox (uid, source, call, body, cause, depth) "
        "SELECT uid, %s, 'fact', body, %s, depth FROM unnest(%s::uuid[], %s::text[], %s::int[]) AS f(uid, body, depth)",
        [
            source,
            cause[:120],
            [ids.uuid7() for _ in facts],
            [_text(fact) for fact in facts],
            [fact.depth for fact in facts],
        ],
    )
    transaction.on_commit(_wake)


def bury(letters: Sequence[tuple[datetime, str, Any, str, str]], *, at: datetime) -> None:
    """Dead-letter events: (received, source, raw, reason, fault). One INSERT for all."""
    DeadLetter.objects.bulk_create(
        DeadLetter(
            received=received,
            source=source,
            body=reading.dump(raw) if not isinstance(raw, str) else raw,
            reason=reason[:500],
            fault=fault[:80],
            died=at,
        )
        for received, source, raw, reason, fault in letters
    )


def retry(letter: DeadLetter, *, at: datetime) -> bool:
    """Put a dead letter into the inbox again; False if somebody did so before."""
    with transaction.atomic():
        if not DeadLetter.objects.filter(pk=letter.pk, retried=None).update(retried=at):
            return False
        call = "fact" if letter.source in TRUSTED else "batch"
        body = letter.body if call == "fact" else f'{{"batch":[{letter.body}]}}'
        sql.run(
            "INSERT INTO crm_events_inbox (uid, received, source, call, body, events, cause, depth) "
            "VALUES (%s, %s, %s, %s, %s, 1, '', 0)",
            [ids.uuid7(), letter.received, letter.source, call, body],
        )
    transaction.on_commit(_wake)
    return True


def stop_belt(belt: str, *, reason: str, at: datetime) -> None:
    """The belt claims nothing more until somebody lifts it."""
    BeltStop.objects.bulk_create([BeltStop(belt=belt, reason=reason[:500], at=at)], ignore_conflicts=True)


def start_belt(belt: str, *, by: str, at: datetime) -> None:
    """Somebody has looked: go on."""
    BeltStop.objects.filter(belt=belt, lifted=None).update(lifted=at, lifted_by=by)
    transaction.on_commit(lambda: wake.wake(belt))


def _wake() -> None:
    wake.wake("listen")


def _text(fact: Fact) -> str:
    return orjson.dumps(
        {
            "contact": fact.contact,
            "recorded_for": fact.recorded_for,
            "name": fact.name,
            "at": fact.at.isoformat(),
            "message_id": fact.message_id,
            "properties": fact.properties,
            "remember": fact.remember,
            "found_us": fact.found_us,
        }
    ).decode()
