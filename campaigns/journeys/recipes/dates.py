"""Recipes that go by a date which we remember of people: their birthday, an appointment."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.needs import Need
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Numbers, Recipe, Start, end, letter, service
from campaigns.surveys.queries import OneTap

CAME: dict[str, Any] = {"event": "Date Came"}


def _birthday(fields: Fields, question: OneTap) -> dict[str, Any]:
    return _on_the_day(fields, yearly=True) | {
        "steps": {
            "wait": {"kind": "wait", "clock": "09:00", "next": "write"},
            "write": letter(fields, "wished"),
            "wished": end(_("Wished well")),
        },
    }


def _reminder(fields: Fields, question: OneTap) -> dict[str, Any]:
    return _on_the_day(fields, yearly=False) | {
        "steps": {
            "wait": {"kind": "wait", "clock": "10:00", "next": "remind"},
            "remind": service(fields, "reminded"),
            "reminded": end(_("Reminded")),
        },
    }


def _on_the_day(fields: Fields, *, yearly: bool) -> dict[str, Any]:
    """So many days before it; a day begins at midnight where the person lives."""
    said = {"key": fields["date"], "yearly": yearly, "shift": -fields["days"]}
    rules = [{"property": name, "op": "is", "value": value} for name, value in said.items()]
    return {"trigger": {**CAME, "rule": {"all": rules}}, "entry": {"again": "always"}, "start": "wait"}


BIRTHDAY = Recipe(
    slug="birthday",
    group=Group.CARE,
    title=gettext_lazy("Birthday"),
    promise=gettext_lazy("A few kind words on the day, or some days before, each year."),
    starts={"date": Start(gettext_lazy("the day comes, each year"), CAME)},
    letters=(Letter("write"),),
    needs=(Need.DATE,),
    numbers={"days": Numbers(gettext_lazy("How many days before"), 0, 60, 0)},
    dated=True,
    build=_birthday,
)

REMINDER = Recipe(
    slug="reminder",
    group=Group.CARE,
    title=gettext_lazy("The day before"),
    promise=gettext_lazy("Reminds people of a date they gave you: an appointment, a class, a delivery."),
    starts={"date": Start(gettext_lazy("the day comes near"), CAME)},
    letters=(Letter("remind"),),
    needs=(Need.DATE,),
    numbers={"days": Numbers(gettext_lazy("How many days before"), 1, 30, 1)},
    dated=True,
    build=_reminder,
)
