"""Cart left: a reminder for who began a checkout and did not order."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Recipe, Start, end, letter, waited
from campaigns.surveys.queries import OneTap

CHECKOUT: dict[str, Any] = {"event": "Checkout Started"}
AGAIN_AFTER_DAYS = 7


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "remind")
    return {
        "trigger": CHECKOUT,
        "entry": {"again": "after_days", "days": AGAIN_AFTER_DAYS},
        "goal": {"event": "Order Completed"},
        "start": start,
        "steps": {
            **steps,
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
    starts={"checkout": Start(gettext_lazy("a checkout is started, and no order follows"), CHECKOUT)},
    letters=(Letter("remind"),),
    needs=(Need.CARTS, Need.ORDERS),
    wait="1_hour",
    build=_build,
)
