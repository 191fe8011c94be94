"""The ledger hears what became of messages that left: rows are found, folded and written in sets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from crm.dialogue.fold import HANDED, TIMES, Bounce, Standing, fold, state_after
from crm.dialogue.models import Message, Report, SenderStop, Touch
from crm.dialogue.reports import Heard
from engage.lib import sql

State = Message.State
SOFT_IN_A_ROW = 3
BOUNCED = "bounced"
"""The reason's code on a message that came back."""


@dataclass(slots=True)
class Sent:
    """A message that may have left, with its standing before this chunk's reports and `now`, after them."""

    id: int
    uid: UUID
    contact: int
    recorded_for: int
    origin: str
    topic: int | None
    channel: str
    address: str
    header_id: str
    settled: datetime | None
    state: str
    before: Standing
    now: Standing

    def hear(self, heard: Heard) -> bool:
        """Fold one report in; whether it was news. A server's refusal is told once, by ourselves, and stands in the
        row already; nothing else is true of a message that was never handed over."""
        if self.state == State.FAILED:
            return heard.kind == Report.Kind.REFUSED
        known = self.now
        self.now = fold(known, heard.kind, heard.at, heard.bounce)
        return self.now != known


def find_sent(heard: Sequence[Heard]) -> dict[tuple[UUID | None, str], Sent]:
    """The messages that these reports are about, locked, by (message, header_id) as the reports name them. Only what
    may have left is found, and what was refused as it should. One statement."""
    uids = sorted({one.message for one in heard if one.message})
    headers = sorted({one.header_id for one in heard if not one.message and one.header_id})
    if not uids and not headers:
        return {}
    rows = sql.rows(
        """
        SELECT id, uid, contact_id, recorded_for_id, origin, topic_id, channel, address, header_id, settled, state,
            delivered, bounced, complained, opened, clicked, why, detail
        FROM crm_dialogue_message
        WHERE (uid = ANY(%s) OR (header_id = ANY(%s) AND header_id <> '')) AND direction = 'out' AND state = ANY(%s)
        ORDER BY id FOR NO KEY UPDATE
        """,
        [uids, headers, sorted(HANDED | {State.FAILED})],
    )
    found = [_sent(row) for row in rows]
    named: dict[tuple[UUID | None, str], Sent] = {(sent.uid, ""): sent for sent in found}
    return named | {(None, sent.header_id): sent for sent in found}


def write_standings(messages: Collection[Sent]) -> None:
    """Write what changed. One statement, none if nothing did."""
    changed = [sent for sent in messages if sent.now != sent.before]
    if not changed:
        return
    sql.run(
        """
        UPDATE crm_dialogue_message AS m SET state = s.state, delivered = s.delivered, bounced = s.bounced,
            complained = s.complained, opened = s.opened, clicked = s.clicked,
            why = CASE WHEN s.state = m.state AND s.bounced IS NULL THEN m.why ELSE s.why END,
            detail = CASE WHEN s.state = m.state AND s.bounced IS NULL THEN m.detail ELSE s.detail END
        FROM json_to_recordset(%s) AS s(id bigint, state text, delivered timestamptz, bounced timestamptz,
            complained timestamptz, opened timestamptz, clicked timestamptz, why text, detail jsonb)
        WHERE m.id = s.id
        """,
        [sql.document([_written(sent) for sent in changed])],
    )


def keep_touches(touches: Sequence[tuple[int, str, str, datetime, str]]) -> None:
    """Opens and clicks, those of machines among them: (message, kind, link, at, sign). One statement."""
    if touches:
        Touch.objects.bulk_create(
            [
                Touch(message_id=message, kind=kind, link=link[:80], at=at, machine=machine)
                for message, kind, link, at, machine in touches
            ],
            ignore_conflicts=True,
        )


def soft_in_a_row(messages: Collection[Sent]) -> set[int]:
    """Those among these messages whose address took none of the last three that went to it, each for a reason that may
    pass. One query, none without messages."""
    if not messages:
        return set()
    found = sql.rows(
        """
        SELECT m.id FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS m(id, contact, address)
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE last.state = 'bounced' AND last.detail ->> 'bounce' = 'soft') AS soft FROM (
                SELECT state, detail FROM crm_dialogue_message
                WHERE contact_id = m.contact AND address = m.address AND direction = 'out' AND state = ANY(%s)
                ORDER BY at DESC, id DESC LIMIT %s
            ) AS last
        ) AS counted WHERE counted.soft = %s
        """,
        [
            [sent.id for sent in messages],
            [sent.contact for sent in messages],
            [sent.address for sent in messages],
            sorted(HANDED),
            SOFT_IN_A_ROW,
            SOFT_IN_A_ROW,
        ],
    )
    return {row[0] for row in found}


def stop_sender(*, cause: str, words: str, sent: datetime | None, at: datetime) -> bool:
    """Marketing waits until the owner lifts it; False if it does already, or if what was refused had been `sent` before
    the owner mended it. One statement."""
    rows = sql.run(
        "INSERT INTO crm_dialogue_senderstop (cause, words, at) SELECT %s, %s, %s "
        "WHERE NOT EXISTS (SELECT FROM crm_dialogue_senderstop WHERE lifted > %s) ON CONFLICT DO NOTHING",
        [cause[:20], words[:300], at, sent or at],
    )
    return bool(rows)


def start_sender(*, by: str, at: datetime) -> bool:
    """The owner has mended it: `work_off` lets go what waited, which meets all guards again. False if nothing stood
    still."""
    return bool(SenderStop.objects.filter(lifted=None).update(lifted=at, lifted_by=by[:120]))


def sender_stop() -> SenderStop | None:
    """Why marketing stands still, if it does. One query."""
    return SenderStop.objects.filter(lifted=None).first()


def _sent(row: Sequence[Any]) -> Sent:
    *told, why, detail = row
    said = sql.decoded(detail) if why == BOUNCED else {}
    bounce = Bounce(said["bounce"], said.get("cause", ""), said.get("words", "")) if "bounce" in said else None
    standing = replace(Standing(*told[11:]), bounce=bounce)
    return Sent(*[*told[:11], standing, standing])


def _written(sent: Sent) -> dict[str, Any]:
    state = state_after(sent.state, sent.now)
    bounce = sent.now.bounce if state == Message.State.BOUNCED else None
    detail = {"bounce": bounce.kind, "cause": bounce.cause, "words": bounce.words} if bounce else {}
    if not sent.address:  # erased: not a word of theirs is kept again
        detail.pop("words", None)
    times = {name: getattr(sent.now, name) for name in TIMES}
    return {"id": sent.id, "state": state, "why": BOUNCED if bounce else "", "detail": detail, **times}
