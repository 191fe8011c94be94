"""Votes that look made: pure, over plain data. Each finding says why; the owner has the last word.

Four things are looked for. (a) One mailbox under several spellings: the latest vote counts. (b) Many votes for one
entry from one network within an hour, more than three times what is usual between an entry and a network here. (c)
Entrants who vote for one another in a circle, where that is a large part of what each has. (d) Many votes for one entry
within an hour by people new to us, whose addresses lie at one domain that is no big provider's.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from campaigns.contests.voting.mailboxes import PROVIDERS, domain_of, mailbox

WINDOW = timedelta(hours=1)
MANY = 5
"""Votes within the window."""
TIMES = 3
"""More than so many times the usual."""
LONGEST_CIRCLE = 5
LARGE_PART = 1 / 3


class Kind(StrEnum):
    MAILBOX = "mailbox"
    NETWORK = "network"
    CIRCLE = "circle"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A person's vote: ids of the vote, of who voted, of the entry, and of whoever entered it. `network` is a hash or
    '', `addresses` are theirs, `is_new`: we knew nothing of them before."""

    vote: int
    voter: int
    entry: int
    author: int
    at: datetime
    network: str = ""
    addresses: tuple[str, ...] = ()
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """`key` is the same whenever the same is found again; `facts` are for a sentence about it."""

    kind: Kind
    key: str
    votes: tuple[int, ...]
    facts: dict[str, Any]


def find(ballots: Sequence[Ballot]) -> list[Finding]:
    """The same findings in whichever order the ballots come. O(n log n)."""
    ordered = sorted(ballots, key=lambda one: (one.at, one.vote))
    return [*_mailboxes(ordered), *_networks(ordered), *_circles(ordered), *_domains(ordered)]


def _mailboxes(ballots: Sequence[Ballot]) -> Iterator[Finding]:
    """People who are one by what their addresses lead to; all but their latest vote are refused."""
    leads: dict[int, int] = {}

    def first(voter: int) -> int:
        while leads.get(voter, voter) != voter:
            voter = leads[voter]
        return voter

    holder: dict[str, int] = {}
    for one in ballots:
        for box in map(mailbox, one.addresses):
            leads[first(one.voter)] = first(holder.setdefault(box, one.voter))
    groups: dict[int, list[int]] = defaultdict(list)
    for one in ballots:
        groups[first(one.voter)].append(one.vote)
    voter_of = {one.vote: one.voter for one in ballots}
    for votes in groups.values():
        if len(votes) > 1:
            key = f"{Kind.MAILBOX}:{min(voter_of[vote] for vote in votes)}"
            yield Finding(Kind.MAILBOX, key, tuple(votes[:-1]), {"n": len(votes)})


def _networks(ballots: Sequence[Ballot]) -> Iterator[Finding]:
    pairs: dict[tuple[int, str], list[Ballot]] = defaultdict(list)
    for one in ballots:
        if one.network:
            pairs[one.entry, one.network].append(one)
    peaks = {pair: _peak(found) for pair, found in pairs.items()}
    usual = _usual(peaks)
    for (entry, network), found in pairs.items():
        votes, times = _bursts(found), usual(network)
        if votes and peaks[entry, network] > TIMES * times:
            key = f"{Kind.NETWORK}:{entry}:{network}"
            yield Finding(Kind.NETWORK, key, votes, {"n": len(votes), "usual": times})


def _usual(peaks: dict[tuple[int, str], int]) -> Callable[[str], int]:
    """How many votes an entry has from a network within the window as a rule, by the median over the other networks;
    1 where there are none."""
    networks: dict[str, Counter[int]] = defaultdict(Counter)
    for (_entry, network), peak in peaks.items():
        networks[network][peak] += 1
    every = sum(networks.values(), Counter())

    def usual(network: str) -> int:
        rest = every - networks[network]
        half, below = rest.total() / 2, 0
        for peak in sorted(rest):
            below += rest[peak]
            if below >= half:
                return peak
        return 1

    return usual


def _circles(ballots: Sequence[Ballot]) -> Iterator[Finding]:
    """Each person has one vote, so whom they lead to is a function: every circle is walked once."""
    votes_of = Counter(one.entry for one in ballots)
    given = {one.voter: one for one in ballots if one.author != one.voter}
    walked: set[int] = set()
    for start in given:
        path: list[int] = []
        person = start
        while person in given and person not in walked:
            walked.add(person)
            path.append(person)
            person = given[person].author
        circle = path[path.index(person) :] if person in path else []
        within = [given[one] for one in circle]
        if 2 <= len(circle) <= LONGEST_CIRCLE and all(1 / votes_of[one.entry] >= LARGE_PART for one in within):
            key = f"{Kind.CIRCLE}:{'-'.join(map(str, sorted(circle)))}"
            yield Finding(Kind.CIRCLE, key, tuple(sorted(one.vote for one in within)), {"n": len(circle)})


def _domains(ballots: Sequence[Ballot]) -> Iterator[Finding]:
    groups: dict[tuple[int, str], list[Ballot]] = defaultdict(list)
    for one in ballots:
        if one.is_new:
            for domain in {domain_of(address) for address in one.addresses} - PROVIDERS:
                groups[one.entry, domain].append(one)
    for (entry, domain), found in groups.items():
        if votes := _bursts(found):
            key = f"{Kind.DOMAIN}:{entry}:{domain}"
            yield Finding(Kind.DOMAIN, key, votes, {"n": len(votes), "domain": domain})


def _bursts(found: Sequence[Ballot]) -> tuple[int, ...]:
    """Those, in order of time, that lie in any window with many."""
    inside: dict[int, None] = {}
    for first, last in _windows(found):
        if last - first >= MANY:
            inside.update(dict.fromkeys(one.vote for one in found[first:last]))
    return tuple(inside)


def _peak(found: Sequence[Ballot]) -> int:
    return max(last - first for first, last in _windows(found))


def _windows(found: Sequence[Ballot]) -> Iterable[tuple[int, int]]:
    """The widest stretch [first, last) that ends with each ballot and lasts no longer than the window."""
    first = 0
    for last, one in enumerate(found, 1):
        while one.at - found[first].at > WINDOW:
            first += 1
        yield first, last
