"""Before somebody leaves: who shows that they may be leaving hears at once that a person will call. The case,
its task and its reminder are there by themselves (`crm.leaving`)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Recipe, Start, end, service
from campaigns.surveys.queries import OneTap
from crm.leaving.models import Case

ENQUIRY: dict[str, Any] = {"event": "Leaving Enquiry"}
CLOSED = "Leaving Enquiry Closed"
AGAIN_AFTER_DAYS = 7


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    return {
        "trigger": ENQUIRY,
        "entry": {"again": "after_days", "days": AGAIN_AFTER_DAYS},
        "start": "promise",
        "steps": {
            "promise": service(fields, "talk"),
            "talk": {
                "kind": "wait",
                "for": {"days": 15},
                "exits": [_closed(Case.Outcome.STAYED, "stayed"), _closed(Case.Outcome.LEFT, "left")],
                "next": "unknown",
            },
            "stayed": end(_("Stayed")),
            "left": end(_("Left")),
            "unknown": end(_("Nobody can tell")),
        },
    }


def _closed(outcome: str, to: str) -> dict[str, Any]:
    return {"event": CLOSED, "rule": {"property": "outcome", "op": "is", "value": str(outcome)}, "next": to}


LEAVING = Recipe(
    slug="leaving",
    group=Group.WIN_BACK,
    title=gettext_lazy("Before somebody leaves"),
    promise=gettext_lazy("A question that often comes before leaving: they hear that a person will call them."),
    starts={"enquiry": Start(gettext_lazy("somebody shows that they may be leaving"), ENQUIRY)},
    letters=(Letter("promise"),),
    needs=(Need.LEAVING,),
    build=_build,
)
