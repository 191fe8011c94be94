"""The demo's journeys, made from the recipes as a marketer makes them, or as JSON."""

from datetime import datetime, timedelta
from typing import Any

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.backtest.actions import begin
from campaigns.journeys.compiled import origin
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import Journey
from campaigns.journeys.recipes import RECIPES
from campaigns.surveys.queries import one_taps
from engage.seeds.shop.surveys import STARS

BY = "Max Reed"


def switch_on(slug: str, *, survey: str, at: datetime, **fields: Any) -> Journey:
    """A recipe as it is offered, but for `fields`, published."""
    journey = create_journey(name=str(RECIPES[slug].title), draft={}, by=BY, at=at)
    redraft(journey, slug, survey=survey, **fields)
    publish(journey, by=BY, at=at)
    return journey


def redraft(journey: Journey, slug: str, *, survey: str, **fields: Any) -> None:
    """Fill in the recipe's form again: the draft changes, those under way notice nothing."""
    recipe, question = RECIPES[slug], one_taps([survey])[survey]
    filled: dict[str, Any] = {
        "start": next(iter(recipe.starts)),
        "wait": recipe.wait,
        "topic": "offers",
        "survey": survey,
    }
    filled |= {key: number.initial for key, number in recipe.numbers.items()}
    for prefix, letter in (("", recipe.letter), ("thanks_", recipe.thanks)):
        if letter:
            filled |= {f"{prefix}subject": str(letter.subject), f"{prefix}text": letter.text(question)}
    filled |= fields
    edit_draft(journey, draft=recipe.build(filled, question), recipe=slug, fields=filled, by=BY, at=journey.state_at)


def cart_left(at: datetime) -> Journey:
    """Reminds of a cart, an hour later, unless it was ordered."""
    text = (
        "Hello {{ contact.first_name }},\n\nsomething is still in your cart. It stays there for a week.\n\n"
        "{% recall brewing %}You brew with the {{ value }}, {{ because }}: we grind it to suit.{% endrecall %}\n\n"
        "{{ business.sender_name }}"
    )
    draft = {
        "trigger": {"event": "Checkout Started"},
        "entry": {"again": "after_days", "days": 7},
        "start": "wait",
        "steps": {
            "wait": {
                "kind": "wait",
                "for": {"hours": 1},
                "exits": [{"event": "Order Completed", "next": "bought"}],
                "next": "remind",
            },
            "remind": _letter("Still in your cart", text, "reminded"),
            "bought": {"kind": "end", "reason": "Ordered"},
            "reminded": {"kind": "end", "reason": "Reminded"},
        },
    }
    return _of_json("Cart left", draft, at)


def after_an_order(at: datetime) -> Journey:
    """Asks for stars after each order."""
    text = (
        "Hello {{ contact.first_name }},\n\nyour order is on its way.\n\n"
        f"{{% question {STARS} %}}\n\n"
        "Few words say more than many stars: answer this mail and we read them.\n\n{{ business.sender_name }}"
    )
    draft = {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "always"},
        "start": "ask",
        "steps": {
            "ask": _letter("How was your order?", text, "asked"),
            "asked": {"kind": "end", "reason": "Asked"},
        },
    }
    return _of_json("After an order", draft, at)


def gone_quiet(at: datetime) -> Journey:
    """A draft that waits to be dared: who has ordered nothing for 60 days is written to; its backtest is under way."""
    text = (
        "Hello {{ contact.first_name }},\n\nit has been a while. Is there anything we could do better?\n\n"
        "Answer this mail and a person reads it.\n\n{{ business.sender_name }}"
    )
    draft = {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "always"},
        "goal": {"event": "Order Completed"},
        "start": "quiet",
        "steps": {
            "quiet": {"kind": "wait", "for": {"days": 60}, "clock": "10:00", "next": "write"},
            "write": _letter("We have not seen you for a while", text, "wrote"),
            "wrote": {"kind": "end", "reason": "Wrote"},
        },
    }
    journey = create_journey(name="Gone quiet 60 days", draft=draft, by=BY, at=at)
    begin(journey, since=at - timedelta(days=365), until=at, by=BY, at=at)
    return journey


def said_by(journey: Journey, step: str) -> str:
    """The origin of what a step of it sends."""
    return origin(journey.uid, step)


def _of_json(name: str, draft: dict[str, Any], at: datetime) -> Journey:
    journey = create_journey(name=name, draft=draft, by=BY, at=at)
    publish(journey, by=BY, at=at)
    return journey


def _letter(subject: str, body: str, then: str) -> dict[str, Any]:
    return {"kind": "send", "design": {"subject": subject, "body": body}, "topic": "offers", "next": then}
