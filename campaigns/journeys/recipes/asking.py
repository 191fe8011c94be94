"""Steps that recipes share: ask one thing, and thank whoever answers by citing it."""

from typing import Any

from django.utils.translation import gettext as _

from campaigns.journeys.recipes.recipe import Fields, end, letter
from campaigns.surveys.queries import OneTap

PATIENCE_DAYS = 7
FRESH_DAYS = 365


def asked_and_thanked(fields: Fields, question: OneTap, *, known: str) -> dict[str, Any]:
    """From `known` on: never ask twice. Who told us within a year goes to the step that `known` names."""
    told = {"did": "told", "name": question.preference, "within": {"days": FRESH_DAYS}}
    return {
        "known": {"kind": "branch", "rule": told, "yes": known, "no": "ask"},
        "ask": letter(fields, "answer"),
        "answer": {
            "kind": "wait",
            "for": {"days": PATIENCE_DAYS},
            "exits": [{**answered(question.survey), "next": "thank"}],
            "next": "silent",
        },
        "thank": letter(fields, "answered", "thanks_"),
        "answered": end(_("Told us")),
        "silent": end(_("Did not answer")),
    }


def answered(survey: str, *more: dict[str, Any]) -> dict[str, Any]:
    """The event that this survey was answered, with `more` said of it."""
    survey_is = {"property": "survey", "op": "is", "value": survey}
    return {"event": "Survey Answered", "rule": {"all": [survey_is, *more]} if more else survey_is}


def stars(question: OneTap, *counts: int) -> dict[str, Any]:
    """That so many were given, said of the event that the survey was answered."""
    return {"property": f"answer_{question.question}", "op": "is_one_of", "value": [str(count) for count in counts]}
