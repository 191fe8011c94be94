"""Notes between colleagues, and whom they name."""

import re
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue.models import Conversation, Mention, Message
from crm.dialogue.streams import STREAM
from engage.lib import live
from engage.lib.patience import patient


@patient
def note(*, conversation: Conversation, text: str, by: User, at: datetime) -> Message:
    """Words between colleagues; the customer never sees them, and they change nothing else. `@` and a colleague's name
    puts the conversation among those that mention them."""
    with transaction.atomic():
        owner = hold(contacts=[conversation.contact_id]).present[conversation.contact_id]
        written = Message.objects.create(
            contact_id=owner,
            recorded_for_id=conversation.recorded_for_id,
            direction=Message.Direction.NOTE,
            klass=Message.Class.CONVERSATION,
            channel=conversation.channel,
            conversation=conversation,
            author=by,
            text=text,
            state=Message.State.RECEIVED,
            at=at,
        )
        if "@" in text:
            named = mentioned(text, list(User.objects.filter(is_active=True)))
            Mention.objects.bulk_create(
                Mention(message=written, conversation=conversation, colleague=colleague) for colleague in named
            )
        live.publish(STREAM, {"conversation": conversation.uid})
        return written


def mentioned(text: str, team: Collection[User]) -> list[User]:
    """The colleagues whom `@name` names: by their whole name first, else by a first name or the beginning of an address
    that only one has."""
    left, found = text, list[User]()
    for colleague in sorted(team, key=lambda one: -len(one.name)):
        left, times = re.subn(rf"@{re.escape(colleague.name)}(?!\w)", " ", left, flags=re.IGNORECASE)
        if colleague.name and times:
            found.append(colleague)
    for word in re.findall(r"@([\w.+-]+)", left.lower()):
        short = word.rstrip(".")
        fits = [one for one in team if short in {one.name.split(" ")[0].lower(), one.email.partition("@")[0].lower()}]
        found += [one for one in fits if len(fits) == 1 and one not in found]
    return found


def read_mentions(*, conversation: Conversation, by: User, at: datetime) -> None:
    """`by` has seen what names them here. One statement."""
    Mention.objects.filter(conversation=conversation, colleague=by, read=None).update(read=at)
