"""What a person may set with the link alone: what we write about, how often, until when not at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.channels import port
from crm.contacts.actions import hold, lift_pause, pause, record_consent
from crm.contacts.evidence import Evidence, evidence, evidence_by_channel
from crm.contacts.models import Consent, Contact, Identity, Pause, Topic
from crm.preferences import frequency
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference

WAYS = {
    "email": gettext_lazy("By e-mail"),
    "sms": gettext_lazy("By text message"),
    "webpush": gettext_lazy("As a notification in the browser"),
    "webhook": gettext_lazy("In another way"),
}
"""The channels that ask for a permission, as their people read them."""
PAUSES = {"week": timedelta(days=7), "month": timedelta(days=30), "season": timedelta(days=90)}
LONGEST_PAUSE = timedelta(days=731)


def standing_pause(contact: Contact, at: datetime) -> Pause | None:
    """One query."""
    found = Pause.objects.filter(contact=contact, lifted=None).order_by("-at").first()
    return found if found and (found.until is None or found.until > at) else None


def wants_fewer(contact: Contact) -> bool:
    """One query."""
    return Preference.objects.filter(
        contact=contact, key__key=frequency.KEY, state=Preference.State.ACTIVE, value=frequency.FEWER
    ).exists()


@dataclass(frozen=True, slots=True)
class Ledger:
    """How a change of permission is written down: where it was said, and from which network address."""

    source: str
    network_address: str | None = None
    channel: str = "email"


def set_topics(*, contact: Contact, granted: Collection[str], ledger: Ledger, at: datetime) -> None:
    """Make the topics with these keys, and no others, the granted ones; only what changes is written."""
    with transaction.atomic():
        hold(contacts=[contact.pk])
        for standing in evidence(contact, ledger.channel):
            wanted = standing.topic.key in granted
            if wanted != standing.granted:
                _state(contact, standing.topic, granted=wanted, ledger=ledger, at=at)


def withdraw(*, contact: Contact, topics: Collection[str] | None, ledger: Ledger, at: datetime) -> list[Topic]:
    """No more about these topics, or (None) about any, even where nothing was said. Returns those granted before."""
    with transaction.atomic():
        hold(contacts=[contact.pk])
        asked = [e for e in evidence(contact, ledger.channel) if topics is None or e.topic.key in topics]
        for standing in asked:
            if standing.granted or standing.consent is None:
                _state(contact, standing.topic, granted=False, ledger=ledger, at=at)
        return [standing.topic for standing in asked if standing.granted]


def grant(*, contact: Contact, topics: Collection[str], ledger: Ledger, at: datetime) -> None:
    """About these topics, too."""
    with transaction.atomic():
        hold(contacts=[contact.pk])
        for standing in evidence(contact, ledger.channel):
            if standing.topic.key in topics and not standing.granted:
                _state(contact, standing.topic, granted=True, ledger=ledger, at=at)


def ways(contact: Contact) -> dict[str, list[Evidence]]:
    """By channel, what they said about each topic: e-mail, what else reaches them, and what else they spoke of. Three
    queries."""
    proved = Identity.objects.filter(contact=contact).exclude(proof="")
    kinds = set(proved.values_list("kind", flat=True))
    return evidence_by_channel(contact, [name for name in WAYS if port.channel(name).reached_by in kinds])


def _state(contact: Contact, topic: Topic, *, granted: bool, ledger: Ledger, at: datetime) -> None:
    words = _("Write to me about: %(topic)s") if granted else _("Do not write to me about: %(topic)s")
    if ledger.channel != "email" and (way := WAYS.get(ledger.channel)):
        words = f"{way}: {words}"
    record_consent(
        contact=contact,
        topic=topic,
        state=Consent.State.GRANTED if granted else Consent.State.WITHDRAWN,
        how=Consent.How.LINK,
        channel=ledger.channel,
        words=words % {"topic": topic.label},
        source=ledger.source,
        network_address=ledger.network_address,
        at=at,
    )


def pause_end(span: str, day: str, at: datetime) -> datetime | None:
    """When a pause ends: after a `span` of PAUSES, or as a `day` (ISO) of the next two years begins; else None."""
    if span in PAUSES:
        return at + PAUSES[span]
    try:
        until = timezone.make_aware(datetime.fromisoformat(day[:10]))
    except (ValueError, OverflowError):
        return None
    return until if at < until < at + LONGEST_PAUSE else None


def pause_until(*, contact: Contact, until: datetime, at: datetime) -> None:
    """Say nothing first until then."""
    pause(contact=contact, until=until, by="customer", at=at)


def stop(*, contact: Contact, at: datetime) -> None:
    """Say nothing first until they want it again."""
    pause(contact=contact, until=None, by="customer", at=at)


def resume(*, contact: Contact, at: datetime) -> None:
    lift_pause(contact=contact, by="customer", at=at)


def set_frequency(*, contact: Contact, value: str, at: datetime) -> None:
    """`fewer` or `normal`: remembered like everything else that people tell us, above what anybody else says."""
    with transaction.atomic():
        present = hold(contacts=[contact.pk]).present[contact.pk]
        words = _("Write to me less often") if value == frequency.FEWER else _("Write to me as often as before")
        statement = Statement(
            contact=present,
            recorded_for=contact.pk,
            key=frequency.KEY,
            value=value,
            kind=Preference.Kind.STATED,
            rank=Preference.Rank.CORRECTED,
            at=at,
            words=words,
            source_kind="memory",
            source_label="their own page",  # for the team
        )
        remember([statement], at=at)
