"""Back in stock: says so to those who were after it, once for each product."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Recipe, Start, end, letter, waited
from campaigns.surveys.queries import OneTap

BACK: dict[str, Any] = {"event": "Back In Stock"}
AGAIN_AFTER_DAYS = 30
PATIENCE_DAYS = 7


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "tell")
    return {
        "trigger": BACK,
        "entry": {"again": "after_days", "days": AGAIN_AFTER_DAYS, "key": "product_id"},
        "goal": {"event": "Order Completed"},
        "start": start,
        "steps": {
            **steps,
            "tell": letter(fields, "after"),
            "after": {"kind": "wait", "for": {"days": PATIENCE_DAYS}, "next": "left"},
            "left": end(_("Did not order")),
        },
    }


BACK_IN_STOCK = Recipe(
    slug="back-in-stock",
    group=Group.SELL,
    title=gettext_lazy("Back in stock"),
    promise=gettext_lazy("Tells who wanted something that was sold out, and has not bought it since."),
    starts={"stock": Start(gettext_lazy("something they wanted is back in stock"), BACK)},
    letters=(Letter("tell"),),
    needs=(Need.STOCK,),
    wait="now",
    build=_build,
)
