"""Did we help? Asks for stars, once, after a conversation that was answered."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.channels import port
from campaigns.journeys.recipes.recipe import Fields, Group, Letter, Recipe, Start, end, service, waited
from campaigns.surveys.queries import OneTap
from crm.business.queries import business

ANSWERED: dict[str, Any] = {
    "event": "Conversation Closed",
    "rule": {"property": "outcome", "op": "is", "value": "done"},
}
"""Not for a mere thank-you, for what was spam, or for what was taken back."""
SPAM: dict[str, Any] = {
    "did": "conversation",
    "where": [{"column": "spam", "op": "is", "value": True}],
    "within": {"days": 30},
}
"""Marked after it was done, too."""
IN_CHAT: dict[str, Any] = {
    "did": "conversation",
    "where": [{"column": "channel", "op": "is", "value": "chat"}, {"column": "state", "op": "is", "value": "done"}],
    "within": {"days": 30},
}
RATED: dict[str, Any] = {"event": "Conversation Rated", "next": "rated"}
PATIENCE_DAYS = 7
IN_CHAT_FIRST_MINUTES = 10


def _asked(fields: Fields) -> dict[str, Any]:
    """By mail; where text messages are set up, by one to whoever has no address."""
    step = service(fields, "answer")
    if port.channel("sms").missing(business()):
        return step
    words = {"words": _("Did we help you?") + " {% rating %}"}
    return step | {"channels": ["email", "sms"], "design": step["design"] | words}


def _waited(wait: str) -> tuple[str, dict[str, Any]]:
    """Who gives stars meanwhile is not asked again. Where nothing is to be waited for, whoever talked in the chat is
    asked there first, for ten minutes."""
    start, steps = waited(wait, "spam")
    if steps:
        return start, {"wait": steps["wait"] | {"exits": [RATED]}}
    first = {"kind": "wait", "for": {"minutes": IN_CHAT_FIRST_MINUTES}, "exits": [RATED], "next": "spam"}
    return "chat", {"chat": {"kind": "branch", "rule": IN_CHAT, "yes": "there", "no": "spam"}, "there": first}


def _build(fields: Fields, question: OneTap) -> dict[str, Any]:
    start, steps = _waited(fields["wait"])
    return {
        "trigger": ANSWERED,
        "entry": {"again": "never", "key": "conversation"},
        "start": start,
        "steps": {
            **steps,
            "spam": {"kind": "branch", "rule": SPAM, "yes": "nothing", "no": "ask"},
            "ask": _asked(fields),
            "answer": {
                "kind": "wait",
                "for": {"days": PATIENCE_DAYS},
                "exits": [RATED],
                "next": "silent",
            },
            "rated": end(_("Gave stars")),
            "silent": end(_("Did not answer")),
            "nothing": end(_("What they wrote was spam")),
        },
    }


DID_WE_HELP = Recipe(
    slug="did-we-help",
    group=Group.CARE,
    title=gettext_lazy("Did we help?"),
    promise=gettext_lazy("Asks for stars after a conversation. Two or fewer bring it back to who needs an answer."),
    starts={"closed": Start(gettext_lazy("a conversation ends"), ANSWERED)},
    letters=(Letter("ask"),),
    needs=(),
    build=_build,
    wait="1_hour",
)
