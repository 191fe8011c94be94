"""One value remembered of many people. Nobody said it, so that it is *noticed*, never *told us*: it may choose, and is
never quoted. `said` holds the `key`, its `label`, and the `value`."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.lists.acts.act import Act, Change, Done
from crm.lists.models import BulkAct
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference
from crm.preferences.settling import settle_pairs

SOURCE = "staff"
FORGOTTEN = "forgotten"


def _remember(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    """What somebody had us forget comes back only by their own word."""
    gone = Preference.objects.filter(contact__in=contacts, key__key=job.said["key"], state=Preference.State.FORGOTTEN)
    forgotten = set(gone.values_list("contact", flat=True))
    written = remember([_statement(job, one, at) for one in contacts if one not in forgotten], at=at)
    return Done({row.contact: row.id for row in written}, Counter({FORGOTTEN: len(forgotten)}))


def _statement(job: BulkAct, contact: int, at: datetime) -> Statement:
    return Statement(
        contact=contact,
        recorded_for=contact,
        key=job.said["key"],
        value=job.said["value"],
        kind=Preference.Kind.OBSERVED,
        at=at,
        source_kind=SOURCE,
        source_id=f"bulk:{job.uid}",
        by=job.by,
    )


def _take_back(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """It was never noticed, and what held before holds again; what was forgotten since stays forgotten."""
    ours = {change.wrote: change.id for change in changes}
    found = Preference.objects.filter(pk__in=ours).exclude(state=Preference.State.FORGOTTEN)
    rows = list(found.values_list("pk", "contact_id", "key_id"))
    found.delete()
    settle_pairs({(contact, key) for _pk, contact, key in rows}, at=at)
    return {ours[pk] for pk, _contact, _key in rows}


REMEMBER = Act(
    gettext_lazy("Remember something"), lambda said: _("Remembered %(label)s: %(value)s") % said, _remember, _take_back
)
