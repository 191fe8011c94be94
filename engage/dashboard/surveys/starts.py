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
        gettext_lazy("Welcome: one thing to remember"),
        gettext_lazy("One question with ready answers. A tap in a mail is enough, and the next message can use it."),
    ),
    Start(
        "order",
        gettext_lazy("After an order"),
        gettext_lazy("Stars, and room for words. A few words say more than the stars."),
    ),
    Start(
        "nps",
        gettext_lazy("Would they recommend you"),
        gettext_lazy("0 to 10, and why. Those who would not are asked what would have to change."),
    ),
    Start(
        "csat",
        gettext_lazy("After a conversation"),
        gettext_lazy("Were they satisfied with the answer, and was it easy."),
    ),
    Start(
        "product",
        gettext_lazy("What they think of a product"),
        gettext_lazy("Which one, how it is, what is missing, and a photo if they like."),
    ),
    Start(
        "event",
        gettext_lazy("Coming to an event"),
        gettext_lazy("Whether they come, with how many, and what they do not eat."),
    ),
    Start(
        "quote",
        gettext_lazy("Asking for a quote"),
        gettext_lazy("What it is about, how much, by when, and how you reach them."),
    ),
    Start(
        "profile",
        gettext_lazy("Tell us about you, for something in return"),
        gettext_lazy("Three things worth remembering, in exchange for early access or a gift."),
    ),
    Start("empty", gettext_lazy("Empty"), gettext_lazy("A title, and questions of your own.")),
)


def begin(key: str) -> dict[str, Any]:
    """The definition to begin with, in the language of whoever begins. KeyError for an unknown one."""
    return _BEGUN[key]()


def _question(id: str, type: str, text: str, *labels: str, **fields: Any) -> dict[str, Any]:
    choices = [{"no": no, "label": label} for no, label in enumerate(labels, start=1)]
    return {"id": id, "type": type, "text": text, "choices": choices, **fields}


def _remembered(key: str, label: str, sentence: str) -> dict[str, Any]:
    return {"key": key, "label": label, "citable": True, "sentence": sentence}


def _milk() -> dict[str, Any]:
    answers = (_("oat milk"), _("soy milk"), _("whole milk"), _("none"))
    remember = _remembered("milk", _("Milk"), _("You take {{ value }}."))
    return _question("milk", "one_of", _("Which milk do you take?"), *answers, remember=remember)


def _one_thing() -> dict[str, Any]:
    return {"title": _("One question"), "questions": [_milk()]}


def _after_an_order() -> dict[str, Any]:
    stars = _question("stars", "stars", _("How was your order?"))
    words = _question("words", "text", _("What should we know?"))
    return {"title": _("Your order"), "questions": [stars, words]}


def _nps() -> dict[str, Any]:
    score = _question(
        "score", "nps", _("How likely are you to recommend us to a friend?"), required=True, talk_at_most=6
    )
    why = _question("why", "text", _("Why this number?"), show={"property": "score", "op": "at_least", "value": 7})
    change = _question("change", "text", _("What would have to change?"))
    change["show"] = {"property": "score", "op": "at_most", "value": 6}
    return {"title": _("Would you recommend us?"), "questions": [score, _question("because", "page", ""), why, change]}


def _csat() -> dict[str, Any]:
    satisfied = _question("satisfied", "csat", _("How satisfied are you with our answer?"), required=True)
    easy = _question("easy", "ces", _("How easy was it to get it?"), talk_at_most=3)
    words = _question("words", "text", _("Anything else?"))
    return {"title": _("Did we help?"), "questions": [satisfied | {"talk_at_most": 2}, easy, words]}


def _product() -> dict[str, Any]:
    questions = [
        _question("which", "line", _("Which product is it about?")),
        _question("stars", "stars", _("How do you like it?"), talk_at_most=2),
        _question("missing", "text", _("What is missing, or could be better?")),
        _question("photo", "photo", _("Show it to us, if you like.")),
    ]
    return {"title": _("How do you like it?"), "questions": questions}


def _event() -> dict[str, Any]:
    coming = {"property": "coming", "op": "is", "value": "yes"}
    questions = [
        _question("coming", "yes_no", _("Are you coming?"), required=True),
        _question("details", "page", _("Good to know"), show=coming),
        _question("name", "first_name", _("Your first name")),
        _question("people", "number", _("With how many people, you included?"), least=1, most=20),
        _question("food", "text", _("Is there anything that you do not eat?")),
    ]
    return {"title": _("Our event"), "questions": questions}


def _quote() -> dict[str, Any]:
    questions = [
        _question("about", "text", _("What is it about?"), required=True),
        _question("amount", "line", _("How much, or for how many?")),
        _question("by", "date", _("By when do you need it?")),
        _question("reach", "page", _("How we reach you")),
        _question("name", "first_name", _("Your first name")),
        _question("mail", "email", _("Your e-mail address"), required=True),
        _question("phone", "phone", _("Your phone number")),
    ]
    return {"title": _("Ask for a quote"), "questions": questions}


def _profile() -> dict[str, Any]:
    brewers = (_("V60"), _("French press"), _("moka pot"), _("espresso machine"))
    often = (_("every week"), _("every month"), _("now and then"))
    questions = [
        _milk(),
        _question(
            "brewing",
            "one_of",
            _("What do you brew with?"),
            *brewers,
            other=True,
            remember=_remembered("brewing", _("Brewing"), _("You brew with {{ value }}.")),
        ),
        _question("often", "one_of", _("How often may we write?"), *often),
    ]
    intro = _("Three short questions. In return you hear of what is new before everybody else.")
    thanks = _("You hear from us first, as promised.")
    return {"title": _("Tell us how you like it"), "intro": intro, "thanks": thanks, "questions": questions}


def _empty() -> dict[str, Any]:
    return {"title": _("New survey"), "questions": []}


_BEGUN = {
    "remember": _one_thing,
    "order": _after_an_order,
    "nps": _nps,
    "csat": _csat,
    "product": _product,
    "event": _event,
    "quote": _quote,
    "profile": _profile,
    "empty": _empty,
}
