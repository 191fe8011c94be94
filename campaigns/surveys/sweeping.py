"""What was begun and never sent is forgotten, and photos go with their answers."""

from datetime import datetime

from django.db import transaction

from campaigns.surveys.confirming.signing import silent
from campaigns.surveys.links import RESUME_LIVES
from campaigns.surveys.models import Response
from crm.contacts.actions import forget_strangers
from crm.contacts.erasing import Erased
from engage.lib import sql

SLICE = 500


def forget_begun(*, at: datetime) -> None:
    """With strangers of whom nothing else is known. In slices."""
    unsent = (Response.State.BEGUN, Response.State.WAITING, Response.State.SUSPECT)
    begun = Response.objects.filter(state__in=unsent, started__lt=at - RESUME_LIVES)
    while found := dict(begun.order_by("started").values_list("pk", "contact")[:SLICE]):
        with transaction.atomic():
            forget_strangers(silent({pk for pk in found.values() if pk is not None}), at=at)
            begun.filter(pk__in=list(found)).delete()


def erase_responses(erased: Erased) -> None:
    """With their photos. One statement: the keys are looked at when the transaction ends."""
    sql.run(
        "WITH gone AS (DELETE FROM campaigns_surveys_response WHERE contact_id = ANY(%s) "
        "OR (address <> '' AND address = ANY(%s)) RETURNING id) "
        "DELETE FROM campaigns_surveys_photo WHERE response_id IN (SELECT id FROM gone)",
        [list(erased.contacts), list(erased.traces)],
    )
