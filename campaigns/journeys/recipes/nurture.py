"""Signed up, not bought yet: three letters in three weeks, until the first order."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Recipe, Start, end, letter, waited
from campaigns.surveys.queries import OneTap

NEVER_BOUGHT = {"did": "order", "count": {"op": "is", "value": 0}}


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "first")
    return {
        "trigger": STARTS[fields["start"]].trigger,
        "entry": {"again": "never"},
        "goal": {"event": "Order Completed"},
        "start": start,
        "steps": {
            **steps,
            "first": letter(fields, "a-week"),
            "a-week": {"kind": "wait", "for": {"days": 7}, "next": "second"},
            "second": letter(fields, "ten-days", "second_"),
            "ten-days": {"kind": "wait", "for": {"days": 10}, "next": "third"},
            "third": letter(fields, "after", "third_"),
            "after": {"kind": "wait", "for": {"days": 14}, "next": "left"},
            "left": end(_("Did not order")),
        },
    }


STARTS = {
    "permission": Start(
        gettext_lazy("somebody gives permission to write, and never ordered"),
        {"event": "Permission Given", "rule": NEVER_BOUGHT},
    ),
    "sign_up": Start(
        gettext_lazy("somebody signs up on your website, and never ordered"),
        {"event": "Signed Up", "rule": NEVER_BOUGHT},
    ),
}

NURTURE = Recipe(
    slug="nurture",
    group=Group.GREET,
    title=gettext_lazy("Signed up, not bought yet"),
    promise=gettext_lazy("Three short letters in three weeks: who you are, advice, help. An order ends them."),
    starts=STARTS,
    letters=(
        Letter("first"),
        Letter("second", "second", gettext_lazy("The second letter, a week later")),
        Letter("third", "third", gettext_lazy("The third letter, ten days later")),
    ),
    needs=(Need.SIGN_UPS, Need.ORDERS),
    wait="3_days",
    build=_build,
)
