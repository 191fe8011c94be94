"""The demo's journeys, made from the recipes as a marketer makes them, or as JSON."""

from datetime import datetime
from typing import Any

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.compiled import origin
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import Journey
from campaigns.journeys.recipes import NO_QUESTION, RECIPES, Filling, offered
from campaigns.surveys.queries import one_taps
from crm.preferences.models import PreferenceKey
from engage.seeds.shop.surveys import STARS

BY = "Max Reed"
MEMORY = {"cart-left": "brewing"}
"""What the letters of these recipes cite besides an answer."""


def switch_on(slug: str, *, survey: str = "", at: datetime, **fields: Any) -> Journey:
    """A recipe as it is offered, but for `fields`, published."""
    journey = create_journey(name=str(RECIPES[slug].title), draft={}, by=BY, at=at)
    redraft(journey, slug, survey=survey, **fields)
    publish(journey, by=BY, at=at)
    return journey


def redraft(journey: Journey, slug: str, *, survey: str = "", date: str = "", **fields: Any) -> None:
    """Fill in the recipe's form again: the draft changes, those under way notice nothing."""
    recipe, question = RECIPES[slug], one_taps([survey])[survey] if survey else NO_QUESTION
    filling = Filling(question=survey, answer=question.preference, memory=MEMORY.get(slug, ""), date=date)
    filled = offered(recipe, filling, topic="offers") | fields
    edit_draft(journey, draft=recipe.build(filled, question), recipe=slug, fields=filled, by=BY, at=journey.state_at)


def birthday(at: datetime) -> None:
    """A draft that nobody has switched on yet: no birthday is known so far."""
    PreferenceKey.objects.create(key="birthday", label="Birthday", type=PreferenceKey.Type.DATE)
    journey = create_journey(name=str(RECIPES["birthday"].title), draft={}, by=BY, at=at)
    redraft(journey, "birthday", date="birthday")


def after_an_order(at: datetime, event: str) -> Journey:
    """Asks for stars after each order."""
    return _of_json("After an order", _stars(event), at)


def with_the_order(journey: Journey, at: datetime) -> None:
    """From now on it asks sooner."""
    edit_draft(journey, draft=_stars("Order Completed"), by=BY, at=at)
    publish(journey, by=BY, at=at)


def _stars(event: str) -> dict[str, Any]:
    text = (
        "Hello {{ contact.first_name }},\n\nyour order is on its way.\n\n"
        f"{{% question {STARS} %}}\n\n"
        "Few words say more than many stars: answer this mail and we read them.\n\n{{ business.sender_name }}"
    )
    return {
        "trigger": {"event": event},
        "entry": {"again": "always"},
        "start": "ask",
        "steps": {
            "ask": _letter("How was your order?", text, "asked"),
            "asked": {"kind": "end", "reason": "Asked"},
        },
    }


def said_by(journey: Journey, step: str) -> str:
    """The origin of what a step of it sends."""
    return origin(journey.uid, step)


def _of_json(name: str, draft: dict[str, Any], at: datetime) -> Journey:
    journey = create_journey(name=name, draft=draft, by=BY, at=at)
    publish(journey, by=BY, at=at)
    return journey


def _letter(subject: str, body: str, then: str) -> dict[str, Any]:
    return {"kind": "send", "design": {"subject": subject, "body": body}, "topic": "offers", "next": then}
