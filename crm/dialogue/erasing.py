"""What becomes of words when their contact is erased: the ledger keeps its sums, without a word or an address."""

from crm.contacts.erasing import Erased
from engage.lib import sql


def erase_messages(erased: Erased) -> None:
    """Their words and our notes go. What we sent, or were about to, stays as an empty row; what waits goes nowhere."""
    contacts = list(erased.contacts)
    for statement in _MESSAGES:
        sql.run(statement, {"contacts": contacts, "at": erased.at})


_OUT = "SELECT id FROM crm_dialogue_message WHERE contact_id = ANY(%(contacts)s)"
_IN = "SELECT id FROM crm_dialogue_message WHERE contact_id = ANY(%(contacts)s) AND direction = 'in'"
_MAILS = "SELECT id FROM crm_dialogue_mail WHERE contact_id = ANY(%(contacts)s) OR sender = ANY(%(traces)s)"
_TALKS = "SELECT id FROM crm_dialogue_conversation WHERE contact_id = ANY(%(contacts)s)"

_MESSAGES = (
    f"DELETE FROM crm_dialogue_chatline WHERE message_id IN ({_OUT}) "  # noqa: S608 a statement of ours
    "OR visit_id IN (SELECT id FROM crm_dialogue_chatvisit WHERE contact_id = ANY(%(contacts)s))",
    f"DELETE FROM crm_dialogue_rendered WHERE message_id IN ({_OUT})",  # noqa: S608 a statement of ours
    f"DELETE FROM crm_dialogue_touch WHERE message_id IN ({_OUT})",  # noqa: S608
    f"DELETE FROM crm_dialogue_outbox WHERE message_id IN ({_OUT}) AND mark = ''",  # noqa: S608
    f"DELETE FROM crm_dialogue_mention WHERE conversation_id IN ({_TALKS})",  # noqa: S608
    f"DELETE FROM crm_dialogue_notice WHERE message_id IN ({_IN})",  # noqa: S608
    f"DELETE FROM crm_dialogue_clock WHERE conversation_id IN ({_TALKS})",  # noqa: S608
    f"DELETE FROM crm_dialogue_joined WHERE conversation_id IN ({_TALKS}) OR into_id IN ({_TALKS})",  # noqa: S608
    f"DELETE FROM crm_dialogue_tagged WHERE conversation_id IN ({_TALKS})",  # noqa: S608
    f"DELETE FROM crm_dialogue_answerdraft WHERE conversation_id IN ({_TALKS})",  # noqa: S608
    # What somebody else said there stays theirs.
    "UPDATE crm_dialogue_message SET conversation_id = NULL WHERE contact_id <> ALL(%(contacts)s) "
    "AND conversation_id IN (SELECT id FROM crm_dialogue_conversation WHERE contact_id = ANY(%(contacts)s))",
    "UPDATE crm_dialogue_mail SET suggested_id = NULL WHERE suggested_id IN "
    "(SELECT id FROM crm_dialogue_conversation WHERE contact_id = ANY(%(contacts)s))",
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


def erase_mails(erased: Erased) -> None:
    """Theirs, those that their words came in, and those from their addresses that nobody could read. Before the words
    themselves go."""
    params = {"contacts": list(erased.contacts), "traces": list(erased.traces)}
    theirs = f"{_MAILS} OR message_id IN ({_IN})"
    sql.run(f"DELETE FROM crm_dialogue_attachment WHERE mail_id IN ({theirs})", params)  # noqa: S608 ours
    sql.run(f"DELETE FROM crm_dialogue_mail WHERE id IN ({theirs})", params)  # noqa: S608 ours
