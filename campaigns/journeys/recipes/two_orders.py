"""Two orders, what do you brew with? Asks regulars one thing, and thanks them by citing what they said."""

from typing import Any

from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.asking import asked_and_thanked
from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Asks, Fields, Group, Letter, Numbers, Recipe, Start, waited
from campaigns.surveys.queries import OneTap


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "known")
    ordered = {
        "did": "order",
        "within": {"days": fields["days"]},
        "count": {"op": "at_least", "value": fields["orders"]},
    }
    return {
        "trigger": {"event": "Order Completed", "rule": ordered},
        "entry": {"again": "never"},
        "start": start,
        "steps": {**steps, **asked_and_thanked(fields, question, known="thank")},
    }


TWO_ORDERS = Recipe(
    slug="two-orders",
    group=Group.ASK,
    title=gettext_lazy("Two orders, what do you brew with?"),
    promise=gettext_lazy("Asks who comes back one thing, and thanks them with their own answer."),
    starts={"orders": Start(gettext_lazy("somebody ordered again"), {"event": "Order Completed"})},
    letters=(Letter("ask"), Letter("thank", "thanks", gettext_lazy("The thank-you that cites the answer"))),
    needs=(Need.ORDERS, Need.QUESTION),
    asks=Asks.REMEMBERED,
    numbers={
        "orders": Numbers(gettext_lazy("How many orders"), 2, 50, 2),
        "days": Numbers(gettext_lazy("Within how many days"), 1, 730, 30),
    },
    wait="now",
    build=_build,
    concerns={"did": "order", "within": {"days": 365}, "count": {"op": "at_least", "value": 2}},
)
