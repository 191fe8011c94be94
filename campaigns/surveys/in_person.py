"""A colleague asks somebody, on the phone or at the counter, and types what they say.

That we asked is a message like each other: so the answer belongs to it, counts once, and is theirs. Its page is open
for as long as a call lasts, not as long as a link in a mail.
"""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.surveys.models import Survey
from crm.business.models import User
from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.dialogue.actions import owe
from crm.dialogue.models import Message
from engage.lib import ids
from engage.lib.patience import patient

LIVES = timedelta(hours=2)
CHANNEL = "task"
"""Said in person, by a colleague."""
_ORIGIN = "asked:"


@patient
def ask_in_person(*, contact: Contact, survey: Survey, by: User, at: datetime) -> Message:
    """`by` begins to ask: the message that says so."""
    origin = f"{_ORIGIN}{survey.key}"
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        owe({origin: 1})
        return Message.objects.create(
            contact_id=owner,
            recorded_for_id=contact.pk,
            direction=Message.Direction.OUT,
            klass=Message.Class.CONVERSATION,
            channel=CHANNEL,
            origin=origin,
            occurrence=str(ids.uuid7()),
            author=by,
            subject=survey.title,
            state=Message.State.DELIVERED,
            at=at,
            settled=at,
            delivered=at,
        )


def is_typed(message: Message | None) -> bool:
    """Whether answers to it are typed by the colleague who asked."""
    return message is not None and message.author_id is not None and message.origin.startswith(_ORIGIN)
