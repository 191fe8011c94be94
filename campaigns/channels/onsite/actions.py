"""Messages that wait for a visit: put out, offered to who comes by, and what became of them there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from campaigns.channels.models import OnsiteMessage
from crm.dialogue import outbox
from crm.dialogue.actions import say
from crm.dialogue.models import Message
from crm.dialogue.models.message import BY_DEVICE
from crm.dialogue.outbox import Settled
from crm.dialogue.queries import SILENCE
from engage.lib import sql

CHANNEL = "site"
APART = timedelta(days=7)
"""One interruption in so long, at most."""
LOADING = timedelta(minutes=1)
"""So long a message that was offered is left to the page that asked for it."""


def put_out(messages: Sequence[int], *, at: datetime) -> None:
    """They wait from now on; what waits already goes on waiting. One statement."""
    sql.run(
        "INSERT INTO campaigns_channels_onsitemessage (message_id, placed) SELECT unnest(%s::bigint[]), %s "
        "ON CONFLICT (message_id) DO NOTHING",
        [list(messages), at],
    )


def offer(anonymous: str, *, at: datetime) -> int | None:
    """The message that waits longest for whoever this device is proved to belong to; None where none may interrupt
    them now. One statement."""
    given = {"device": anonymous, "at": at, "apart": at - APART, "loading": at - LOADING, "silence": at - SILENCE}
    found = sql.rows(_OFFER, given)
    return found[0][0] if found else None


def seen(message: UUID, *, at: datetime) -> bool:
    """It stood on their page: it has arrived. False if it does not wait there. Nothing the second time."""
    with transaction.atomic():
        rows = OnsiteMessage.objects.select_for_update().filter(message__uid=message)
        row = rows.exclude(message__state=Message.State.WITHHELD).first()
        if row is None:
            return False
        if row.shown is None:
            rows.update(shown=at)
            outbox.settle([Settled(row.pk, Message.State.DELIVERED)], at=at)
    return True


def closed(message: UUID, *, at: datetime) -> bool:
    """They put it away."""
    return bool(OnsiteMessage.objects.filter(message__uid=message, closed=None).update(closed=at))


def answered(message: UUID, *, text: str, uid: UUID, at: datetime) -> bool:
    """What they wrote beneath it, as if they had come by its link to `/talk`; only their device says who they are.
    False if it does not stand on a page of theirs."""
    rows = OnsiteMessage.objects.filter(message__uid=message, message__contact__erased=None)
    row = rows.exclude(message__state=Message.State.WITHHELD).select_related("message__contact").first()
    if row is None:
        return False
    about = row.message
    say(
        contact=about.contact,
        about=about,
        subject=about.subject[:200],
        recorded_for=about.recorded_for_id,
        text=text,
        channel=CHANNEL,
        uid=uid,
        detail=BY_DEVICE,
        at=at,
    )
    return True


_OFFER = """
    WITH person AS (
        SELECT i.contact_id FROM crm_contacts_identity AS i
        WHERE i.kind = 'anonymous' AND i.value = %(device)s AND i.proof <> ''
          AND EXISTS (SELECT FROM crm_contacts_identity AS k
                      WHERE k.contact_id = i.contact_id AND k.kind NOT IN ('anonymous', 'push') AND k.proof <> '')
          AND NOT EXISTS (SELECT FROM crm_contacts_pause AS p
                          WHERE (p.contact_id IS NULL OR p.contact_id = i.contact_id) AND p.lifted IS NULL
                          AND (p.until IS NULL OR p.until > %(at)s))
          AND NOT EXISTS (SELECT FROM crm_dialogue_conversation AS v WHERE v.contact_id = i.contact_id
                          AND v.state <> 'done'
                          AND (v.state <> 'waiting' OR coalesce(v.last_staff, v.opened) > %(silence)s))
          AND NOT EXISTS (SELECT FROM crm_dialogue_message AS m JOIN campaigns_channels_onsitemessage AS o
                          ON o.message_id = m.id WHERE m.contact_id = i.contact_id AND o.shown > %(apart)s)
    ), waiting AS MATERIALIZED (
        SELECT o.message_id FROM person JOIN crm_dialogue_message AS m ON m.contact_id = person.contact_id
        JOIN campaigns_channels_onsitemessage AS o ON o.message_id = m.id
        WHERE m.state = 'waiting' AND m.why = 'next_visit' AND m.until > %(at)s AND o.shown IS NULL
          AND (o.offered IS NULL OR o.offered < %(loading)s)
        ORDER BY o.placed, o.message_id LIMIT 1 FOR UPDATE OF o SKIP LOCKED
    )
    UPDATE campaigns_channels_onsitemessage AS o SET offered = %(at)s FROM waiting
    WHERE o.message_id = waiting.message_id RETURNING o.message_id
"""
