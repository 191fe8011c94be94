"""A question after the order: asks one thing when it has arrived, and keeps the answer."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.asking import asked_and_thanked
from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Asks, Fields, Group, Letter, Recipe, Start, end, waited
from campaigns.surveys.queries import OneTap

AGAIN_AFTER_DAYS = 90


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "known")
    return {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "after_days", "days": AGAIN_AFTER_DAYS},
        "start": start,
        "steps": {
            **steps,
            **asked_and_thanked(fields, question, known="before"),
            "before": end(_("Had told us before")),
        },
    }


AFTER_ORDER = Recipe(
    slug="after-order",
    group=Group.ASK,
    title=gettext_lazy("A question after the order"),
    promise=gettext_lazy("Asks one thing once the order has arrived. Who told you already is not asked."),
    starts={"order": Start(gettext_lazy("an order is placed"), {"event": "Order Completed"})},
    letters=(Letter("ask"), Letter("thank", "thanks", gettext_lazy("The thank-you that cites the answer"))),
    needs=(Need.ORDERS, Need.QUESTION),
    asks=Asks.REMEMBERED,
    wait="3_days",
    build=_build,
)
