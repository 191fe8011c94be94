"""Messages that go inside another one to the same person, because the step that queued them says so.

A message that a guard held, and whose step says `merge`, is taken along by the next one that may go. Until that one has
left it is `claimed`, and `inside` says in which; `settle` (see `outbox`) then makes it `withheld`, why `merged`. Where
the other did not leave after all it waits again, by itself. What the mail server puts off keeps what is inside.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.dialogue.models import Message
from crm.dialogue.outbox import CLAIMED_COLUMNS, NEVER, PUT_OFF, Claimed, Written, claimed_row
from engage.lib import sql

MERGED = "merged"
"""The reason's code on a message whose words another one carried."""
ON_HOLD, MERGE, DROP = "on_hold", "merge", "drop"
"""What a message's variables say of the time while a guard holds it, and the words for it; nothing where it waits."""
STEP = "journey:"
"""How the origin of a journey's messages begins."""
_KEPT = ("id", "channel", "content", "subject", "address")


@dataclass(frozen=True, slots=True)
class Carried:
    """A message as it goes inside the message `inside`."""

    inside: int
    written: Written


def merges(message: Claimed) -> bool:
    """Whether it may go inside another once a guard holds it."""
    return message.variables.get(ON_HOLD) == MERGE


def carries(message: Claimed) -> bool:
    """Whether others may go inside it. One-off messages carry nothing: they are called back by thousands."""
    return message.klass == Message.Class.MARKETING and message.origin.startswith(STEP)


def to_take_along(messages: Collection[Claimed], token: UUID) -> tuple[list[Claimed], set[int]]:
    """What waits for these people besides what is leased with the token and may go inside one of these messages, the
    longest first; and who of them has such messages in other hands at this moment. Hold the people first. One
    statement, and one more where there is any: it locks what it returns."""
    contacts = sorted({message.contact for message in messages if carries(message)})
    if not contacts:
        return [], set()
    found = sql.rows(_WAITING, [contacts, list(PUT_OFF), token])
    waiting = {row[0]: claimed_row(row) for row in found}
    ours = {row[0] for row in sql.rows(_LOCK, [list(waiting)])} if waiting else set()
    elsewhere = {message.contact for id, message in waiting.items() if id not in ours}
    return [message for id, message in waiting.items() if id in ours], elsewhere


def carry(parts: Sequence[Carried]) -> None:
    """Put them inside. Three statements, none without any."""
    if not parts:
        return
    given = [{"inside": p.inside} | {name: getattr(p.written, name) for name in _KEPT} for p in parts]
    written = [part.written for part in parts]
    sql.run(_CARRY, {"parts": sql.document(given), "never": NEVER})
    sql.run("DELETE FROM crm_dialogue_rendered WHERE message_id = ANY(%s)", [[one.id for one in written]])
    sql.copy("crm_dialogue_rendered", ("message_id", "slots"), ((w.id, sql.document(w.slots)) for w in written))


def let_out(carriers: Collection[int]) -> None:
    """What is inside these messages, which have not left, waits by itself again and is due. One statement, none
    without any."""
    if carriers:
        sql.run(_LET_OUT, [list(carriers)])


_WAITING = f"""
    SELECT {CLAIMED_COLUMNS}
    FROM crm_dialogue_message AS m JOIN crm_dialogue_outbox AS o ON o.message_id = m.id
    WHERE m.contact_id = ANY(%s) AND m.state = 'waiting' AND m.variables -> 'on_hold' = '"merge"'
      AND m.why <> ALL(%s) AND o.lease IS DISTINCT FROM %s
    ORDER BY m.at, m.id
"""  # noqa: S608 our own columns

_LOCK = """
    SELECT message_id FROM crm_dialogue_outbox
    WHERE message_id = ANY(%s) AND (lease_until IS NULL OR lease_until < statement_timestamp())
    FOR UPDATE SKIP LOCKED
"""

_CARRY = """
    WITH p AS MATERIALIZED (
        SELECT * FROM json_to_recordset(%(parts)s)
            AS p(id bigint, inside bigint, channel text, content bigint, subject text, address text)
    ), told AS (
        UPDATE crm_dialogue_message AS m SET state = 'claimed', inside_id = p.inside, channel = p.channel,
            content_id = p.content, subject = p.subject, address = p.address, why = '', detail = '{}', until = NULL
        FROM p WHERE m.id = p.id
    )
    UPDATE crm_dialogue_outbox AS o SET lease = NULL, lease_until = NULL, attempts = 0, due = %(never)s
    FROM p WHERE o.message_id = p.id
"""

_LET_OUT = """
    WITH freed AS (
        UPDATE crm_dialogue_message SET state = 'waiting', inside_id = NULL, why = '', detail = '{}'
        WHERE inside_id = ANY(%s) AND state = 'claimed' RETURNING id
    )
    UPDATE crm_dialogue_outbox AS o SET due = statement_timestamp() FROM freed WHERE o.message_id = freed.id
"""
