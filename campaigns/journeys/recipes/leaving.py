"""Before somebody leaves: an enquiry that often comes before it, such as how much is left to pay. A person calls."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Numbers, Recipe, Start, end, service
from campaigns.surveys.queries import OneTap

AGAIN_AFTER_DAYS = 7


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    return {
        "trigger": STARTS[fields["start"]].trigger,
        "entry": {"again": "after_days", "days": AGAIN_AFTER_DAYS},
        "start": "call",
        "steps": {
            "call": {
                "kind": "task",
                "task": "call",
                "text": _("Asked what often comes before leaving. Call, answer it, and ask why."),
                "within": {"hours": fields["hours"]},
                "next": "promise",
            },
            "promise": service(fields, "handed"),
            "handed": end(_("With a person")),
        },
    }


STARTS = {
    "payoff": Start(gettext_lazy("somebody asks how much is left to pay"), {"event": "Payoff Requested"}),
    "cancel": Start(gettext_lazy("somebody asks how to stop"), {"event": "Cancellation Requested"}),
}

LEAVING = Recipe(
    slug="leaving",
    group=Group.WIN_BACK,
    title=gettext_lazy("Before somebody leaves"),
    promise=gettext_lazy("A question that often comes before leaving: a colleague calls within hours."),
    starts=STARTS,
    letters=(Letter("promise"),),
    needs=(Need.LEAVING,),
    numbers={"hours": Numbers(gettext_lazy("Within how many hours a person calls"), 1, 72, 2)},
    build=_build,
)
