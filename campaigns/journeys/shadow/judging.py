"""The guards, asked about messages that are never sent: at the moment they would have gone, by the same functions and
with the same facts as the speaking belt asks them."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from campaigns.channels.addresses import addresses
from campaigns.guards.gathering import gather, settled
from campaigns.guards.guards import WEEK, Wait, Withhold
from campaigns.guards.queries import Surroundings
from campaigns.journeys.models import ShadowMessage
from crm.business.models import Business
from crm.business.queries import business
from crm.contacts.actions import hold
from crm.dialogue.merging import DROP, MERGE, ON_HOLD, STEP
from crm.dialogue.models import Message
from crm.dialogue.outbox import Claimed
from engage.lib import belts, clock, sql

log = logging.getLogger(__name__)

CHUNK = 1000
LOOK_AGAIN = timedelta(minutes=10)
"""When the guards are asked again about what waits for the end of something that has no time."""
Fate = ShadowMessage.Fate


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message in shadow, as the guards look at one; its negative key tells it from those that are sent. `why` held it
    before."""

    message: Claimed
    why: str


def run() -> int:
    """Judge what is due, for ten seconds at most. Returns the number of messages."""
    return belts.drain(step)


def step() -> int:
    """A chunk in one transaction; how many messages were judged, 0 when nothing is due or it must come again."""
    try:
        with transaction.atomic():
            return judge_due(at=clock.now())
    except belts.PASSING as error:
        log.warning("messages in shadow come again: %s", type(error).__name__)
        return 0


def judge_due(*, at: datetime) -> int:
    """What the guards say of each now. Who is in other hands comes again. A constant number of queries."""
    due = _due(at)
    if not due:
        return 0
    held = hold(contacts={one.message.contact for one in due}, skip_locked=True).present
    ours = [one for one in due if one.message.contact in held]
    belts.isolate(ours, lambda part: judge_all(part, at=at), _give_up)
    return len(ours)


def judge_all(ours: Sequence[Unsent], *, at: datetime) -> None:
    """Hold their people first. One after the other: each meets the week that those before it left."""
    shop = business()
    messages = [one.message for one in ours]
    waiting = _waiting([message.contact for message in messages], [-message.id for message in messages])
    everything = {one.message.id: one for one in (*ours, *waiting)}
    looked_at = [one.message for one in everything.values()]
    surroundings = Surroundings(looked_at, addresses(looked_at), shop, at)
    for gone, went, inside in _gone({message.contact for message in messages}, at, shop):
        (surroundings.count_inside if inside else surroundings.count)(gone, went)
    gathered = gather(messages, [one.message for one in waiting], surroundings, at)
    kept = [_held(everything[message.id], verdict, at) for message, verdict in gathered.held]
    for carrier, *parts in gathered.groups:
        kept.append(_gone_row(everything[carrier.id], at, Fate.LATER if everything[carrier.id].why else Fate.WENT))
        kept += [_gone_row(everything[part.id], at, Fate.MERGED) for part in parts]
    _keep(kept)


def _give_up(one: Unsent, error: Exception) -> None:
    """A fault of ours: it would not have gone."""
    detail = {"fault": type(error).__name__}
    _keep([_row(one) | {"fate": Fate.WITHHELD, "why": "fault", "detail": detail}])


def _gone_row(one: Unsent, at: datetime, fate: str) -> dict:
    """What is kept of one that went: what held it before stays."""
    return _row(one) | {"went": at, "fate": fate}


def _held(one: Unsent, verdict: Wait | Withhold, at: datetime) -> dict:
    row, told = _row(one), settled(one.message, verdict)
    row |= {"why": verdict.why, "detail": verdict.detail}
    if told.state == Message.State.WAITING:
        return row | {"fate": Fate.WAITING, "due": told.until or at + LOOK_AGAIN}
    return row | {"fate": Fate.DROPPED if isinstance(verdict, Wait) else Fate.WITHHELD}


def _row(one: Unsent) -> dict:
    return {"id": -one.message.id, "due": None, "went": None, "why": None, "detail": None}


