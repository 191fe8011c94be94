"""Welcome and ask: the first words to somebody new, with one question worth remembering."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.recipes.recipe import Fields, Letter, Recipe, Start, letter, waited
from campaigns.surveys.queries import OneTap

FIRST_ORDER = {"did": "order", "count": {"op": "is", "value": 1}}


def _text(survey: OneTap) -> str:
    lines = [
        _("Hello {{ contact.first_name }},"),
        _("it is good to have you with us. So that we write to you only about what you like, one question:"),
        f"{{% question {survey.survey} %}}",
        _("One tap is enough. We remember your answer and use it to choose what we tell you about."),
        "{{ business.sender_name }}",
    ]
    return "\n\n".join(lines)


def _build(fields: Fields, survey: OneTap) -> dict[str, Any]:
    start, steps = waited(fields["wait"], "welcome")
    return {
        "trigger": STARTS[fields["start"]].trigger,
        "entry": {"again": "never"},
        "start": start,
        "steps": {
            **steps,
            "welcome": letter(fields, "end"),
            "end": {"kind": "end", "reason": _("Welcomed")},
        },
    }


STARTS = {
    "permission": Start(gettext_lazy("somebody gives permission to write"), {"event": "Permission Given"}),
    "sign_up": Start(gettext_lazy("somebody signs up on your website"), {"event": "Signed Up"}),
    "first_order": Start(
        gettext_lazy("somebody orders for the first time"), {"event": "Order Completed", "rule": FIRST_ORDER}
    ),
}

WELCOME = Recipe(
    slug="welcome",
    title=gettext_lazy("Welcome and ask"),
    promise=gettext_lazy("Greets everybody new and asks one question, so that the next message can fit."),
    starts=STARTS,
    numbers={},
    wait="now",
    letter=Letter(gettext_lazy("Welcome, and one question"), _text),
    build=_build,
)
