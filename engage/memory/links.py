"""What the tokens of the customer's pages say, checked against the person they name.

Three strengths: the link of a message (`m`), which may have been handed on; the proof that a code sent to the
address was entered (`proof`), good for an hour; and the message that a person unsubscribes from (`u`) or clicks in
(`c`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.contacts.models import Contact
from crm.dialogue.links import MEMORY_LIVES
from crm.dialogue.models import Message
from engage.lib import tokens

PROOF_LIVES = timedelta(hours=1)


BadLink = tokens.BadToken
"""Not made here, or nobody is there any more."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who the link names. `message` is the public id of the message that carried it, or ''."""

    contact: Contact
    message: str
    expired: bool


def read_memory(token: str, at: datetime) -> Guest:
    """One query, one more for each merge since. Raises BadLink; an old link is told apart."""
    uid, message, made = tokens.read_parts("m", token, 3)
    return Guest(_contact(uid), message, at.timestamp() - int(made) > MEMORY_LIVES.total_seconds())


def sign_proof(guest: Guest, at: datetime) -> str:
    return tokens.sign("proof", str(guest.contact.uid), guest.message, int((at + PROOF_LIVES).timestamp()))


def read_proof(token: str, at: datetime) -> Guest:
    """Like `read_memory`, for whoever has entered the code. Raises BadLink."""
    uid, message, until = tokens.read_parts("proof", token, 3)
    return Guest(_contact(uid), message, at.timestamp() > int(until))


def read_message(purpose: str, token: str) -> Message:
    """The message that an unsubscribe link stands in. One query. Raises BadLink."""
    (uid,) = tokens.read_parts(purpose, token, 1)
    return _message(uid)


def read_click(token: str) -> tuple[Message, int]:
    """One query. Raises BadLink."""
    signed, _, number = token.rpartition(".")
    if not (number.isascii() and number.isdigit()) or len(number) > 4:
        raise BadLink
    return _message(str(tokens.unseal("c", signed))), int(number)


def read_you(token: str) -> Message:
    """The message whose short link leads to what we remember. One query. Raises BadLink."""
    return _message(str(tokens.unseal("y", token)))


def read_right(token: str) -> tuple[Message, int]:
    """The message that asks whether what it cites is still right, and the key of what it cites. One query."""
    uid, preference = tokens.read_parts("r", token, 2)
    return _message(uid), int(preference)


def _contact(uid: str) -> Contact:
    """The person as they are today: merged ones lead to whom they became."""
    found = Contact.objects.filter(uid=uid).first()
    while found and found.merged_into_id:
        found = Contact.objects.filter(pk=found.merged_into_id).first()
    if found is None or found.erased:
        raise BadLink
    return found


def _message(uid: str) -> Message:
    found = (
        Message.objects.select_related("contact", "topic", "rendered")
        .filter(uid=uid, direction=Message.Direction.OUT, contact__erased=None)
        .first()
    )
    if found is None:
        raise BadLink
    return found
