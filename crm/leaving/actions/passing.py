"""What happens to cases as time passes and people turn out to be one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from crm.contacts.actions import hold
from crm.dialogue.actions import release_waiting
from crm.leaving.actions.settling import settle
from crm.leaving.models import Case
from crm.leaving.queries import LEAVING
from engage.lib import clock, sql
from engage.lib.spoken import to_staff

LONGEST = timedelta(days=14)
"""Nothing is held for ever: a case about which nobody says anything is closed by itself."""


def take_reminders(*, at: datetime) -> list[Case]:
    """The cases whose colleague is to be reminded now, each once. One statement, and a query where there are any."""
    taken = sql.rows(
        "UPDATE crm_leaving_case SET reminded = %s WHERE closed IS NULL AND reminded IS NULL AND remind <= %s "
        "RETURNING id",
        [at, at],
    )
    if not taken:
        return []
    return list(Case.objects.filter(pk__in=[row[0] for row in taken]).select_related("contact", "assignee"))


def lapse(*, at: datetime, most: int = 200) -> int:
    """Close those about which nobody said anything for too long; nobody can tell what came of them."""
    old = Case.objects.filter(closed=None, opened__lte=at - LONGEST).order_by("due")[:most]
    with to_staff():
        why = _("Nobody said within %(days)d days what came of it.") % {"days": LONGEST.days}
    return sum(settle(case=case, outcome=Case.Outcome.CANNOT_TELL, why=why, by="Engage", at=at) for case in old)


def release_freed(*, at: datetime, most: int = 1000) -> int:
    """Let go what waits for a case that is no longer the person's: it went with whom they were split from.

    Periodic. People in other hands are left for the next time.
    """
    waiting = sql.rows(
        """
        SELECT DISTINCT m.contact_id FROM crm_dialogue_message AS m WHERE m.state = 'waiting' AND m.why = %s
            AND NOT EXISTS (SELECT FROM crm_leaving_case AS k WHERE k.contact_id = m.contact_id AND k.closed IS NULL)
        LIMIT %s
        """,
        [LEAVING, most],
    )
    if not waiting:
        return 0
    with transaction.atomic():
        held = hold(contacts=[row[0] for row in waiting], skip_locked=True)
        open_now = Case.objects.filter(contact__in=held.contacts, closed=None).values_list("contact", flat=True)
        return release_waiting(held.contacts - set(open_now), why=LEAVING, at=at)


def keep_the_older(contacts: Sequence[int]) -> None:
    """After a merge: of two open cases of one person the older goes on; the other and its task are done, without a
    result. One statement."""
    with to_staff():
        why = _("The same person had a case already.")
    sql.run(_KEEP_THE_OLDER, {"contacts": list(contacts), "at": clock.now(), "why": why})


_KEEP_THE_OLDER = """
    WITH ranked AS (
        SELECT id, task_id, row_number() OVER (PARTITION BY contact_id ORDER BY opened, id) AS place
        FROM crm_leaving_case WHERE contact_id = ANY(%(contacts)s) AND closed IS NULL
    ), ended AS (
        UPDATE crm_leaving_case AS k SET closed = %(at)s, closed_by = 'Engage', why = %(why)s
        FROM ranked WHERE ranked.id = k.id AND ranked.place > 1 RETURNING k.task_id
    )
    UPDATE crm_dialogue_task AS t SET done = %(at)s, done_by = 'Engage', result = %(why)s
    FROM ended WHERE t.id = ended.task_id AND t.done IS NULL
"""
