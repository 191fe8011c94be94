"""What a provider reports, as anymail reads it, in our words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings

from campaigns.channels.email.provider import MESSAGE_KEY
from campaigns.channels.email.returned.classify import UNCLEAR, classify, is_clear
from campaigns.channels.email.returned.machines import of_agent
from crm.dialogue.fold import Bounce
from crm.dialogue.models import Report
from crm.dialogue.reports import Heard

Kind = Report.Kind

_KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.REJECTED: Kind.BOUNCED,
    EventType.FAILED: Kind.BOUNCED,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
    EventType.OPENED: Kind.OPENED,
    EventType.CLICKED: Kind.CLICKED,
}
"""Everything else that providers say (queued, deferred, answered by itself) changes nothing."""

_REASONS = {
    RejectReason.INVALID: Bounce("hard", "no_mailbox"),
    RejectReason.BLOCKED: Bounce("block", "policy"),
    RejectReason.SPAM: Bounce("block", "content"),
    RejectReason.TIMED_OUT: Bounce("soft", "not_reached"),
}


def heard(event: AnymailTrackingEvent, now: datetime) -> Iterator[Heard]:
    """The report that an event is, if it is one about a message that it names."""
    message, header_id = _named(event)
    kind = _kind(event)
    if kind is None or not (message or header_id):
        return
    detail = _detail(event, kind)
    if detail is not None:
        yield Heard(kind, event.timestamp or now, message, header_id, detail)


def _kind(event: AnymailTrackingEvent) -> Kind | None:
    """Rejected because they had complained or unsubscribed before is that news, told late."""
    if event.event_type == EventType.REJECTED:
        early = {RejectReason.SPAM: Kind.COMPLAINED, RejectReason.UNSUBSCRIBED: Kind.UNSUBSCRIBED}
        return early.get(event.reject_reason, Kind.BOUNCED)
    if event.event_type == EventType.BOUNCED and event.reject_reason == RejectReason.UNSUBSCRIBED:
        return Kind.UNSUBSCRIBED
    return _KINDS.get(event.event_type)


def _detail(event: AnymailTrackingEvent, kind: Kind) -> dict[str, Any] | None:
    """What the kind needs; None for a click on a link of ours, of which we hear ourselves."""
    if kind == Kind.BOUNCED:
        bounce = _bounce(event)
        return {"bounce": bounce.kind, "cause": bounce.cause, "words": bounce.words}
    if kind in {Kind.OPENED, Kind.CLICKED}:
        url = str(event.click_url or "")
        if url.startswith(settings.PUBLIC_URL + "/"):
            return None
        return {"link": url[:80], "url": url[:2000], "machine": of_agent(str(event.user_agent or ""))}
    return {}


def _bounce(event: AnymailTrackingEvent) -> Bounce:
    """By the server's words; where they say nothing clear, by the provider's."""
    words = str(event.mta_response or event.description or "")
    found = classify(words)
    if not is_clear(found) and event.description:
        found = classify(f"{event.description} {words}")
    if is_clear(found):
        return found
    told = _REASONS.get(event.reject_reason)
    if told is None and event.event_type == EventType.REJECTED:
        told = Bounce("hard", "no_mailbox")  # on the provider's own list, of what came back before
    return Bounce(told.kind, told.cause, found.words) if told else Bounce("soft", UNCLEAR, found.words)


def _named(event: AnymailTrackingEvent) -> tuple[UUID | None, str]:
    """Our message's public id, from what we gave the provider with it; else its Message-ID, if that is what the
    provider calls it."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    for text in (metadata.get(MESSAGE_KEY), *(event.tags or ())):
        if found := _uid(text):
            return found, ""
    name = str(event.message_id or "")
    return None, f"<{name.strip('<>')}>" if "@" in name else ""


def _uid(text: object) -> UUID | None:
    try:
        return UUID(hex=str(text)) if text else None
    except ValueError:
        return None