def _keep(settled: Sequence[dict]) -> None:
    sql.run(_SETTLE, [orjson.dumps(settled).decode()])


def _due(at: datetime) -> list[Unsent]:
    """The longest overdue first, locked."""
    return [_unsent(row) for row in sql.rows(_DUE, [at, CHUNK])]


def _waiting(contacts: Collection[int], besides: Collection[int]) -> list[Unsent]:
    """What is held of these people and may go inside another, locked, the longest first."""
    return [_unsent(row) for row in sql.rows(_MERGING, [list(contacts), list(besides)])]


def _unsent(row: Sequence[Any]) -> Unsent:
    *of, drops, merges, why = row
    message = _claimed(*of)
    message.origin = STEP
    message.state = Message.State.WAITING if why else Message.State.QUEUED
    message.variables |= {ON_HOLD: DROP} if drops else {ON_HOLD: MERGE} if merges else {}
    return Unsent(message, why)


def _gone(contacts: Collection[int], at: datetime, shop: Business) -> Sequence[tuple[Claimed, datetime, bool]]:
    """What would have gone to these people of late, by all that is in shadow now, when, and whether inside another."""
    since = at - max(WEEK, timedelta(days=shop.question_days))
    return [
        (_claimed(*row), went, fate == Fate.MERGED) for *row, went, fate in sql.rows(_GONE, [list(contacts), since])
    ]


def _claimed(
    id: int,
    uid: UUID,
    contact: int,
    recorded_for: int,
    klass: str,
    channel: str,
    topic: int | None,
    content: int,
    at: datetime,
    routes: Any,
) -> Claimed:
    return Claimed.unsent(
        id=-id,
        uid=uid,
        contact=contact,
        recorded_for=recorded_for,
        klass=klass,
        channel=channel,
        topic=topic,
        content=content,
        at=at,
        routes=sql.decoded(routes),
    )


_MESSAGE = """m.id, e.uid, e.contact_id, e.recorded_for_id, m.class, m.channel, m.topic_id, m.content_id, m.asked,
    m.routes"""

_DUE = f"""
    SELECT {_MESSAGE}, m.drops, m.merges, m.why
    FROM campaigns_journeys_shadowmessage AS m JOIN campaigns_journeys_enrolment AS e ON e.id = m.enrolment_id
    WHERE m.due <= %s ORDER BY m.due, m.id LIMIT %s FOR UPDATE OF m SKIP LOCKED
"""  # noqa: S608 our own constant

_MERGING = f"""
    SELECT {_MESSAGE}, m.drops, m.merges, m.why
    FROM campaigns_journeys_shadowmessage AS m JOIN campaigns_journeys_enrolment AS e ON e.id = m.enrolment_id
    WHERE e.contact_id = ANY(%s) AND e.shadow AND m.merges AND m.fate = 'waiting' AND m.why <> '' AND m.due IS NOT NULL
      AND m.id <> ALL(%s)
    ORDER BY m.asked, m.id FOR UPDATE OF m SKIP LOCKED
"""  # noqa: S608 our own constant

_GONE = f"""
    SELECT {_MESSAGE}, m.went, m.fate
    FROM campaigns_journeys_shadowmessage AS m JOIN campaigns_journeys_enrolment AS e ON e.id = m.enrolment_id
    JOIN campaigns_journeys_journey AS j ON j.id = e.journey_id AND j.state = 'shadow' AND e.began >= j.state_at
    WHERE e.contact_id = ANY(%s) AND e.shadow AND m.went > %s ORDER BY m.went
"""  # noqa: S608 our own constant

_SETTLE = """
    UPDATE campaigns_journeys_shadowmessage AS m
    SET due = s.due, fate = s.fate, went = s.went, why = coalesce(s.why, m.why), detail = coalesce(s.detail, m.detail)
    FROM json_to_recordset(%s)
        AS s(id bigint, due timestamptz, fate text, went timestamptz, why text, detail jsonb)
    WHERE m.id = s.id
"""
