"""Messages whose turn has come go to the speaking belt, a few thousand ahead of it and no more: so that a broadcast can
be paused, throttled and cancelled, and a million of them stand in nobody's way."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.pacing import Pace, Used, allowed, use
from campaigns.broadcasts.wording import contents_for
from campaigns.guards.quiet import quiet_ends
from crm.business.models import Business
from crm.business.queries import business
from crm.dialogue.models import Message
from crm.rules import parse
from crm.segments import asking
from engage.lib import sql, wake
from engage.lib.local_time import zone_of

RESERVE = 5_000
"""Messages of broadcasts that the speaking belt has in hand, at most."""
FRESH = timedelta(hours=1)
"""A turn that comes so much later than it was due makes the message due anew: it is not too late by our own doing."""
LEFT = "left_audience"


class Next(NamedTuple):
    message: int
    contact: int
    zone: str
    language: str
    open: bool
    """Nothing has become of the message yet."""


def release(broadcast: Broadcast, at: datetime) -> int:
    """Hand over the next messages, as the pace and the reserve allow; how many turns were looked at. Sets `released`
    and what is used of the pace on the row, which the caller saves. Ten statements at most, and one for each zone in
    which it is quiet."""
    pace, used = pace_of(broadcast), Used(broadcast.paced, broadcast.batch_left)
    may = allowed(pace, used, at)
    if may == 0 or broadcast.probe or halted(broadcast):
        return 0
    free = room()
    turns = _next(broadcast, free if may is None else min(free, may), at) if free else []
    if not turns:
        return 0
    quiet = _put_off([turn for turn in turns if turn.open], business(), at)
    here = [turn for turn in turns if turn.message not in quiet]
    left = _left(broadcast, here, at)
    going = [turn for turn in here if turn.open and turn.message not in left]
    _take([turn.message for turn in here])
    _withhold(left, at)
    _hand_over(broadcast, going, at)
    used = use(pace, used, len(going), at)
    broadcast.paced, broadcast.batch_left = used.paced, used.left
    broadcast.released += len(here)
    return len(turns)


def pace_of(broadcast: Broadcast) -> Pace:
    return Pace(broadcast.per_hour, broadcast.batch, broadcast.batch_minutes)


def room() -> int:
    """How many more of one broadcast the speaking belt may have: its share of what is left of the reserve, so that none
    waits for another's end. One query."""
    ((in_hand, running),) = sql.rows(_ROOM, [Message.Lane.BULK, RESERVE, Broadcast.State.RUNNING])
    left = max(0, RESERVE - in_hand)
    return min(left, max(1, left // max(1, running)))


def halted(broadcast: Broadcast) -> str:
    """What stops it besides what is said of itself: "everything_stopped", "sender_stopped", "held" or "belt_stopped";
    '' for nothing. One query."""
    ((why,),) = sql.rows(_HALTED, [broadcast.origin])
    return why


def _next(broadcast: Broadcast, most: int, at: datetime) -> list[Next]:
    """The turns that have come, the oldest first; of the rest only once it is known what they get."""
    found = sql.rows(_NEXT, [broadcast.pk, False, at, most])
    if broadcast.winner and len(found) < most:
        found += sql.rows(_NEXT, [broadcast.pk, True, at, most - len(found)])
    return [Next(*row) for row in found]


def _put_off(turns: Collection[Next], shop: Business, at: datetime) -> set[int]:
    """Where it is quiet now, their turn comes when it ends; these messages. One statement for each such zone."""
    by_zone: dict[str, list[int]] = defaultdict(list)
    for turn in turns:
        by_zone[turn.zone].append(turn.message)
    quiet: set[int] = set()
    for zone, messages in by_zone.items():
        if ends := quiet_ends(at, zone_of(zone, shop.timezone), shop.quiet_from, shop.quiet_until):
            sql.run("UPDATE campaigns_broadcasts_turn SET due = %s WHERE message_id = ANY(%s)", [ends, messages])
            quiet |= set(messages)
    return quiet


def _left(broadcast: Broadcast, turns: Collection[Next], at: datetime) -> set[int]:
    """Of a live audience those who are no longer in it."""
    if broadcast.audience != Broadcast.Audience.LIVE or not turns:
        return set()
    still = {
        contact
        for _rule, contact in asking.answers({0: parse(broadcast.whom)}, [turn.contact for turn in turns], at=at)
    }
    return {turn.message for turn in turns if turn.open and turn.contact not in still}


def _take(messages: Collection[int]) -> None:
    if messages:
        sql.run("DELETE FROM campaigns_broadcasts_turn WHERE message_id = ANY(%s)", [list(messages)])


def _withhold(messages: Collection[int], at: datetime) -> None:
    if messages:
        sql.run(
            "UPDATE crm_dialogue_message SET state = 'withheld', why = %s, until = NULL, settled = %s "
            "WHERE id = ANY(%s)",
            [LEFT, at, list(messages)],
        )


def _hand_over(broadcast: Broadcast, turns: Collection[Next], at: datetime) -> None:
    """Those who waited for the winner get it; those whose turn is late are due anew."""
    messages = [turn.message for turn in turns]
    if not messages:
        return
    won = broadcast.variants.filter(letter=broadcast.winner)
    texts = contents_for(won, {"", *(turn.language for turn in turns)}).get(broadcast.winner, {})
    sql.run(_FRESHEN, {"contents": sql.document(texts), "messages": messages, "at": at, "old": at - FRESH})
    sql.run(
        "INSERT INTO crm_dialogue_outbox (message_id, lane, due) SELECT id, %s, %s FROM unnest(%s::bigint[]) AS m(id) "
        "ON CONFLICT (message_id) DO NOTHING",
        [Message.Lane.BULK, at, messages],
    )
    transaction.on_commit(lambda: wake.wake("speak"))


_ROOM = """
    SELECT (SELECT count(*) FROM (SELECT FROM crm_dialogue_outbox
            WHERE lane = %s AND due <= statement_timestamp() LIMIT %s) AS b),
        (SELECT count(*) FROM campaigns_broadcasts_broadcast WHERE finished IS NULL AND state = %s)
"""

_HALTED = """
    SELECT CASE
        WHEN EXISTS (SELECT FROM crm_contacts_pause
            WHERE contact_id IS NULL AND lifted IS NULL AND (until IS NULL OR until > statement_timestamp()))
        THEN 'everything_stopped'
        WHEN EXISTS (SELECT FROM crm_dialogue_senderstop WHERE lifted IS NULL) THEN 'sender_stopped'
        WHEN EXISTS (SELECT FROM crm_dialogue_hold WHERE origin = %s AND lifted IS NULL) THEN 'held'
        WHEN EXISTS (SELECT FROM crm_events_beltstop WHERE belt = 'speak' AND lifted IS NULL) THEN 'belt_stopped'
        ELSE '' END
"""

_NEXT = """
    SELECT m.id, m.contact_id, c.timezone, c.language, m.state IN ('queued', 'waiting')
    FROM (SELECT message_id, due FROM campaigns_broadcasts_turn
        WHERE broadcast_id = %s AND rest = %s AND due <= %s ORDER BY due, message_id LIMIT %s FOR UPDATE) AS t
    JOIN crm_dialogue_message AS m ON m.id = t.message_id JOIN crm_contacts_contact AS c ON c.id = m.contact_id
"""

_FRESHEN = """
    UPDATE crm_dialogue_message AS m SET at = CASE WHEN m.at < %(old)s THEN %(at)s ELSE m.at END,
        content_id = COALESCE(m.content_id, COALESCE(
            %(contents)s::jsonb ->> c.language, %(contents)s::jsonb ->> '')::bigint)
    FROM crm_contacts_contact AS c
    WHERE m.id = ANY(%(messages)s) AND c.id = m.contact_id AND (m.at < %(old)s OR m.content_id IS NULL)
"""
