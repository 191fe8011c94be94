"""Which version the rest of the audience gets, once the sample has had its time."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from campaigns.broadcasts.comparing import Outcome, winner
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.queueing import looks_through
from engage.lib import sql

BY_ITSELF = "sample"
"""Who decided, where the sample did."""
Judge = Broadcast.Judge


def decide(broadcast: Broadcast, at: datetime) -> int:
    """Note when the sample has gone, and decide when its time is over. Two queries. Where it cannot be told which
    version is better the rest gets the first, and `verdict` says so."""
    if broadcast.winner or looks_through(broadcast):
        return 0
    if broadcast.decide_at is None:
        if _sample_waits(broadcast):
            return 0
        broadcast.decide_at = at + timedelta(minutes=broadcast.decide_minutes)
        return 1
    if at < broadcast.decide_at:
        return 0
    found = outcomes(broadcast)
    best = winner(found)
    broadcast.winner = best or min(found)
    broadcast.verdict = told(found, sure=best is not None)
    broadcast.decided, broadcast.decided_by = at, BY_ITSELF
    return 1


def outcomes(broadcast: Broadcast) -> dict[str, Outcome]:
    """By letter how many had each version so far, and did what it is judged by; left out are languages in which several
    versions say the same. Two queries; the time it takes grows with the messages."""
    variants = list(broadcast.variants.all())
    said = Counter(content for variant in variants for content in set(variant.contents.values()))
    letters = {
        content: variant.letter for variant in variants for content in variant.contents.values() if said[content] == 1
    }
    people = {variant.letter: 0 for variant in variants if variant.contents}
    did = dict(people)
    params = {"origin": broadcast.origin, "goal": broadcast.goal, "began": broadcast.began, "contents": list(letters)}
    for content, had, acted in sql.rows(_OUTCOMES.format(did=_DID[Judge(broadcast.judge)]), params):
        people[letters[content]] += had
        did[letters[content]] += acted
    return {letter: Outcome(people[letter], did[letter]) for letter in people}


def told(found: dict[str, Outcome], *, sure: bool) -> dict[str, Any]:
    """What is kept of a decision."""
    return {"sure": sure, "versions": {letter: [one.people, one.did] for letter, one in found.items()}}


def _sample_waits(broadcast: Broadcast) -> bool:
    query = "SELECT EXISTS (SELECT FROM campaigns_broadcasts_turn WHERE broadcast_id = %s AND NOT rest)"
    return bool(sql.rows(query, [broadcast.pk])[0][0])


_DID = {
    Judge.CLICKS: "m.clicked IS NOT NULL",
    Judge.REPLIES: "m.replied IS NOT NULL",
    Judge.GOAL: """EXISTS (SELECT FROM crm_events_event AS e WHERE e.contact_id = m.contact_id AND e.name = %(goal)s
        AND e.at >= m.settled AND e.received >= %(began)s)""",
}

_OUTCOMES = """
    SELECT m.content_id, count(*), count(*) FILTER (WHERE {did})
    FROM crm_dialogue_message AS m
    WHERE m.direction = 'out' AND m.origin = %(origin)s AND m.content_id = ANY(%(contents)s)
      AND m.state IN ('accepted', 'delivered', 'kept')
    GROUP BY m.content_id
"""
