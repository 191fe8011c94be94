"""Messages that come after another: a reminder, once; a follow-up by what people did with the first."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.broadcasts.actions.drafting import WrongState, copied_designs, create_broadcast
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.outcome import DID_NOTHING, by_outcome
from campaigns.broadcasts.preparing import LEAST_DAYS

State = Broadcast.State


class AlreadyReminding(ValueError):
    """There is a reminder of it."""


def remind(broadcast: Broadcast, *, days: int, by: str, at: datetime) -> Broadcast:
    """A draft for those who had the message and neither clicked, replied nor ordered since; once started, it goes out
    so many days after the first was done. Raises AlreadyReminding, WrongState."""
    if broadcast.kind == Broadcast.Kind.REMINDER:
        raise WrongState
    name = _("Reminder: {name}").format(name=broadcast.name)
    try:
        return _after(broadcast, DID_NOTHING, Broadcast.Kind.REMINDER, name, by, at, after_days=max(LEAST_DAYS, days))
    except IntegrityError as error:
        raise AlreadyReminding from error


def follow_up(broadcast: Broadcast, *, outcome: str, by: str, at: datetime) -> Broadcast:
    """A draft for those with whom the message had this outcome, one of `outcome.OUTCOMES`. Raises WrongState."""
    name = _("After: {name}").format(name=broadcast.name)
    return _after(broadcast, outcome, Broadcast.Kind.FOLLOW_UP, name, by, at)


def _after(first: Broadcast, outcome: str, kind: str, name: str, by: str, at: datetime, **fields: Any) -> Broadcast:
    first = Broadcast.objects.select_related("campaign", "topic").get(pk=first.pk)
    if first.began is None:
        raise WrongState(first.state)
    with transaction.atomic():
        draft = create_broadcast(
            name=name,
            designs=copied_designs(first, by=by, at=at)[:1] if kind == Broadcast.Kind.REMINDER else (),
            channel=first.channel,
            campaign=first.campaign,
            topic=first.topic,
            rule=by_outcome(first.origin, outcome),
            by=by,
            at=at,
            **fields,
        )
        draft.kind, draft.follows = kind, first
        draft.save(update_fields=["kind", "follows"])
        return draft
