"""How was it? Asks for stars some days after an order, and thanks those who are glad."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.asking import answered, stars
from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Asks, Fields, Group, Letter, Recipe, Start, end, letter, waited
from campaigns.surveys.queries import OneTap

AGAIN_AFTER_DAYS = 60
PATIENCE_DAYS = 14


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "ask")
    return {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "after_days", "days": AGAIN_AFTER_DAYS},
        "start": start,
        "steps": {
            **steps,
            "ask": letter(fields, "answer"),
            "answer": {
                "kind": "wait",
                "for": {"days": PATIENCE_DAYS},
                "exits": [
                    {**answered(question.survey, stars(question, 4, 5)), "next": "thank"},
                    {**answered(question.survey), "next": "told"},
                ],
                "next": "silent",
            },
            "thank": letter(fields, "glad", "thanks_"),
            "glad": end(_("Is glad")),
            "told": end(_("Told us what was wrong")),
            "silent": end(_("Did not answer")),
        },
    }


REVIEW = Recipe(
    slug="review",
    group=Group.ASK,
    title=gettext_lazy("How was it?"),
    promise=gettext_lazy("Asks for stars after an order. Who gives four or five is asked to tell others."),
    starts={"order": Start(gettext_lazy("an order is placed"), {"event": "Order Completed"})},
    letters=(Letter("ask"), Letter("thank", "thanks", gettext_lazy("To those who gave four or five stars"))),
    needs=(Need.ORDERS, Need.STARS),
    asks=Asks.STARS,
    wait="1_week",
    build=_build,
)
