"""From an envelope to the events in it. Pure: each item becomes an Incoming or is refused with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from crm.contacts import normal, origins
from crm.contacts.identify import Signature
from crm.contacts.normal import IdentityKey
from crm.events import reading

FRESH = timedelta(hours=24)
MAX_EVENT = 32 * 1024
MAX_DEPTH_OF_CAUSES = 8
TRUSTED = frozenset({"form", "derived"})
_KINDS = frozenset({"identify", "track", "page", "screen", "group", "alias"})
_NAMES = {
    "identify": "Identified",
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "group": "Group Joined",
    "alias": "Alias Given",
}
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


class Refused(ValueError):
    """This event can never be recorded; the message says why, for people."""


@dataclass(slots=True)
class Envelope:
    """One row of the inbox as claimed."""

    id: int
    uid: UUID
    received: datetime
    source: str
    call: str
    body: str
    cause: str
    depth: int
    attempts: int


@dataclass(slots=True)
class Incoming:
    """One event on its way through the listening belt; `contact_id` and `recorded_for_id` once recognised."""

    key: str
    message_id: str
    kind: str
    name: str
    at: datetime
    received: datetime
    history: bool
    source: str
    properties: dict
    context: dict
    traits: dict
    signature: Signature
    raw: Any
    remember: list[dict] = field(default_factory=list)
    found_us: str = ""
    cause: str = ""
    depth: int = 0
    contact_id: int = 0
    recorded_for_id: int = 0


@dataclass(slots=True)
class Refusal:
    envelope: Envelope
    raw: Any
    reason: str


def open_envelope(envelope: Envelope, *, country: str) -> Iterator[Incoming | Refusal]:
    """Each event of the envelope, or why it is none."""
    try:
        body = reading.load(envelope.body)
    except reading.Unreadable as error:
        yield Refusal(envelope, envelope.body, str(error))
        return
    if dirty := reading.needs_cleaning(envelope.body):
        body = reading.clean(body)
    batch = body["batch"] if envelope.call == "batch" else [{"type": envelope.call} | body]
    skew = _skew(body.get("sentAt"), envelope.received)
    measure = len(envelope.body) > MAX_EVENT
    for index, raw in enumerate(batch):
        try:
            if envelope.depth > MAX_DEPTH_OF_CAUSES:
                raise Refused("This follows from itself: more than 8 events each caused the next.")
            if measure and len(reading.dump(raw)) > MAX_EVENT:
                raise Refused("An event may have 32 KB.")
            item = _fact(envelope, raw) if envelope.call == "fact" else _call(envelope, raw, index, skew, country)
        except Refused as refused:
            yield Refusal(envelope, raw, str(refused))
            continue
        if dirty:
            item.context["replaced"] = True
        yield item


def seen_key(source: str, message_id: str) -> str:
    """What makes an event the same event, as 32 hexadecimal digits: a public key cannot spoil the message ids of the
    owner's server."""
    return blake2b(f"{source}\x1f{message_id}".encode(), digest_size=16).hexdigest()


def _call(envelope: Envelope, raw: Any, index: int, skew: timedelta | None, country: str) -> Incoming:
    """One call of Segment's API."""
    if not isinstance(raw, dict):
        raise Refused("An event must be a JSON object.")
    kind = raw.get("type") if envelope.call == "batch" else envelope.call
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Refused("type must be identify, track, page, screen, group or alias.")
    message_id = raw.get("messageId") or f"{envelope.uid}:{index}"
    if not isinstance(message_id, str) or len(message_id) >= 100:
        raise Refused("messageId must be text of fewer than 100 characters.")
    traits, properties = _object(raw, "traits"), _object(raw, "properties")
    at = _time(raw.get("timestamp") or raw.get("originalTimestamp"), skew, envelope.received)
    if reading.too_deep(raw):
        raise Refused("The event is nested too deeply.")
    return Incoming(
        key=seen_key(envelope.source, message_id),
        message_id=message_id,
        kind=kind,
        name=_name(kind, raw),
        at=at,
        received=envelope.received,
        history=envelope.source == "import" or envelope.received - at > FRESH,
        source=envelope.source,
        properties=properties or _described(kind, raw, traits),
        context=_context(raw),
        traits=traits if kind == "identify" else {},
        signature=_signature(envelope.source, kind, raw, traits, country),
        raw=raw,
        cause=envelope.cause,
        depth=envelope.depth,
    )


