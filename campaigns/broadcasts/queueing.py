"""The audience becomes messages: a slice of contacts per transaction, by key, each message with its turn.

`due` is raised by the people whom the rule found, never by the messages made of them, so that the ledger's sum can
fail. Unique keys make it once; whoever is killed leaves the cursor where the last commit put it.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.schedule import turns
from campaigns.broadcasts.wording import contents_for
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.dialogue.actions import owe
from crm.rules import parse
from crm.segments import asking
from engage.lib import ids, sql

SPAN = 20_000
"""Keys of contacts that one slice looks at: about a second, however few of them the rule finds."""
LOOK_AGAIN = timedelta(minutes=5)
"""So often one looks for people who came into a live audience."""
BUCKETS = 10_000
"""A person's place in the draw, by a hash of the broadcast and the person: the same whenever it is asked."""


def queue_slice(broadcast: Broadcast, at: datetime) -> int:
    """Queue the next people of the audience; how many keys were looked at, 0 once all were. Sets the cursor, `due` and
    at last `queued` on the row, which the caller saves. Five statements."""
    if not looks_through(broadcast):
        return 0
    until = min(broadcast.cursor + SPAN, broadcast.upto)
    found = _insert(broadcast, until, at) if until > broadcast.cursor else 0
    if found:
        owe({broadcast.origin: found})
        broadcast.due += found
    looked, broadcast.cursor = until - broadcast.cursor, until
    if until >= broadcast.upto:
        broadcast.queued = broadcast.queued or at
        broadcast.looked_again = at
    return max(looked, 1)


def look_again(broadcast: Broadcast) -> None:
    """Go through the contacts once more, for who came into a live audience. One query."""
    broadcast.cursor, broadcast.upto = span_of_contacts()
    broadcast.looked_again = None


def looks_through(broadcast: Broadcast) -> bool:
    """Whether contacts are still to be looked at."""
    return broadcast.looked_again is None


def span_of_contacts() -> tuple[int, int]:
    """The key before the oldest contact, and the newest one's. One query."""
    ends = Contact.objects.aggregate(oldest=Min("pk"), newest=Max("pk"))
    return (ends["oldest"] or 1) - 1, ends["newest"] or 0


def bucket(uid: object, contact: int) -> int:
    """A person's place in the draw, as the statement below computes it."""
    return int(hashlib.md5(f"{uid}:{contact}".encode(), usedforsecurity=False).hexdigest()[:8], 16) % BUCKETS


def shares(variants: int, sample_percent: int) -> list[int]:
    """For each variant the first bucket beyond its own; what is beyond all waits for the winner."""
    sample = BUCKETS if variants == 1 else BUCKETS * sample_percent // 100
    return [sample * (number + 1) // variants for number in range(variants)]


def _insert(broadcast: Broadcast, until: int, at: datetime) -> int:
    """Make messages of the people whom the rule finds; how many it found."""
    began, live = broadcast.began or at, broadcast.audience == Broadcast.Audience.LIVE
    condition, values = asking.where(parse(broadcast.whom), at=at if live else began)
    again = _NOT_YET if broadcast.queued else ""
    variants = list(broadcast.variants.all())
    languages, zones = _spoken(broadcast, until)
    draw, drawn = _draw(broadcast, [one.letter for one in variants])
    ((found,),) = sql.rows(
        _INSERT.format(condition=condition, again=again, draw=draw, uuid=ids.UUID7_SQL),
        [
            *(broadcast.cursor, until, *values, *([broadcast.origin] if again else []), *drawn),
            sql.document(contents_for(variants, languages)),
            sql.document({zone: moment.isoformat() for zone, moment in _due(broadcast, zones, began).items()}),
            *(broadcast.channel, broadcast.topic_id, broadcast.origin, broadcast.pk),
        ],
    )
    return found


def _draw(broadcast: Broadcast, letters: list[str]) -> tuple[str, list[Any]]:
    """Who gets which version, as SQL with its values; NULL for whoever waits for the winner."""
    if len(letters) == 1:
        return "%s::text", letters
    return _BUCKET, [letters, f"{broadcast.uid}:", BUCKETS, shares(len(letters), broadcast.sample_percent)]


def _due(broadcast: Broadcast, zones: Collection[str], began: datetime) -> dict[str, datetime]:
    """When people of each zone have their turn."""
    return turns(broadcast.send_at or began, broadcast.clock, zones, shop=business().timezone, now=began)


def _spoken(broadcast: Broadcast, until: int) -> tuple[set[str], set[str]]:
    """The languages and time zones of the people in the slice, and "" for whoever changes theirs meanwhile. One
    query."""
    found = sql.rows(_SPOKEN, [broadcast.cursor, until])
    return {"", *(language for language, _ in found)}, {"", *(zone for _, zone in found)}


_SPOKEN = "SELECT DISTINCT language, timezone FROM crm_contacts_contact WHERE id > %s AND id <= %s"

_NOT_YET = """ AND NOT EXISTS (
    SELECT FROM crm_dialogue_message AS m WHERE m.contact_id = c.id AND m.direction = 'out' AND m.origin = %s)"""

_BUCKET = """(%s::text[])[1 + width_bucket(
    (('x' || substr(md5(%s || id), 1, 8))::bit(32)::bigint %% %s)::int, %s::int[])]"""

_INSERT = """
    WITH audience AS MATERIALIZED (
        SELECT c.id, c.language, c.timezone FROM crm_contacts_contact c
        WHERE c.id > %s AND c.id <= %s AND {condition}{again}
    ), placed AS (
        SELECT id, language, timezone, {draw} AS letter FROM audience
    ), timed AS (
        SELECT p.id, COALESCE(
                t.contents -> p.letter ->> p.language, t.contents -> p.letter ->> '')::bigint AS content,
            COALESCE(z.zones ->> p.timezone, z.zones ->> '')::timestamptz AS due
        FROM placed AS p, (SELECT %s::jsonb AS contents) AS t, (SELECT %s::jsonb AS zones) AS z
    ), made AS (
        INSERT INTO crm_dialogue_message (uid, contact_id, recorded_for_id, direction, class, channel, lane, topic_id,
            origin, occurrence, content_id, state, why, at, received)
        SELECT {uuid}, id, id, 'out', 'marketing', %s, 2, %s, %s, '', content, 'queued', 'turn', due,
            transaction_timestamp()
        FROM timed ON CONFLICT DO NOTHING RETURNING id, content_id, at
    ), queued AS (
        INSERT INTO campaigns_broadcasts_turn (message_id, broadcast_id, rest, due)
        SELECT id, %s, content_id IS NULL, at FROM made
    )
    SELECT count(*) FROM audience
"""
