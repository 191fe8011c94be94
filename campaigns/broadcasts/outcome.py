"""What became of a broadcast with each person, as rules may ask for it."""

from collections.abc import Iterator
from typing import Any

from campaigns.broadcasts.models import Broadcast

CLICKED, REPLIED, ORDERED, DID_NOTHING, NOT_SENT = "clicked", "replied", "ordered", "nothing", "not_sent"
OUTCOMES = (CLICKED, REPLIED, ORDERED, DID_NOTHING, NOT_SENT)
REACHED = ["accepted", "delivered", "kept"]
DEEDS = (CLICKED, REPLIED, ORDERED)

ROWS = """(SELECT m.id, m.contact_id, m.state, m.why, coalesce(m.settled, m.at) AS settled, m.clicked, m.replied,
    m.origin AS broadcast,
    (SELECT min(o.at) FROM crm_catalog_order AS o
        WHERE o.contact_id = m.contact_id AND NOT o.refund AND o.at >= m.settled) AS ordered
    FROM crm_dialogue_message AS m WHERE m.direction = 'out' AND starts_with(m.origin, 'broadcast:'))"""
"""Of each message of a broadcast what came of it; `ordered` is the first order after it."""


def by_outcome(origin: str, outcome: str) -> dict[str, Any]:
    """A rule, in JSON, for those with whom the broadcast of this origin had this outcome."""
    return {"did": "broadcast", "name": origin, "where": list(_where(outcome))}


def names() -> tuple[tuple[str, str], ...]:
    """(origin, name) of those that began, the latest first. One query."""
    return tuple(
        (row.origin, row.name) for row in Broadcast.objects.exclude(began=None).order_by("-id").only("uid", "name")
    )


def _where(outcome: str) -> Iterator[dict[str, Any]]:
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    if outcome == NOT_SENT:
        yield {"column": "state", "op": "is_one_of", "value": ["withheld", "failed", "bounced"]}
        return
    yield {"column": "state", "op": "is_one_of", "value": REACHED}
    if outcome == DID_NOTHING:
        yield from ({"column": deed, "op": "is_missing"} for deed in DEEDS)
    else:
        yield {"column": outcome, "op": "is_known"}
