"""Rings: votes that look made are found with the reason; votes of people who have nothing to do with each other are
not."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.contests.voting.mailboxes import domain_of, mailbox
from campaigns.contests.voting.rings import MANY, WINDOW, Ballot, Kind, find

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CAT, DOG, COW = 1, 2, 3


def ballot(n: int, entry: int = CAT, *, minutes: float | None = None, **fields: object) -> Ballot:
    """Of person n, who entered nothing, an hour after the one before."""
    at = NOON + timedelta(minutes=60 * n + n if minutes is None else minutes)
    return Ballot(**{"vote": n, "voter": n, "entry": entry, "author": 9000 + entry, "at": at, **fields})


def kinds(ballots: list[Ballot]) -> set[str]:
    return {one.kind.value for one in find(ballots)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@shop.example", "ann+two@shop.example"),
        ("a.n.n@gmail.com", "ann+x@googlemail.com"),
        ("Ann@Shop.example", "ann@shop.example"),
    ],
)
def test_one_mailbox_under_several_spellings_has_one_vote_the_latest(one, other):
    votes = [
        ballot(1, addresses=(one,)),
        ballot(2, DOG, addresses=(other,)),
        ballot(3, addresses=("bob@shop.example",)),
    ]
    (found,) = find(votes)
    assert (found.kind, found.votes, found.facts) == (Kind.MAILBOX, (1,), {"n": 2})


def test_a_plus_that_is_the_whole_name_and_dots_elsewhere_are_other_mailboxes():
    assert mailbox("+@shop.example") == "+@shop.example" and mailbox("...@gmail.com") == "...@gmail.com"
    assert mailbox("a.n@shop.example") != mailbox("an@shop.example") and domain_of("a@b@Shop.Example") == "shop.example"


def test_addresses_of_one_person_tie_several_spellings_together():
    votes = [
        ballot(1, addresses=("carol+1@shop.example",)),
        ballot(2, DOG, addresses=("carol+1@work.example",)),
        ballot(3, addresses=("carol@shop.example", "carol@work.example")),
    ]
    (found,) = find(votes)
    assert (found.key, found.votes) == ("mailbox:1", (1, 2))


def test_whoever_is_one_with_two_addresses_is_no_ring():
    assert find([ballot(1, addresses=("carol@shop.example", "carol+x@shop.example"))]) == []


def test_many_votes_for_one_entry_from_one_network_within_an_hour_are_a_ring():
    votes = [ballot(n, minutes=n, network="wifi") for n in range(MANY)]
    (found,) = find(votes)
    assert (found.kind, set(found.votes), found.facts["n"]) == (Kind.NETWORK, set(range(MANY)), MANY)
    assert find(votes[1:]) == []
    slow = [ballot(n, minutes=16 * n, network="wifi") for n in range(MANY)]
    assert find(slow) == []
    assert find([ballot(n, entry=n, minutes=n, network="wifi") for n in range(MANY)]) == []
    assert find([ballot(n, minutes=n) for n in range(MANY)]) == []


def test_what_is_usual_here_is_no_ring():
    def of(network: str, many: int) -> list[Ballot]:
        first = 100 * hash_of(network)
        return [ballot(first + n, entry=first, minutes=n, network=network) for n in range(many)]

    def hash_of(network: str) -> int:
        return "abcdefgh".index(network) + 1

    usual = [*of("a", 2), *of("b", 2), *of("c", 2)]
    assert kinds([*usual, *of("d", 6)]) == set()
    assert kinds([*usual, *of("d", 7)]) == {"network"}


def test_the_votes_of_that_network_on_other_days_are_not_in_it():
    votes = [ballot(n, minutes=n, network="wifi") for n in range(MANY)]
    (found,) = find([*votes, ballot(77, minutes=60 * 24 * 3, network="wifi")])
    assert 77 not in found.votes


@pytest.mark.parametrize("size", range(2, 6))
def test_entrants_who_vote_in_a_circle_are_found(size):
    votes = [
        Ballot(n, voter=n, entry=100 + (n + 1) % size, author=(n + 1) % size, at=NOON + timedelta(days=n))
        for n in range(size)
    ]
    (found,) = find(votes)
    assert (found.kind, set(found.votes), found.facts) == (Kind.CIRCLE, set(range(size)), {"n": size})
    loved = [ballot(1000 + 10 * n + k, entry=100, author=0) for n in range(1) for k in range(3)]
    assert find([*votes, *loved]) == []


def test_a_circle_of_six_and_a_chain_and_a_vote_for_oneself_are_none():
    six = [Ballot(n, n, 100 + (n + 1) % 6, (n + 1) % 6, NOON + timedelta(days=n)) for n in range(6)]
    chain = [Ballot(n, n, 100 + n + 1, n + 1, NOON + timedelta(days=n)) for n in range(4)]
    assert find(six) == find(chain) == find([Ballot(1, 1, 101, 1, NOON)]) == []


def test_a_tail_that_leads_into_a_circle_is_not_in_it():
    votes = [
        Ballot(1, 1, 102, 2, NOON),
        Ballot(2, 2, 103, 3, NOON + timedelta(days=1)),
        Ballot(3, 3, 102, 2, NOON + timedelta(days=2)),
    ]
    (found,) = find(votes)
    assert found.votes == (2, 3)


def test_newcomers_of_one_small_domain_at_once_are_a_ring_and_of_a_big_provider_not():
    def newcomers(domain: str, **fields: object) -> list[Ballot]:
        return [ballot(n, minutes=n, addresses=(f"a{n}@{domain}",), **fields) for n in range(MANY)]

    (found,) = find(newcomers("made-up.example", is_new=True))
    assert (found.kind, found.facts) == (Kind.DOMAIN, {"n": MANY, "domain": "made-up.example"})
    assert find(newcomers("made-up.example")) == find(newcomers("gmail.com", is_new=True)) == []


people = st.integers(0, 12)
ballots = st.builds(
    Ballot,
    vote=st.integers(0, 10**6),
    voter=st.just(0),
    entry=st.integers(1, 4),
    author=st.just(0),
    at=st.integers(0, 300).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    network=st.sampled_from(["", "a", "b", "c"]),
    addresses=st.lists(
        st.sampled_from(["a@x.example", "a+1@x.example", "b@gmail.com", "b.@gmail.com"]), max_size=2
    ).map(tuple),
    is_new=st.booleans(),
)


def whole(drawn: list[Ballot]) -> list[Ballot]:
    """Each of another person, who is the author of an entry where their number is one's."""
    return [
        Ballot(n, n, one.entry, one.entry, one.at, one.network, one.addresses, one.is_new)
        for n, one in enumerate(drawn)
    ]


