"""Welcome and ask: the first words to somebody new, with one question worth remembering."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Asks, Fields, Group, Letter, Recipe, Start, end, letter, waited
from campaigns.surveys.queries import OneTap

FIRST_ORDER = {"did": "order", "count": {"op": "is", "value": 1}}


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "welcome")
    return {
        "trigger": STARTS[fields["start"]].trigger,
        "entry": {"again": "never"},
        "start": start,
        "steps": {**steps, "welcome": letter(fields, "end"), "end": end(_("Welcomed"))},
    }


STARTS = {
    "permission": Start(gettext_lazy("somebody gives permission to write"), {"event": "Permission Given"}),
    "sign_up": Start(gettext_lazy("somebody signs up on your website"), {"event": "Signed Up"}),
    "first_order": Start(
        gettext_lazy("somebody orders for the first time"), {"event": "Order Completed", "rule": FIRST_ORDER}
    ),
}

WELCOME = Recipe(
    slug="welcome",
    group=Group.GREET,
    title=gettext_lazy("Welcome and ask"),
    promise=gettext_lazy("Greets everybody new and asks one question, so that the next message can fit."),
    starts=STARTS,
    letters=(Letter("welcome"),),
    needs=(Need.QUESTION,),
    asks=Asks.REMEMBERED,
    wait="now",
    build=_build,
)
