"""Low score: a colleague writes to who gave one or two stars, before anything else is said."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.asking import answered, stars
from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Asks, Fields, Group, Letter, Numbers, Recipe, Start, end, service
from campaigns.surveys.queries import OneTap

NOT_HEARD: dict[str, Any] = {"property": "conversation", "op": "is_missing"}
"""Where the survey itself brings it to the inbox, a task besides would be the same thing twice."""


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    return {
        "trigger": answered(question.survey, stars(question, 1, 2), NOT_HEARD),
        "entry": {"again": "never", "key": "response"},
        "start": "task",
        "steps": {
            "task": {
                "kind": "task",
                "task": "write",
                "text": _("A low score. Read what was said and write, or call."),
                "within": {"hours": fields["hours"]},
                "next": "promise",
            },
            "promise": service(fields, "handed"),
            "handed": end(_("With a person")),
        },
    }


LOW_SCORE = Recipe(
    slug="low-score",
    group=Group.CARE,
    title=gettext_lazy("Low score"),
    promise=gettext_lazy("One or two stars: a colleague gets a task at once, and who gave them hears of it."),
    starts={"score": Start(gettext_lazy("somebody gives one or two stars"), {"event": "Survey Answered"})},
    letters=(Letter("promise"),),
    needs=(Need.STARS,),
    asks=Asks.STARS,
    numbers={"hours": Numbers(gettext_lazy("Within how many hours a person writes"), 1, 72, 4)},
    build=_build,
)
