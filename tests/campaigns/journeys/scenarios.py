"""Definitions that several tests use, as JSON."""

from copy import deepcopy
from typing import Any

KNOWS_MILK = {"did": "preferences", "name": "milk"}


def letter(subject: str, body: str = "Hello {{ contact.first_name }}", **more: Any) -> dict[str, Any]:
    return {
        "kind": "send",
        "design": {"subject": subject, "body": body},
        "class": "transactional",
        **more,
    }


def split(**shares: int) -> dict[str, Any]:
    """Arms named after the steps that they lead to."""
    return {"kind": "split", "arms": [{"name": to, "share": share, "next": to} for to, share in shares.items()]}


ASK = {
    "trigger": {"event": "Order Completed"},
    "entry": {"again": "never"},
    "start": "ask",
    "steps": {
        "ask": letter("What do you brew with?", next="pause"),
        "pause": {"kind": "wait", "for": {"days": 3}, "next": "lucky"},
        "lucky": split(thank=50, bye=50),
        "thank": letter("Thank you", next="bye"),
        "bye": {"kind": "end", "reason": "Asked"},
    },
}


def scenario(**changes: Any) -> dict[str, Any]:
    """ASK with steps or other parts changed: `scenario(steps={"bye": …})` replaces single steps."""
    data = deepcopy(ASK)
    steps = changes.pop("steps", {})
    data |= changes
    data["steps"] |= steps
    return data
