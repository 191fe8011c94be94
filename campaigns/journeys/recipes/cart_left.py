"""Cart left: a reminder for who filled a cart, or began a checkout, and did not order."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.moments.asked import CART_LEFT as LEFT
from campaigns.journeys.moments.carts import FILLED
from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Numbers, Recipe, Start, end, letter
from campaigns.surveys.queries import OneTap

AGAIN_AFTER_DAYS = 7
HOURS = 1


def _trigger(hours: int) -> dict[str, Any]:
    return {"event": LEFT, "rule": {"property": "hours", "op": "is", "value": hours}}


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    return {
        "trigger": _trigger(fields["hours"]),
        "entry": {"again": "after_days", "days": AGAIN_AFTER_DAYS},
        "goal": {"event": "Order Completed"},
        "start": "remind",
        "steps": {
            "remind": letter(fields, "after"),
            "after": {"kind": "wait", "for": {"days": 3}, "next": "left"},
            "left": end(_("Did not order")),
        },
    }


CART_LEFT = Recipe(
    slug="cart-left",
    group=Group.SELL,
    title=gettext_lazy("Cart left"),
    promise=gettext_lazy("Reminds of a cart, once, and offers a person's help. Who orders is left in peace."),
    starts={"left": Start(gettext_lazy("a cart is left, and no order follows"), _trigger(HOURS))},
    letters=(Letter("remind"),),
    needs=(Need.CARTS, Need.ORDERS),
    numbers={"hours": Numbers(gettext_lazy("Hours without an order"), 1, 72, HOURS)},
    build=_build,
    concerns={"any": [{"did": "event", "name": name, "within": {"days": 365}} for name in FILLED]},
)
