"""Many people into a company. `said` holds its `id` and `name`, and whether it was `made` for this."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.lists.acts.act import WRITERS, Act, Change, Done
from crm.lists.models import BulkAct
from engage.lib import sql


def _join(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    company = job.said["id"]
    moved = sql.rows(
        "UPDATE crm_contacts_contact AS c SET company_id = o.id FROM crm_contacts_contact AS before, "
        "crm_contacts_company AS o WHERE c.id = ANY(%s) AND before.id = c.id AND o.id = %s "
        "AND c.company_id IS DISTINCT FROM o.id RETURNING c.id, before.company_id",
        [list(contacts), company],
    )
    return Done(dict(moved))


def _leave(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """Back to where each was, but for who has gone elsewhere since. A company made for this goes when it is empty."""
    company = job.said["id"]
    back = sql.rows(
        "UPDATE crm_contacts_contact AS c SET company_id = o.id "
        "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS j(id, contact, company) "
        "LEFT JOIN crm_contacts_company AS o ON o.id = j.company "
        "WHERE c.id = j.contact AND c.company_id = %s RETURNING j.id",
        [
            [change.id for change in changes],
            [change.recorded_for for change in changes],
            [change.wrote for change in changes],
            company,
        ],
    )
    if job.said["made"]:
        sql.run(
            "DELETE FROM crm_contacts_company AS o WHERE o.id = %s AND o.external_id IS NULL AND o.attributes = '{}' "
            "AND NOT EXISTS (SELECT FROM crm_contacts_contact AS c WHERE c.company_id = o.id)",
            [company],
        )
    return {key for (key,) in back}


JOIN = Act(
    gettext_lazy("Put into a company"),
    lambda said: _("Put into the company “%(name)s”") % said,
    _join,
    _leave,
    WRITERS,
)
