"""Two people who turn out to be one have a broadcast once."""

from collections.abc import Sequence

from engage.lib import clock, sql

SAME_PERSON = "same_person"


def keep_one(contacts: Sequence[int]) -> None:
    """After a merge: of messages of one broadcast to one person, those that have not left stay back if another has, or
    is the older. What a worker has in hand stays there. The contacts are held. One statement."""
    sql.run(
        """
        WITH twice AS MATERIALIZED (
            SELECT m.id FROM crm_dialogue_message AS m LEFT JOIN crm_dialogue_outbox AS o ON o.message_id = m.id
            WHERE m.contact_id = ANY(%(contacts)s) AND m.direction = 'out' AND starts_with(m.origin, 'broadcast:')
              AND m.state IN ('queued', 'waiting') AND (o.lease_until IS NULL OR o.lease_until < statement_timestamp())
              AND EXISTS (
                SELECT FROM crm_dialogue_message AS other
                WHERE other.contact_id = m.contact_id AND other.origin = m.origin AND other.direction = 'out'
                  AND other.id <> m.id AND other.state NOT IN ('withheld', 'failed', 'bounced')
                  AND (other.state NOT IN ('queued', 'waiting') OR other.id < m.id))
        ), gone AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM twice))
        UPDATE crm_dialogue_message SET state = 'withheld', why = %(why)s, detail = '{}', until = NULL, settled = %(at)s
        WHERE id IN (SELECT id FROM twice)
        """,
        {"contacts": list(contacts), "why": SAME_PERSON, "at": clock.now()},
    )
