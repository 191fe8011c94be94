"""A journey begun by many people of a list. `said` holds the journey's `id` and `name`, the `thing`, and `whoever`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.by_hand import begin_held, counted
from crm.dialogue.actions.taking_back import take_back
from crm.lists.acts.act import WRITERS, Act, Change, Done
from crm.lists.models import BulkAct
from engage.lib import sql


def _begin(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    said = job.said
    begun = begin_held(
        said["id"],
        contacts,
        entry=f"bulk:{job.uid}",
        by=job.by,
        at=at,
        thing=said.get("thing", ""),
        whoever=said.get("whoever", False),
    )
    return Done({contact: str(walk) for contact, walk in begun.walks.items()}, counted(begun))


def _take_off(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """As if they had never begun, where nothing was sent to them; what waits to be sent is dropped."""
    walks = {change.wrote: change for change in changes}
    left = take_back([change.contact for change in changes], walks, at=at)
    gone = sql.rows(_FORGET, [[walk for walk in walks if walk not in left]])
    return {walks[str(uid)].id for (uid,) in gone}


def _words(said: dict[str, Any]) -> str:
    return _("Began the journey “%(name)s”") % said


BEGIN = Act(gettext_lazy("Begin a journey"), _words, _begin, _take_off, WRITERS)

_FORGET = """
    WITH gone AS (
        DELETE FROM campaigns_journeys_enrolment WHERE uid = ANY(%s::uuid[]) AND state = 'active' RETURNING id, uid
    ), waits AS (DELETE FROM campaigns_journeys_duewait AS w USING gone WHERE w.enrolment_id = gone.id),
    visits AS (DELETE FROM campaigns_journeys_visit AS v USING gone WHERE v.enrolment_id = gone.id)
    SELECT uid FROM gone
"""
