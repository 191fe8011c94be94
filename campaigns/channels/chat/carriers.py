"""Who brings it: it lies in the chat until its visitor sees it there; whoever has left gets it by mail."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from campaigns.channels.port import Fate, Outcome, Parcel, Turn
from crm.contacts.models import Identity
from crm.dialogue.actions.placing import tell_visitor
from crm.dialogue.models import Message
from crm.dialogue.outbox import Claimed
from crm.dialogue.presence import is_here
from crm.dialogue.queries import way_to_answer
from engage.lib import clock

TO_SEE = timedelta(minutes=1)
"""So long somebody who is there may take to see it, before it goes by mail."""
USEFUL = timedelta(days=30)
"""So long it waits for somebody who gave no address to come back."""


class Visitors:
    leaves = True

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        messages = {parcel.key: parcel.content for parcel in parcels}
        allowed = turn([], list(messages))
        at = clock.now()
        going = [key for key in messages if allowed is None or key in allowed]
        outcomes = [_place(messages[key], at) for key in going]
        turn([*outcomes, *(Outcome(key, Fate.NOT_HANDED, "stopped") for key in messages.keys() - set(going))], [])

    def close(self) -> None:
        pass


def _place(message: Claimed, at: datetime) -> Outcome:
    """It is a mail from now on, which leaves unless it is seen before; or it waits. Four queries at most."""
    visit = UUID(message.address)
    tell_visitor(visit)
    address = _mail_of(message)
    if address:
        until = at + TO_SEE if is_here(visit) else at
        row = Message.objects.filter(pk=message.id).exclude(state=Message.State.DELIVERED)
        row.update(channel="email", address=address)
        return Outcome(message.id, Fate.PLACED, until=until)
    if at - message.at < USEFUL:
        return Outcome(message.id, Fate.PLACED, until=message.at + USEFUL)
    return Outcome(message.id, Fate.REFUSED, "they did not come back")


def _mail_of(message: Claimed) -> str:
    """Where a mail of ours reaches them. What no colleague wrote goes only where the address is proved to be theirs:
    anybody can write anybody's into a form."""
    _channel, address = way_to_answer(message.contact, "email")
    if message.author is None and address:
        proved = Identity.objects.filter(contact=message.contact, kind=Identity.Kind.EMAIL, value=address)
        return address if proved.exclude(proof="").exists() else ""
    return address
