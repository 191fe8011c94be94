"""Permission to speak, and the switches that take it away."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction

from crm.contacts import normal
from crm.contacts.models import Consent, Contact, Pause, Suppression, Topic
from crm.contacts.telling import told
from engage.lib import wake


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


def lift_pause(*, contact: Contact | None, by: str, at: datetime) -> bool:
    """Speak again; False if there was no pause."""
    lifted = Pause.objects.filter(contact=contact, lifted=None).update(lifted=at, lifted_by=by)
    transaction.on_commit(lambda: wake.wake("speak"))
    return bool(lifted)


def suppress(*, address: str, reason: str, by: str, at: datetime, channel: str = "email", detail: str = "") -> None:
    """Put an address on the do-not-write list, once."""
    kept = "" if reason == Suppression.Reason.ERASED else address
    Suppression.objects.update_or_create(
        channel=channel,
        digest=address_digest(address),
        defaults={"reason": reason, "detail": detail, "by": by, "at": at},
        create_defaults={"reason": reason, "detail": detail, "by": by, "at": at, "address": kept},
    )


def lift_suppression(*, address: str, channel: str = "email") -> bool:
    """Take an address off the list; False if it was not on it."""
    return bool(Suppression.objects.filter(channel=channel, digest=address_digest(address)).delete()[0])


def address_digest(address: str) -> bytes:
    """A keyed hash: it recognises an address again without telling it."""
    key = normal.email(address)
    text = key.value if key else address.strip().lower()
    return hmac.digest(settings.SECRET_KEY.encode(), b"address:" + text.encode(), hashlib.sha256)
