"""The mail that asks an address which somebody gave whether it was them: the only one that may go there unproved."""

from datetime import datetime

from crm.contacts.actions import Owner, address_digest
from crm.contacts.models import Suppression
from crm.dialogue.actions import Draft
from crm.dialogue.models import Message
from engage.lib import ids
from engage.lib.public import too_often

MAILS_A_DAY = 3
"""To one address, from however many forms."""


def may_be_asked(address: str, at: datetime) -> bool:
    """Not one on the do-not-write list, nor one that has had many. Asking counts. One query."""
    digest = address_digest(address)
    if Suppression.objects.standing(at).filter(channel="email", digest=digest).exists():
        return False
    return not too_often("sign-up", digest.hex(), limit=MAILS_A_DAY, seconds=86400)


def letter(*, owner: Owner, address: str, origin: str, subject: str, text: str, at: datetime) -> Draft:
    """To whoever gave the address, who is a visitor of their own until it is proved."""
    return Draft(
        contact=owner.contact,
        recorded_for=owner.recorded_for,
        klass=Message.Class.SECURITY,
        lane=Message.Lane.INTERACTIVE,
        origin=origin,
        occurrence=str(ids.uuid7()),
        subject=subject,
        text=text,
        address=address,
        due=at,
    )
