"""Permission to speak, and the switches that take it away."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from crm.contacts import normal
from crm.contacts.models import Consent, Contact, Pause, Suppression, Topic
from crm.contacts.telling import told
from engage.lib import sql, wake


def record_consent(
    *,
    contact: Contact,
    topic: Topic,
    state: str,
    how: str,
    at: datetime,
    channel: str = "email",
    words: str = "",
    source: str = "",
    by: str = "customer",
    asked: datetime | None = None,
    network_address: str | None = None,
    recorded_for: int | None = None,
) -> Consent:
    """Append one statement to the ledger; the latest `at` counts. Triggers hear of it as an event.

    `asked` is when a request was made that was confirmed at `at`; `recorded_for` the contact whose identity brought
    it, where that was absorbed by `contact`.
    """
    with transaction.atomic():
        consent = Consent.objects.create(
            contact=contact,
            recorded_for_id=recorded_for or contact.pk,
            channel=channel,
            topic=topic,
            state=state,
            how=how,
            words=words,
            source=source,
            by=by,
            asked=asked,
            at=at,
            network_address=network_address,
        )
        told(
            contact=contact.pk,
            recorded_for=consent.recorded_for_id,
            name="Permission Given" if state == Consent.State.GRANTED else "Permission Withdrawn",
            at=at,
            message_id=f"consent:{consent.pk}",
            properties={"topic": topic.key, "channel": channel, "how": how},
        )
    return consent


def pause(*, contact: Contact | None, until: datetime | None, by: str, at: datetime) -> Pause:
    """Stop speaking first: to one contact, or to everybody. A standing pause is replaced."""
    with transaction.atomic():
        lift_pause(contact=contact, by=by, at=at)
        return Pause.objects.create(contact=contact, recorded_for=contact, until=until, by=by, at=at)


def lift_pause(*, contact: Contact | None, by: str, at: datetime, drop_before: datetime | None = None) -> bool:
    """Speak again; False if there was no pause. What piled up while everything was paused is dropped if it was due
    before `drop_before`, else let go: see `crm.dialogue.actions.pile`."""
    standing = Pause.objects.filter(contact=contact, lifted=None)
    lifted = standing.update(lifted=at, lifted_by=by, drop_before=drop_before)
    transaction.on_commit(lambda: wake.wake("speak"))
    return bool(lifted)


def suppress(*, address: str, reason: str, by: str, at: datetime, channel: str = "email", detail: str = "") -> None:
    """Put an address on the do-not-write list, once."""
    kept = "" if reason == Suppression.Reason.ERASED else address
    Suppression.objects.update_or_create(
        channel=channel,
        digest=address_digest(address),
        defaults={"reason": reason, "detail": detail, "by": by, "at": at, "until": None},
        create_defaults={"reason": reason, "detail": detail, "by": by, "at": at, "address": kept},
    )


@dataclass(frozen=True, slots=True)
class CameBack:
    """An address that took no mail of ours, and why: bounce, complaint, or soft, which lapses at `until`."""

    address: str
    reason: str
    detail: str = ""
    until: datetime | None = None


def suppress_returned(addresses: Sequence[CameBack], *, by: str, at: datetime, channel: str = "email") -> None:
    """Put these addresses on the list. What stands there for a stronger reason stays, so that the end is the same in
    whatever order it was heard: soft, then bounce, then complaint, then what people decided. One statement."""
    strongest: dict[bytes, CameBack] = {}
    for one in addresses:
        digest = address_digest(one.address)
        known = strongest.get(digest)
        if known is None or _STRENGTH.index(known.reason) < _STRENGTH.index(one.reason):
            strongest[digest] = one
    if not strongest:
        return
    sql.run(
        """
        INSERT INTO crm_contacts_suppression AS known (channel, digest, address, reason, detail, by, at, until)
        SELECT %(channel)s, digest, address, reason, detail, %(by)s, %(at)s, until
        FROM unnest(%(digests)s::bytea[], %(addresses)s::text[], %(reasons)s::text[], %(details)s::text[],
            %(untils)s::timestamptz[]) AS n(digest, address, reason, detail, until)
        ON CONFLICT (channel, digest) DO UPDATE SET reason = excluded.reason, detail = excluded.detail,
            by = excluded.by, at = excluded.at, until = excluded.until
        WHERE known.reason = 'soft' OR (known.reason = 'bounce' AND excluded.reason = 'complaint')
        """,
        {
            "channel": channel,
            "by": by,
            "at": at,
            "digests": list(strongest),
            "addresses": [one.address for one in strongest.values()],
            "reasons": [one.reason for one in strongest.values()],
            "details": [one.detail[:300] for one in strongest.values()],
            "untils": [one.until for one in strongest.values()],
        },
    )


_STRENGTH = (Suppression.Reason.SOFT, Suppression.Reason.BOUNCE, Suppression.Reason.COMPLAINT)


def lift_suppression(*, address: str, channel: str = "email") -> bool:
    """Take an address off the list; False if it was not on it."""
    return bool(Suppression.objects.filter(channel=channel, digest=address_digest(address)).delete()[0])


def address_digest(address: str) -> bytes:
    """A keyed hash: it recognises an address again without telling it."""
    key = normal.email(address)
    text = key.value if key else address.strip().lower()
    return hmac.digest(settings.SECRET_KEY.encode(), b"address:" + text.encode(), hashlib.sha256)
