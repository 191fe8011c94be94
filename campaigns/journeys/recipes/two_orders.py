"""Two orders, what do you brew with? Asks regulars one thing, and thanks them by citing what they said."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.recipe import Fields, Letter, Numbers, Recipe, Start, letter, waited
from campaigns.surveys.queries import OneTap

PATIENCE_DAYS = 7
FRESH_DAYS = 365


def _ask(survey: OneTap) -> str:
    lines = [
        _("Hello {{ contact.first_name }},"),
        _("thank you for coming back. May we ask one thing, so that we can suit you better?"),
        f"{{% question {survey.survey} %}}",
        "{{ business.sender_name }}",
    ]
    return "\n\n".join(lines)


def _thank(survey: OneTap) -> str:
    lines = [
        _("Hello {{ contact.first_name }},"),
        _("thank you for your answer."),
        f"{{% recall {survey.preference} %}}{_('It is good to know: {{ value }}, {{ because }}.')}{{% endrecall %}}",
        _("We will keep it in mind when we choose what to write to you about."),
        "{{ business.sender_name }}",
    ]
    return "\n\n".join(lines)


def _build(fields: Fields, survey: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "known")
    return {
        "trigger": {
            "event": "Order Completed",
            "rule": {
                "did": "order",
                "within": {"days": fields["days"]},
                "count": {"op": "at_least", "value": fields["orders"]},
            },
        },
        "entry": {"again": "never"},
        "start": start,
        "steps": {
            **steps,
            "known": {"kind": "branch", "rule": _known(survey), "yes": "thank", "no": "ask"},
            "ask": letter(fields, "answer"),
            "answer": {
                "kind": "wait",
                "for": {"days": PATIENCE_DAYS},
                "exits": [
                    {
                        "event": "Survey Answered",
                        "rule": {"property": "survey", "op": "is", "value": survey.survey},
                        "next": "thank",
                    }
                ],
                "next": "silent",
            },
            "thank": letter(fields, "answered", "thanks_"),
            "answered": {"kind": "end", "reason": _("Told us")},
            "silent": {"kind": "end", "reason": _("Did not answer")},
        },
    }


def _known(survey: OneTap) -> dict[str, Any]:
    """Never ask twice: who told us within a year is thanked at once."""
    return {"did": "told", "name": survey.preference, "within": {"days": FRESH_DAYS}}


TWO_ORDERS = Recipe(
    slug="two-orders",
    title=gettext_lazy("Two orders, what do you brew with?"),
    promise=gettext_lazy("Asks who comes back one thing, and thanks them with their own answer."),
    starts={"orders": Start(gettext_lazy("somebody ordered again"), {"event": "Order Completed"})},
    numbers={
        "orders": Numbers(gettext_lazy("How many orders"), 2, 50, 2),
        "days": Numbers(gettext_lazy("Within how many days"), 1, 730, 30),
    },
    wait="now",
    letter=Letter(gettext_lazy("What do you brew with?"), _ask),
    thanks=Letter(gettext_lazy("Thank you, we will remember"), _thank),
    build=_build,
)
