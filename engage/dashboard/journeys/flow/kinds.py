"""What each kind of step is called on screen, and what one begins with when it is added."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys import queries
from campaigns.offers import queries as offers
from campaigns.surveys.models import Survey
from campaigns.surveys.queries import OneTap, one_taps
from crm.contacts.models import Topic

NAMES = {
    "send": gettext_lazy("Message"),
    "ask": gettext_lazy("Ask"),
    "wait": gettext_lazy("Wait"),
    "branch": gettext_lazy("If"),
    "task": gettext_lazy("Task"),
    "end": gettext_lazy("End"),
    "split": gettext_lazy("Split"),
    "remember": gettext_lazy("Remember"),
    "join": gettext_lazy("Another journey"),
    "leave": gettext_lazy("Off another journey"),
    "webhook": gettext_lazy("Webhook"),
    "offer": gettext_lazy("Offer"),
}
FIRST = ("send", "ask", "wait", "branch", "task", "end")
ADVANCED = ("split", "remember", "join", "leave", "offer", "webhook")
ICONS = {
    "send": "send",
    "ask": "question-mark",
    "wait": "clock",
    "branch": "route",
    "task": "clipboard-list",
    "end": "circle-check",
    "split": "sparkles",
    "remember": "note",
    "join": "route",
    "leave": "logout",
    "webhook": "code",
    "offer": "gift",
}

MOST_ANSWERS = 4
"""So many have a way each, once a question is put into a journey; of more, all take one."""

type Chain = list[tuple[str, dict[str, Any]]]


class NoQuestion(ValueError):
    """Nothing can be asked: there is no published survey whose first question one tap answers."""


class NoOther(ValueError):
    """There is no journey that was ever begun."""


class NoOffer(ValueError):
    """There is nothing to give."""


def begun(kind: str) -> Chain:
    """The steps that one press adds: a name to begin with and what it says, ready to be changed. Two queries at most.

    Raises KeyError for what is no kind, NoQuestion, NoOther and NoOffer.
    """
    return _BEGUN[kind]()


def _send() -> Chain:
    return [("message", _letter(_("Hello"), "Hello {{ contact.first_name }},\n\n…"))]


def _ask() -> Chain:
    keys = list(Survey.objects.filter(state=Survey.State.PUBLISHED).order_by("pk").values_list("key", flat=True))
    tap = next(iter(one_taps(keys).values()), None)
    if tap is None:
        raise NoQuestion
    body = f"Hello {{{{ contact.first_name }}}},\n\n{{% question {tap.survey} %}}"
    return [
        ("ask", _letter(tap.text, body)),
        ("answer", {"kind": "wait", "for": {"days": 7}, "exits": [_answered(rule) for rule in _answers(tap)]}),
    ]


def _answers(tap: OneTap) -> list[dict[str, Any]]:
    """A rule for each answer where there are few, else one for whatever they answer."""
    asked = {"property": "survey", "op": "is", "value": tap.survey}
    if len(tap.values) > MOST_ANSWERS:
        return [asked]
    said = ({"property": f"answer_{tap.question}", "op": "is", "value": value} for value in tap.values)
    return [{"all": [asked, one]} for one in said]


def _answered(rule: dict[str, Any]) -> dict[str, Any]:
    return {"event": "Survey Answered", "rule": rule}


def _letter(subject: str, body: str) -> dict[str, Any]:
    topic = Topic.objects.order_by("pk").values_list("key", flat=True).first()
    permitted = {"class": "marketing", "topic": topic} if topic else {"class": "transactional"}
    return {"kind": "send", "design": {"subject": subject, "body": body, "kind": "letter"}, **permitted}


def _branch() -> Chain:
    return [("if", {"kind": "branch", "rule": {"all": []}})]


def _split() -> Chain:
    return [("split", {"kind": "split", "arms": [{"name": "A", "share": 50}, {"name": "B", "share": 50}]})]


def _another(kind: str) -> Chain:
    others = queries.names()
    if not others:
        raise NoOther
    return [(kind, {"kind": kind, "journey": others[0][0]})]


def _offer() -> Chain:
    found = offers.choices()
    if not found:
        raise NoOffer
    return [("offer", {"kind": "offer", "offer": found[0][0]})]


def _task() -> Chain:
    return [("task", {"kind": "task", "task": "call", "text": _("Call them"), "within": {"days": 1}})]


_BEGUN = {
    "send": _send,
    "ask": _ask,
    "wait": lambda: [("wait", {"kind": "wait", "for": {"days": 1}})],
    "branch": _branch,
    "task": _task,
    "end": lambda: [("end", {"kind": "end", "reason": _("Came to the end")})],
    "split": _split,
    "remember": lambda: [("remember", {"kind": "remember", "key": "tags", "value": "vip", "how": "add"})],
    "join": lambda: _another("join"),
    "leave": lambda: _another("leave"),
    "offer": _offer,
    "webhook": lambda: [("tell", {"kind": "webhook", "url": "https://shop.example/hook", "event": "journey.step"})],
}