@given(st.lists(ballots, max_size=30), st.integers())
def test_what_is_found_depends_on_no_order_and_names_only_votes_that_are_there(drawn, number):
    votes = whole(drawn)
    found = find(votes)
    shuffled = Random(number).sample(votes, len(votes))
    as_said = {(one.key, frozenset(one.votes)) for one in found}
    assert {(one.key, frozenset(one.votes)) for one in find(shuffled)} == as_said
    assert len({one.key for one in found}) == len(found)
    ids = {one.vote for one in votes}
    for one in found:
        assert one.votes and set(one.votes) <= ids and len(set(one.votes)) == len(one.votes)
        if one.kind in (Kind.NETWORK, Kind.DOMAIN):
            mine = [vote for vote in votes if vote.vote in one.votes]
            assert len(mine) >= MANY and len({vote.entry for vote in mine}) == 1


@given(st.integers(1, 40), st.integers())
def test_people_who_have_nothing_to_do_with_each_other_are_never_refused(many, number):
    random = Random(number)
    votes = [
        ballot(
            n,
            entry=random.randint(1, 5),
            minutes=random.randint(0, 600),
            network=f"net {n}",
            addresses=(f"p{n}@d{n}.example",),
            is_new=random.random() < 0.5,
        )
        for n in range(many)
    ]
    assert find(votes) == []


def test_an_hour_is_an_hour():
    edge = [ballot(n, minutes=60 * (n == MANY - 1), network="wifi") for n in range(MANY)]
    assert timedelta(hours=1) == WINDOW and kinds(edge) == {"network"}
    assert kinds([*edge[:-1], ballot(MANY, minutes=61, network="wifi")]) == set()
