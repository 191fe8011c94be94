"""How many people a broadcast is for, and what would keep it from them: the guards asked of all, or of a sample."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched, count

from campaigns.broadcasts.audience import rule_of
from campaigns.broadcasts.models import Broadcast
from campaigns.channels.addresses import addresses
from campaigns.guards.guards import Wait, judge
from campaigns.guards.queries import Surroundings
from crm.business.queries import business
from crm.dialogue.models import Message
from crm.dialogue.outbox import CHUNK, Claimed
from crm.rules import Rule
from crm.segments import asking
from crm.segments.estimating import SEED, Estimate, estimate
from engage.lib import sql

ASKED = 2_000
"""People whom the guards are asked of, at most."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of `people` (with the ends of its range, where it is an estimate) the guards were asked of `asked`: `would_go` of
    them would get it when it goes, `never` would not, by reason, and `later` would only later."""

    people: Estimate
    asked: int
    would_go: int
    never: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)

    @property
    def is_sample(self) -> bool:
        return self.asked < self.people.number

    def share(self, number: int) -> int:
        """What a number of those asked comes to of all."""
        return round(number * self.people.number / self.asked) if self.asked else 0


def outlook(broadcast: Broadcast, *, at: datetime) -> Outlook:
    """Raises InvalidRule where nobody was chosen, or not understandably. About a dozen queries for each 500 asked."""
    rule = rule_of(broadcast)
    people, contacts = _people(rule, at)
    never, later = Counter[str](), Counter[str]()
    goes = broadcast.send_at or at
    for part in batched(contacts, CHUNK, strict=False):
        _judge(broadcast, part, max(goes, at), never, later)
    return Outlook(people, len(contacts), len(contacts) - never.total() - later.total(), never, later)


def _people(rule: Rule, at: datetime) -> tuple[Estimate, Sequence[int]]:
    """About how many there are, and those who are asked."""
    condition, values = asking.where(rule, at=at)
    about = estimate(rule, at=at)
    drawn = random.Random(SEED)  # noqa: S311 a sample, no secret
    if about is None:
        query = f"SELECT c.id FROM crm_contacts_contact c WHERE {condition} ORDER BY c.id"  # noqa: S608 compiled
        found = [key for (key,) in sql.rows(query, values)]
        number = len(found)
        return Estimate(number, number, number), found if number <= ASKED else sorted(drawn.sample(found, ASKED))
    ((first, last),) = sql.rows("SELECT min(id), max(id) FROM crm_contacts_contact")
    keys = drawn.sample(range(first, last + 1), min(10 * ASKED, last + 1 - first))
    query = f"SELECT c.id FROM crm_contacts_contact c WHERE c.id = ANY(%s) AND {condition} LIMIT %s"  # noqa: S608 compiled
    return about, [key for (key,) in sql.rows(query, [keys, *values, ASKED])]


def _judge(
    broadcast: Broadcast, contacts: Sequence[int], at: datetime, never: Counter[str], later: Counter[str]
) -> None:
    number = count(1)
    messages = [
        Claimed.unsent(
            id=-next(number),
            contact=contact,
            klass=Message.Class.MARKETING,
            channel=broadcast.channel,
            topic=broadcast.topic_id,
            at=at,
        )
        for contact in contacts
    ]
    surroundings = Surroundings(messages, addresses(messages), business(), at)
    for message in messages:
        verdict = judge(surroundings.facts(message), at)
        if verdict is not None:
            (later if isinstance(verdict, Wait) else never)[verdict.why] += 1
