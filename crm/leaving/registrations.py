"""What cases tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing, merging
from crm.leaving.actions import keep_the_older
from crm.leaving.listening import open_cases_by_tag
from crm.leaving.models import Case
from crm.preferences import hearing
from crm.rules import Field, Kind, Rows, registry

registry.add(
    Rows(
        "leaving",
        _("showed that they may be leaving"),
        "crm_leaving_case",
        (
            Field("outcome", _("what came of it"), Kind.CHOICE, "r.outcome", lambda: tuple(Case.Outcome.choices)),
            Field("closed", _("end"), Kind.DATETIME, "r.closed"),
        ),
        time="r.opened",
    ),
)
merging.register("crm_leaving_case", after=keep_the_older)
erasing.register("crm_leaving_case")
hearing.connect(open_cases_by_tag)
