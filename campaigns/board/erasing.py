"""What becomes of what somebody suggested and voted when they are erased."""

from campaigns.board.counting import recount
from crm.contacts.erasing import Erased
from engage.lib import sql

_UNVOTE = "DELETE FROM campaigns_board_vote WHERE contact_id = ANY(%s) RETURNING suggestion_id"
_NOBODY_ELSE = """
    SELECT s.id FROM campaigns_board_suggestion AS s WHERE s.contact_id = ANY(%s) AND s.votes = 0
      AND NOT EXISTS (SELECT FROM campaigns_board_suggestion AS j WHERE j.into_id = s.id)
      AND NOT EXISTS (SELECT FROM campaigns_board_vote AS v WHERE v.suggestion_id = s.id)
"""
_DELETE = (
    "DELETE FROM campaigns_board_vote WHERE suggestion_id = ANY(%(gone)s)",
    "DELETE FROM campaigns_board_change WHERE suggestion_id = ANY(%(gone)s)",
    "DELETE FROM campaigns_board_joined WHERE suggestion_id = ANY(%(gone)s) OR into_id = ANY(%(gone)s)",
    "DELETE FROM campaigns_board_suggestion WHERE id = ANY(%(gone)s)",
)
_IN_THEIR_WORDS = "SELECT uid, title FROM campaigns_board_suggestion WHERE contact_id = ANY(%s) AND original = ''"
_LOSE_WORDS = """
    UPDATE campaigns_board_suggestion SET contact_id = NULL, recorded_for_id = NULL, shown_as = '', original = '',
        source_id = '',
        title = CASE WHEN original <> '' THEN title ELSE '' END,
        words = CASE WHEN original <> '' THEN words ELSE '' END,
        standing = CASE WHEN original <> '' OR standing = 'refused' THEN standing ELSE 'waiting' END
    WHERE contact_id = ANY(%s)
"""
"""One that has an `original` stands there in a colleague's words."""


def erase_votes(erased: Erased) -> None:
    """Their votes, and every suggestion of theirs that nobody else voted for. What others want stays without its
    author, in our words; where those are still the author's it stays without any, and waits until a colleague writes
    some. News of it that others got loses them too."""
    contacts = list(erased.contacts)
    recount({row[0] for row in sql.rows(_UNVOTE, [contacts])})
    gone = [row[0] for row in sql.rows(_NOBODY_ELSE, [contacts])]
    if gone:
        for statement in _DELETE:
            sql.run(statement, {"gone": gone})
    for uid, title in sql.rows(_IN_THEIR_WORDS, [contacts]):
        _take_out_of_news(f"board:{uid}", title)
    sql.run(_LOSE_WORDS, [contacts])


def nothing_more(erased: Erased) -> None:
    """Gone with the votes."""


def _take_out_of_news(origin: str, title: str) -> None:
    sql.run(
        "DELETE FROM crm_dialogue_rendered WHERE message_id IN (SELECT id FROM crm_dialogue_message WHERE origin = %s)",
        [origin],
    )
    sql.run(
        "UPDATE crm_dialogue_message SET text = replace(text, %(title)s, '…'), "
        "subject = replace(subject, %(title)s, '…') WHERE origin = %(origin)s AND direction = 'out'",
        {"title": title, "origin": origin},
    )
