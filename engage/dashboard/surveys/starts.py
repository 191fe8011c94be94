"""Surveys to begin with: small, because one question gets more answers than ten."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class Start:
    key: str
    name: str | Promise
    what: str | Promise


STARTS = (
    Start(
        "remember",
        gettext_lazy("One thing to remember"),
        gettext_lazy("One question with ready answers. A tap in a mail is enough, and the next message can use it."),
    ),
    Start(
        "order",
        gettext_lazy("After an order"),
        gettext_lazy("Stars, and room for words. A few words say more than the stars."),
    ),
    Start("empty", gettext_lazy("Empty"), gettext_lazy("A title, and questions of your own.")),
)


def begin(key: str) -> dict[str, Any]:
    """The definition to begin with, in the language of whoever begins. KeyError for an unknown one."""
    return {"remember": _one_thing, "order": _after_an_order, "empty": _empty}[key]()


def _one_thing() -> dict[str, Any]:
    choices = [_("oat milk"), _("soy milk"), _("whole milk"), _("none")]
    question = {
        "id": "milk",
        "type": "one_of",
        "text": _("Which milk do you take?"),
        "choices": [{"no": no, "label": label} for no, label in enumerate(choices, start=1)],
        "remember": {"key": "milk", "label": _("Milk"), "citable": True, "sentence": _("You take {{ value }}.")},
    }
    return {"title": _("One question"), "questions": [question]}


def _after_an_order() -> dict[str, Any]:
    stars = {"id": "stars", "type": "stars", "text": _("How was your order?")}
    words = {"id": "words", "type": "text", "text": _("What should we know?")}
    return {"title": _("Your order"), "questions": [stars, words]}


def _empty() -> dict[str, Any]:
    return {"title": _("New survey"), "questions": []}
