"""Opens and clicks of messages: told to the returning belt, which says whether a person was there."""

from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist

from campaigns.channels import contents
from campaigns.channels.email.returned.machines import AROUND, FRESH, TRAP_LINK
from campaigns.channels.skeleton import link_target
from crm.dialogue import reports
from crm.dialogue.models import Message, Report
from crm.dialogue.reports import Heard

Kind = Report.Kind


def target(message: Message, number: int) -> str | None:
    """Where the link with this number leads, by the message's own content: loaded once per process, one query."""
    if message.content_id is None:
        return None
    try:
        slots = message.rendered.slots
    except ObjectDoesNotExist:  # dropped after 180 days: links that were the same for everybody still lead on
        slots = []
    return link_target(contents.load(message.content_id), slots, number)


def clicked(*, message: Message, number: int, url: str, sign: str, at: datetime) -> None:
    """A link was followed; `sign` says of a machine that it is one. One INSERT."""
    links = len(contents.load(message.content_id).links) if message.content_id else 0
    detail = {"link": str(number), "url": url[:2000], "links": links, "machine": sign}
    reports.accept([Heard(Kind.CLICKED, at, message.uid, detail=detail, due=_due(message, at))])


def trapped(*, message: Message, at: datetime) -> None:
    """The link was followed that no reader sees. One INSERT."""
    detail = {"link": TRAP_LINK, "machine": "trap"}
    reports.accept([Heard(Kind.CLICKED, at, message.uid, detail=detail, due=_due(message, at))])


def opened(*, message: Message, sign: str, at: datetime) -> None:
    """The picture of a message was loaded. One INSERT."""
    reports.accept([Heard(Kind.OPENED, at, message.uid, detail={"machine": sign}, due=_due(message, at))])


def _due(message: Message, at: datetime) -> datetime:
    """Soon after a message left, its first touches are looked at together, as a gateway makes them."""
    fresh = message.settled is not None and at - message.settled < FRESH
    return at + AROUND + timedelta(seconds=1) if fresh else at
