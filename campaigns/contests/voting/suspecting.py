"""Looking for rings in a contest's votes, and what the owner decides about each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaigns.contests.models import Contest, CountedRing, Vote
from campaigns.contests.voting import rings
from campaigns.contests.voting.counting import VOTES
from engage.lib import sql
from engage.lib.patience import patient

MOST = 2000
"""Votes that a page shows."""
NETWORKS_KEPT = timedelta(days=30)
"""After the end."""
_BALLOTS = f"""
    SELECT v.id, v.contact_id, v.entry_id, e.contact_id, v.at, v.network,
        ARRAY(SELECT i.value FROM crm_contacts_identity AS i
            WHERE i.contact_id = v.contact_id AND i.kind = 'email' AND i.proof <> '' ORDER BY i.value),
        p.created > v.at - interval '1 day', v.refused, v.facts
    FROM ({VOTES}) AS v JOIN campaigns_contests_entry AS e ON e.id = v.entry_id
    JOIN crm_contacts_contact AS p ON p.id = v.recorded_for_id
    WHERE e.standing = 'shown' AND v.refused <> 'own'
"""  # noqa: S608 a statement of ours
_REFUSE = """
    UPDATE campaigns_contests_vote AS v SET refused = n.refused, facts = n.facts
    FROM jsonb_to_recordset(%(now)s::jsonb) AS n(id bigint, at timestamptz, refused text, facts jsonb)
    WHERE v.id = n.id AND v.at = n.at AND v.refused <> 'own'
"""
"""Not those that were moved meanwhile: they are looked at next time."""


def look(contest: Contest, at: datetime) -> None:
    """Find rings anew, and refuse what is in one that the owner did not count. What is settled stays. Three queries."""
    if contest.by != Contest.By.VOTES or is_settled(contest, at):
        return
    found = sql.rows(_BALLOTS, {"contest": contest.pk})
    counted = set(CountedRing.objects.filter(contest=contest).values_list("key", flat=True))
    facts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in rings.find([_ballot(*row[:8]) for row in found]):
        for vote in one.votes:
            facts[vote].append({"key": one.key, "kind": one.kind.value, **one.facts})
    changed = []
    for vote, _voter, _entry, _author, cast, _network, _addresses, _is_new, was_refused, was_found in found:
        refused = "ring" if any(fact["key"] not in counted for fact in facts.get(vote, ())) else ""
        now = {"rings": facts[vote]} if vote in facts else {}
        if refused != was_refused or now != sql.decoded(was_found):
            changed.append({"id": vote, "at": cast.isoformat(), "refused": refused, "facts": now})
    if changed:
        sql.run(_REFUSE, {"now": sql.document(changed)})


def look_around(*, at: datetime) -> None:
    """Every contest that was voted in within the last minutes."""
    recent = Vote.objects.filter(at__gt=at - timedelta(minutes=5)).values("contest")
    for contest in Contest.objects.filter(ended=None, by=Contest.By.VOTES, pk__in=recent):
        look(contest, at)


@dataclass(frozen=True, slots=True)
class Ring:
    """A finding with its votes, as the owner reads it. `counted_by`: who counts it nevertheless, or ''."""

    key: str
    kind: rings.Kind
    facts: dict[str, Any]
    votes: list[Vote]
    counted_by: str


def found_in(contest: Contest) -> list[Ring]:
    """As at the last look. Three queries."""
    query = f"SELECT id FROM ({VOTES}) AS v WHERE facts <> '{{}}' AND refused <> 'own' ORDER BY id LIMIT {MOST}"  # noqa: S608
    ids = [row[0] for row in sql.rows(query, {"contest": contest.pk})]
    counted = dict(CountedRing.objects.filter(contest=contest).values_list("key", "by"))
    found: dict[str, Ring] = {}
    for vote in Vote.objects.filter(pk__in=ids).select_related("contact", "entry").order_by("at", "id"):
        for fact in vote.facts.get("rings", ()):
            key = fact["key"]
            ring = found.setdefault(key, Ring(key, rings.Kind(fact["kind"]), fact, [], counted.get(key, "")))
            ring.votes.append(vote)
    return sorted(found.values(), key=lambda one: (bool(one.counted_by), -len(one.votes), one.key))


def own_votes(contest: Contest) -> list[Vote]:
    """For entries of their own. One query."""
    found = Vote.objects.filter(contest=contest, refused=Vote.Refused.OWN).select_related("contact", "entry")
    return list(found.order_by("id")[:MOST])


@patient
def count_ring(*, contest: Contest, key: str, by: str, at: datetime) -> None:
    """The owner says that these are people: its votes count, those that join it later too."""
    with transaction.atomic():
        CountedRing.objects.get_or_create(contest=contest, key=key[:300], defaults={"at": at, "by": by[:120]})
        look(contest, at)


@patient
def refuse_ring(*, contest: Contest, key: str, at: datetime) -> None:
    with transaction.atomic():
        CountedRing.objects.filter(contest=contest, key=key).delete()
        look(contest, at)


def count_vote(*, vote: Vote, by: str) -> None:
    """It counts, whatever rings it is found in."""
    Vote.objects.filter(pk=vote.pk, refused=Vote.Refused.RING).update(counted_by=by[:120])


def refuse_vote(*, vote: Vote) -> None:
    Vote.objects.filter(pk=vote.pk).update(counted_by="")


def is_settled(contest: Contest, at: datetime) -> bool:
    """Who won is said, or voting ended so long ago that it is known no more from where votes came."""
    return contest.ended is not None or bool(contest.votes_close and contest.votes_close < at - NETWORKS_KEPT)


def forget_networks(*, at: datetime) -> None:
    """From where votes came, a month after the end: in votes, in what was found by it, in what was decided of it."""
    end = at - NETWORKS_KEPT
    over = Contest.objects.filter(Q(ended__lt=end) | Q(ended=None, votes_close__lt=end))
    for contest in over.filter(votes__network__gt="").distinct():
        found = Vote.objects.filter(contest=contest).exclude(network="")
        for vote in found.exclude(facts={}).iterator():
            Vote.objects.filter(pk=vote.pk).update(facts={"rings": list(_without(vote.facts.get("rings", ())))})
        found.update(network="")
        CountedRing.objects.filter(contest=contest, key__startswith=f"{rings.Kind.NETWORK}:").delete()


def _without(found: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for one in found:
        is_network = one["kind"] == rings.Kind.NETWORK
        yield {**one, "key": one["key"].rpartition(":")[0]} if is_network else one


def _ballot(
    vote: int, voter: int, entry: int, author: int, cast: datetime, network: str, addresses: list[str], is_new: bool
) -> rings.Ballot:
    return rings.Ballot(vote, voter, entry, author, cast, network, tuple(addresses), is_new)
