"""What was begun and never sent is forgotten, and photos go with their answers."""

from datetime import datetime

from campaigns.surveys.links import RESUME_LIVES
from campaigns.surveys.models import Response
from crm.contacts.erasing import Erased
from engage.lib import sql

SLICE = 500


def forget_begun(*, at: datetime) -> None:
    """In slices."""
    begun = Response.objects.filter(state=Response.State.BEGUN, started__lt=at - RESUME_LIVES)
    while found := list(begun.order_by("started").values_list("pk", flat=True)[:SLICE]):
        begun.filter(pk__in=found).delete()


def erase_responses(erased: Erased) -> None:
    """With their photos. One statement: the keys are looked at when the transaction ends."""
    sql.run(
        "WITH gone AS (DELETE FROM campaigns_surveys_response WHERE contact_id = ANY(%s) RETURNING id) "
        "DELETE FROM campaigns_surveys_photo WHERE response_id IN (SELECT id FROM gone)",
        [list(erased.contacts)],
    )
