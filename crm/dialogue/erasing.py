"""What becomes of words when their contact is erased: the ledger keeps its sums, without a word or an address."""

from crm.contacts.erasing import Erased
from engage.lib import sql


def erase_messages(erased: Erased) -> None:
    """Their words and our notes go. What we sent, or were about to, stays as an empty row; what waits goes nowhere."""
    contacts = list(erased.contacts)
    for statement in _MESSAGES:
        sql.run(statement, {"contacts": contacts, "at": erased.at})


_OUT = "SELECT id FROM crm_dialogue_message WHERE contact_id = ANY(%(contacts)s)"

_MESSAGES = (
    f"DELETE FROM crm_dialogue_rendered WHERE message_id IN ({_OUT})",  # noqa: S608 a statement of ours
    f"DELETE FROM crm_dialogue_outbox WHERE message_id IN ({_OUT}) AND mark = ''",  # noqa: S608
    "UPDATE crm_dialogue_conversation SET about_id = NULL WHERE contact_id = ANY(%(contacts)s)",
    "DELETE FROM crm_dialogue_message WHERE contact_id = ANY(%(contacts)s) AND direction <> 'out'",
    """
    UPDATE crm_dialogue_message SET subject = '', text = '', address = '', header_id = '', variables = '{}',
        conversation_id = NULL, detail = '{}'
    WHERE contact_id = ANY(%(contacts)s)
    """,
    # What is still in the queue is being handed over at this moment: what becomes of it is to be heard.
    """
    UPDATE crm_dialogue_message AS m SET state = 'withheld', why = 'suppressed', until = NULL, settled = %(at)s,
        detail = jsonb_build_object('reason', 'erased', 'at', %(at)s::timestamptz)
    WHERE contact_id = ANY(%(contacts)s) AND state IN ('queued', 'claimed', 'waiting')
      AND NOT EXISTS (SELECT FROM crm_dialogue_outbox AS o WHERE o.message_id = m.id)
    """,
)