def _fact(envelope: Envelope, raw: dict) -> Incoming:
    """A fact of our own making: it names its contact by key and may say what to remember."""
    at = datetime.fromisoformat(raw["at"])
    return Incoming(
        key=seen_key("fact", raw["message_id"]),
        message_id=raw["message_id"],
        kind="derived",
        name=raw["name"],
        at=at,
        received=envelope.received,
        history=envelope.received - at > FRESH,
        source=envelope.source,
        properties=raw["properties"],
        context={},
        traits={},
        signature=Signature(),
        raw=raw,
        remember=raw["remember"],
        found_us=raw.get("found_us", ""),
        cause=envelope.cause,
        depth=envelope.depth,
        contact_id=raw["contact"],
        recorded_for_id=raw["recorded_for"],
    )


def _name(kind: str, raw: dict) -> str:
    if kind != "track":
        return _NAMES[kind]
    name = raw.get("event")
    if not isinstance(name, str) or not name.strip():
        raise Refused("A track call needs an event name.")
    if len(name) > 200:
        raise Refused("An event name may have 200 characters.")
    return name.strip()


def _described(kind: str, raw: dict, traits: dict) -> dict:
    """What a call without properties is about."""
    match kind:
        case "identify":
            return {"traits": traits} if traits else {}
        case "group":
            return {"groupId": raw.get("groupId"), "traits": traits}
        case "alias":
            return {"previousId": raw.get("previousId")}
        case _:
            return {"name": raw["name"]} if isinstance(raw.get("name"), str) else {}


def _object(raw: dict, field_name: str) -> dict:
    value = raw.get(field_name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(f"{field_name} must be an object.")
    return value


def _context(raw: dict) -> dict:
    """As it came, but that of the page before only the host is kept."""
    context = raw.get("context")
    if not isinstance(context, dict):
        return {}
    page = context.get("page")
    if isinstance(page, dict) and page.get("referrer"):
        return context | {"page": page | {"referrer": origins.bare(page["referrer"])}}
    return dict(context)


def _signature(source: str, kind: str, raw: dict, traits: dict, country: str) -> Signature:
    anonymous = normal.identity("anonymous", raw.get("anonymousId"))
    keys = [normal.identity("external", raw.get("userId"))]
    if kind == "identify":
        keys += [
            normal.identity("email", traits.get("email")),
            normal.identity("phone", traits.get("phone"), country=country),
        ]
    if kind == "alias" and anonymous is None:
        anonymous = normal.identity("anonymous", raw.get("previousId"))
    stated: tuple[IdentityKey, ...] = tuple(key for key in keys if key)
    if not stated and anonymous is None:
        raise Refused("Nobody is named: an event needs a userId or an anonymousId.")
    if source == "site":
        return Signature((), stated, anonymous or _claimant(stated[0]))
    return Signature(stated, (), anonymous, "import" if source == "import" else "server")


def _claimant(claim: IdentityKey) -> IdentityKey:
    """A visitor without an id of its own who claims to be somebody: one visitor for each claim."""
    return IdentityKey("anonymous", f"claim:{blake2b(repr(claim).encode(), digest_size=16).hexdigest()}")


def _skew(sent: Any, received: datetime) -> timedelta | None:
    """How far the sender's clock is behind ours, or None where it does not say."""
    try:
        return received - _parse_time(sent) if sent else None
    except (ValueError, OverflowError):
        return None


def _time(value: Any, skew: timedelta | None, received: datetime) -> datetime:
    """When it happened by our clock: timestamp + (received - sentAt), never in the future."""
    if not value:
        return received
    try:
        at = _parse_time(value)
        at = at + skew if skew is not None else at
    except (ValueError, OverflowError) as error:
        raise Refused("timestamp is not a time (ISO 8601).") from error
    if at < _EARLIEST:
        raise Refused("timestamp lies before 1900.")
    return min(at, received)


def _parse_time(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError
    at = datetime.fromisoformat(value)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
