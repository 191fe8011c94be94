"""Pairs that merge by themselves at night, where the owner turned a rule on and nothing speaks against it."""

from datetime import datetime

from django.db import transaction

from crm.contacts.actions.hold import hold
from crm.contacts.actions.merge import absorb
from crm.contacts.actions.proposals import decide
from crm.contacts.models import MergeProposal, MergeRule
from crm.contacts.twins import NOTHING_SPEAKS_AGAINST, RULES
from engage.lib import sql

BY = "a rule"
SLICE = 500
MOST_COUNTED = 10_000

_PAIRS = """
    FROM crm_contacts_mergeproposal p JOIN crm_contacts_contact a ON a.id = p.first_id
    JOIN crm_contacts_contact b ON b.id = p.second_id
    WHERE p.state = 'open' AND {holds} AND {harmless}
"""
_SURVIVOR = """
    CASE WHEN EXISTS (SELECT FROM crm_contacts_identity i
                      WHERE i.contact_id = b.id AND i.kind = 'external' AND i.proof <> '') THEN b.id ELSE a.id END
"""
"""Whoever has a customer number goes on, or else who came first."""


def turn_on(rule: str, *, by: str, at: datetime) -> None:
    """From the next night on. Raises KeyError."""
    assert RULES[rule]
    MergeRule.objects.get_or_create(rule=rule, defaults={"by": by, "at": at})


def turn_off(rule: str) -> None:
    """What it merged stays, each with its undo."""
    MergeRule.objects.filter(rule=rule).delete()


def would_merge(rule: str) -> int:
    """How many open pairs it would merge today, at most MOST_COUNTED. One query."""
    [(number,)] = sql.rows(f"SELECT count(*) FROM (SELECT {_pairs(rule)} LIMIT {MOST_COUNTED}) AS found")  # noqa: S608
    return number


def merge_by_rules(*, at: datetime) -> int:
    """Every rule that is on, pair by pair, each in a transaction with both held and asked again; how many merged."""
    rules = [row.rule for row in MergeRule.objects.order_by("pk") if row.rule in RULES]
    return sum(_merge_all(rule, at) for rule in rules)


def _merge_all(rule: str, at: datetime) -> int:
    merged, after = 0, 0
    query = f"SELECT p.id, p.first_id, p.second_id {_pairs(rule)} AND p.id > %s ORDER BY p.id LIMIT %s"
    while found := sql.rows(query, [after, SLICE]):
        merged += sum(_merge(rule, *pair, at=at) for pair in found)
        after = found[-1][0]
    return merged


def _merge(rule: str, proposal: int, first: int, second: int, *, at: datetime) -> bool:
    with transaction.atomic():
        hold(contacts=[first, second])
        still = sql.rows(f"SELECT {_SURVIVOR} {_pairs(rule)} AND p.id = %s", [proposal])
        if not still:
            return False
        [(survivor,)] = still
        absorb({second if survivor == first else first: survivor}, by=BY, at=at, rule=rule)
        decide(proposal, MergeProposal.State.MERGED, BY)
        return True


def _pairs(rule: str) -> str:
    return _PAIRS.format(holds=RULES[rule].holds, harmless=NOTHING_SPEAKS_AGAINST)
