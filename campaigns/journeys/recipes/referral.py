"""Pass it on: asks regulars to tell somebody who would like it too."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Numbers, Recipe, Start, end, letter, waited
from campaigns.surveys.queries import OneTap


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "ask")
    regular = {
        "did": "order",
        "within": {"days": 365},
        "count": {"op": "at_least", "value": fields["orders"]},
    }
    return {
        "trigger": {"event": "Order Completed", "rule": regular},
        "entry": {"again": "never"},
        "start": start,
        "steps": {**steps, "ask": letter(fields, "asked"), "asked": end(_("Asked"))},
    }


REFERRAL = Recipe(
    slug="referral",
    group=Group.ASK,
    title=gettext_lazy("Pass it on"),
    promise=gettext_lazy("Asks who keeps coming back, once, to tell a friend."),
    starts={"orders": Start(gettext_lazy("somebody ordered often within a year"), {"event": "Order Completed"})},
    letters=(Letter("ask"),),
    needs=(Need.ORDERS,),
    numbers={"orders": Numbers(gettext_lazy("How many orders"), 2, 50, 3)},
    wait="3_days",
    build=_build,
    concerns={"did": "order", "within": {"days": 365}, "count": {"op": "at_least", "value": 3}},
)
