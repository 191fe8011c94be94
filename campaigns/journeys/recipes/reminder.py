"""The day before: reminds of a date that somebody gave, such as an appointment, a class or a delivery."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Numbers, Recipe, Start, end, service
from campaigns.surveys.queries import OneTap

FARTHEST_DAYS = 730


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    ahead = {"field": f"attribute.{fields['date']}", "op": "in_next", "value": {"days": FARTHEST_DAYS}}
    return {
        "trigger": {
            "event": "Preference Stated",
            "rule": {"property": "key", "op": "is", "value": fields["date"]},
        },
        "entry": {"again": "never", "key": "value"},
        "start": "ahead",
        "steps": {
            "ahead": {"kind": "branch", "rule": ahead, "yes": "wait", "no": "over"},
            "wait": {
                "kind": "wait",
                "day": {"of": fields["date"], "shift": -fields["days"]},
                "clock": "10:00",
                "next": "still",
            },
            "still": {"kind": "branch", "rule": ahead, "yes": "remind", "no": "over"},
            "remind": service(fields, "reminded"),
            "reminded": end(_("Reminded")),
            "over": end(_("The date is over")),
        },
    }


REMINDER = Recipe(
    slug="reminder",
    group=Group.CARE,
    title=gettext_lazy("The day before"),
    promise=gettext_lazy("Reminds people of a date they gave you: an appointment, a class, a delivery."),
    starts={"date": Start(gettext_lazy("somebody gives you a date"), {"event": "Preference Stated"})},
    letters=(Letter("remind"),),
    needs=(Need.DATE,),
    numbers={"days": Numbers(gettext_lazy("How many days before"), 1, 30, 1)},
    dated=True,
    build=_build,
)
