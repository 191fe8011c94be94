"""Whose turn it is when a machine of ours would answer: nobody hears one twice a day, and no machine hears one."""

from datetime import datetime, timedelta

from crm.contacts.actions import address_digest
from crm.dialogue.models import AutomaticAnswer, Mail
from engage.lib import sql

ONCE = timedelta(days=1)
ANSWERED, CLOSED = "faq:", "closed:"
"""Beginnings of the origins of what a machine of ours says in a conversation."""


def may_answer_automatically(*, mail: Mail, at: datetime) -> bool:
    """Whether a machine of ours may answer this mail now; asking is taking the turn. Machines, lists and senders that
    nobody reads get no answer, and everybody else one a day: two machines that answer each other soon fall silent."""
    if mail.kind != Mail.Kind.LETTER or mail.detail.get("no_answer") or not mail.sender:
        return False
    return answer_once_a_day(address=mail.sender, at=at)


def answer_once_a_day(*, address: str, at: datetime) -> bool:
    """Take the turn to answer an address without a person; False if it was taken within a day. One statement."""
    taken = sql.rows(
        "INSERT INTO crm_dialogue_automaticanswer AS a (address, at) VALUES (%s, %s) "
        "ON CONFLICT (address) DO UPDATE SET at = excluded.at WHERE a.at <= excluded.at - %s RETURNING 1",
        [address_digest(address.lower()), at, ONCE],
    )
    return bool(taken)


def forget_automatic_answers(*, at: datetime) -> None:
    AutomaticAnswer.objects.filter(at__lt=at - ONCE).delete()
