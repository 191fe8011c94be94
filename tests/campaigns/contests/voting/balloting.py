"""People who vote, compare and judge in contests, without a browser."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from campaigns.contests.models import Contest, Entry, Vote
from campaigns.contests.voting import counting, votes
from campaigns.contests.voting.ranking import ranked
from crm.contacts.models import Contact
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import owner
from tests.campaigns.contests.contesting import entered, now, opened, path


def contest_of(by: str, *people: Contact, **rules: Any) -> tuple[Contest, list[Entry]]:
    """Open, with an entry of each that everybody sees."""
    contest = opened(by=by, **rules)
    entries = [entered(contest, one, caption=f"Table {n}") for n, one in enumerate(people)]
    return now(contest), entries


def entrants(many: int) -> list[Contact]:
    return [cast.contact(f"Entrant {n}", f"entrant{n}@home.example") for n in range(many)]


def voted(person: Contact, entry: Entry, *, network: str = "", ago: float = 0) -> bool:
    """`ago`: minutes."""
    given = votes.give(entry=entry, owner=owner(person), network=network, at=clock.now())
    if ago and given:
        Vote.objects.filter(contest=entry.contest, contact=person).update(at=clock.now() - timedelta(minutes=ago))
    return given


def counted(contest: Contest) -> dict[int, int]:
    return counting.votes(contest)


def places(contest: Contest) -> list[tuple[Entry, int]]:
    return [(one.entry, one.place) for one in ranked(contest)]


def vote_url(contest: Contest, entry: Entry) -> str:
    return f"{path(contest)}vote/{entry.uid}/"


def ended(contest: Contest) -> Contest:
    Contest.objects.filter(pk=contest.pk).update(ended=clock.now())
    return now(contest)


def pair_of(page: Any) -> str:
    return re.search(r'name="pair" value="([^"]+)"', page.content.decode())[1]


def compared(client: Client, contest: Contest, token: str, choice: str = "left") -> Any:
    """Looks at a pair, and chooses."""
    url = f"{path(contest)}pairs/"
    pair = pair_of(client.get(url, {"t": token}))
    return client.post(url, {"t": token, "pair": pair, "choice": choice})
