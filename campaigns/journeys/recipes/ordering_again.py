"""Recipes for the time after an order: it runs low, it has been long. One walk for each order, until the next."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Numbers, Recipe, Start, end, letter
from campaigns.surveys.queries import OneTap

ORDERED: dict[str, Any] = {"event": "Order Completed"}
ORDERS = Start(gettext_lazy("somebody has not ordered again for so long"), ORDERED)


def _later(patience_days: int) -> Callable[[Fields, OneTap], dict[str, Any]]:
    def build(fields: Fields, question: OneTap) -> dict[str, Any]:
        return {
            "trigger": ORDERED,
            "entry": {"again": "never", "key": "order_id"},
            "goal": ORDERED,
            "start": "quiet",
            "steps": {
                "quiet": {"kind": "wait", "for": {"days": fields["days"]}, "clock": "10:00", "next": "write"},
                "write": letter(fields, "after"),
                "after": {"kind": "wait", "for": {"days": patience_days}, "next": "silent"},
                "silent": end(_("Did not order")),
            },
        }

    return build


REPLENISH = Recipe(
    slug="replenish",
    group=Group.SELL,
    title=gettext_lazy("Running low"),
    promise=gettext_lazy("Writes when what somebody bought is about used up, unless they ordered again."),
    starts={"orders": ORDERS},
    letters=(Letter("write"),),
    needs=(Need.ORDERS,),
    numbers={"days": Numbers(gettext_lazy("How many days an order lasts"), 3, 365, 30)},
    build=_later(14),
)

GONE_QUIET = Recipe(
    slug="gone-quiet",
    group=Group.WIN_BACK,
    title=gettext_lazy("Gone quiet 60 days"),
    promise=gettext_lazy("Asks who has not ordered for long whether something could be better."),
    starts={"orders": ORDERS},
    letters=(Letter("write"),),
    needs=(Need.ORDERS,),
    numbers={"days": Numbers(gettext_lazy("Days without an order"), 14, 730, 60)},
    build=_later(30),
    concerns={
        "all": [
            {"did": "order", "within": {"days": 365}},
            {"did": "order", "within": {"days": 60}, "count": {"op": "is", "value": 0}},
        ]
    },
)
