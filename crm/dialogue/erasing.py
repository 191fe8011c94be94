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
    f"""
    DELETE FROM crm_dialogue_outbox AS o USING crm_dialogue_message m
    WHERE o.message_id IN ({_OUT}) AND m.id = o.message_id AND m.state <> 'handing'
    """,  # noqa: S608
    "UPDATE crm_dialogue_conversation SET about_id = NULL WHERE contact_id = ANY(%(contacts)s)",
    "DELETE FROM crm_dialogue_message WHERE contact_id = ANY(%(contacts)s) AND direction <> 'out'",
    """
    UPDATE crm_dialogue_message SET subject = '', text = '', address = '', header_id = '', variables = '{}',
        conversation_id = NULL,
        detail = CASE WHEN state IN ('queued', 'claimed', 'waiting')
            THEN jsonb_build_object('reason', 'erased', 'at', %(at)s::timestamptz) ELSE '{}' END,
        why = CASE WHEN state IN ('queued', 'claimed', 'waiting') THEN 'suppressed' ELSE why END,
        until = CASE WHEN state IN ('queued', 'claimed', 'waiting') THEN NULL ELSE until END,
        settled = CASE WHEN state IN ('queued', 'claimed', 'waiting') THEN %(at)s ELSE settled END,
        state = CASE WHEN state IN ('queued', 'claimed', 'waiting') THEN 'withheld' ELSE state END
    WHERE contact_id = ANY(%(contacts)s)
    """,
)
