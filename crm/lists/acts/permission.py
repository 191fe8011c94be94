"""Permission taken from many people: never given, because only they can. `said` holds the topic's `id` and `name`, and
the `words` that say why."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Consent, Topic
from crm.events.actions import Fact, derive
from crm.lists.acts.act import Act, Change, Done
from crm.lists.models import BulkAct


def _withdraw(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    """Of those who have given it; journeys hear of each."""
    topic = Topic.objects.get(pk=job.said["id"])
    said = Consent.objects.filter(contact__in=contacts, channel="email", topic=topic)
    latest = said.order_by("contact_id", "-at", "-id").distinct("contact_id").values_list("contact_id", "state")
    given = [contact for contact, state in latest if state == Consent.State.GRANTED]
    made = Consent.objects.bulk_create(_withdrawal(job, topic, contact, at) for contact in given)
    derive([_fact(consent, topic) for consent in made])
    return Done({consent.contact_id: consent.pk for consent in made})


def _withdrawal(job: BulkAct, topic: Topic, contact: int, at: datetime) -> Consent:
    return Consent(
        contact_id=contact,
        recorded_for_id=contact,
        topic=topic,
        state=Consent.State.WITHDRAWN,
        how=Consent.How.STAFF,
        words=job.said["words"],
        by=job.by,
        at=at,
    )


def _fact(consent: Consent, topic: Topic) -> Fact:
    return Fact(
        contact=consent.contact_id,
        recorded_for=consent.contact_id,
        name="Permission Withdrawn",
        at=consent.at,
        message_id=f"consent:{consent.pk}",
        properties={"topic": topic.key, "channel": consent.channel, "how": consent.how},
    )


def _take_back(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """What each said themselves holds again; the act and its undoing stay on record."""
    ours = {change.wrote: change.id for change in changes}
    found = list(Consent.objects.filter(pk__in=ours).values_list("pk", flat=True))
    Consent.objects.filter(pk__in=found).delete()
    return {ours[pk] for pk in found}


WITHDRAW = Act(
    gettext_lazy("Withdraw permission"),
    lambda said: _("Permission for %(name)s withdrawn") % said,
    _withdraw,
    _take_back,
)
