"""Votes and juries in the dashboard: what looks made and why, what the owner decides; nobody counts before the end."""

import re

import pytest
from django.urls import reverse

from campaigns.contests.models import Comparison, CountedRing, Juror, Score, Vote
from campaigns.contests.voting import jury, suspecting
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import owner, said
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import contest_of, counted, ended, entrants, voted
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client):
    person = cast.olga()
    client.force_login(person)
    return person


@pytest.fixture
def flooded(db):
    """Five for the first of two entries came from one network."""
    contest, (one, other) = contest_of("votes", *entrants(2))
    for n in range(5):
        voted(cast.contact(f"Guest {n}"), one, network="f" * 32, ago=n)
    voted(cast.contact("Honest"), other, network="0" * 32)
    suspecting.look(contest, clock.now())
    return contest, one, other


def votes_url(contest) -> str:
    return reverse("contest_votes", args=[contest.uid])


def buttons(page) -> list[str]:
    """Where the forms of the page's main part lead."""
    return [one.replace("&amp;", "&") for one in re.findall(r'action="(/contests/[^"]+)"', page)]


def test_the_owner_reads_why_and_whom_and_counts_them_all_with_undo(client, olga, flooded):
    contest, one, other = flooded
    page = said(client.get(votes_url(contest)))
    assert "6 people have voted" in page and "5 votes for one entry came from one network within an hour" in page
    assert "Guest 0" in page and "Honest" not in page and "for “Table 0”" not in page
    (ring,) = [url for url in buttons(page) if "/rings/count/" in url]
    done = said(client.post(ring, follow=True))
    assert "These votes count" in done and "Olga counts them" in done and counted(contest) == {one.pk: 5, other.pk: 1}
    undo = re.findall(r'"(/contests/[^"]+/rings/refuse/[^"]+)"', done)[0]
    assert "do not count" in said(client.post(undo.replace("&amp;", "&"), follow=True)) and counted(contest) == {
        other.pk: 1
    }
    assert not CountedRing.objects.exists()


def test_for_which_entry_a_ring_voted_is_said_once_the_contest_has_ended(client, olga, flooded):
    """Before, it would hint at who leads."""
    contest, one, _other = flooded
    page = said(client.get(votes_url(contest)))
    assert "stands here once the contest has ended" in page and one.caption not in page
    ended(contest)
    page = said(client.get(votes_url(contest)))
    assert "stands here once" not in page and "for “Table 0”" in page


def test_the_owner_counts_one_of_them_with_undo(client, olga, flooded):
    contest, one, other = flooded
    (first, *_rest) = [url for url in buttons(said(client.get(votes_url(contest)))) if url.endswith("/count/")]
    done = said(client.post(first, follow=True))
    assert "The vote counts" in done and "Olga counts it" in done and counted(contest) == {one.pk: 1, other.pk: 1}
    client.post(first.replace("/count/", "/refuse/"))
    assert counted(contest) == {other.pk: 1}


def test_votes_for_their_own_entry_stand_apart_and_cannot_be_counted(client, olga):
    people = entrants(2)
    contest, (one, _other) = contest_of("votes", *people)
    voted(people[0], one)
    page = said(client.get(votes_url(contest)))
    assert "For their own entry" in page and "Entrant 0" in page
    client.post(reverse("decide_vote", args=[contest.uid, Vote.objects.get().uid, "count"]))
    assert counted(contest) == {}


def test_each_finding_is_said_in_words(client, olga):
    people = entrants(2)
    contest, (one, other) = contest_of("votes", *people)
    voted(people[0], other), voted(people[1], one)
    voted(cast.contact("A", "ann@gmail.com"), one), voted(cast.contact("B", "a.n.n@gmail.com"), other)
    suspecting.look(contest, clock.now())
    page = said(client.get(votes_url(contest)))
    assert "2 who entered voted for one another in a circle" in page
    assert "One mailbox under several spellings voted 2 times" in page
    newcomers = [cast.contact(f"New {n}", f"n{n}@made-up.example") for n in range(5)]
    for person in newcomers:
        person.created = clock.now()
        person.save()
        voted(person, one)
    suspecting.look(contest, clock.now())
    assert "by people new to us with addresses at made-up.example" in said(client.get(votes_url(contest)))


def test_what_makes_no_sense_or_comes_too_late_changes_nothing(client, olga, flooded):
    contest, _one, other = flooded
    vote = Vote.objects.filter(refused="ring").first()
    assert client.post(reverse("decide_ring", args=[contest.uid, "burn"]), {}).status_code == 404
    assert client.post(reverse("decide_vote", args=[contest.uid, vote.uid, "burn"])).status_code == 404
    foreign, _entries = contest_of("votes")
    assert client.post(reverse("decide_vote", args=[foreign.uid, vote.uid, "count"])).status_code == 404
    assert client.post(f"{reverse('decide_ring', args=[contest.uid, 'count'])}?key=%00{'x' * 400}").status_code == 302
    assert counted(contest) == {other.pk: 1}
    CountedRing.objects.all().delete()
    ended(contest)
    for url in (
        f"{reverse('decide_ring', args=[contest.uid, 'count'])}?key={vote.facts['rings'][0]['key']}",
        reverse("decide_vote", args=[contest.uid, vote.uid, "count"]),
    ):
        assert "It has ended" in said(client.post(url, follow=True))
    assert counted(contest) == {other.pk: 1} and not CountedRing.objects.exists()


def test_an_agent_sees_how_many_and_decides_nothing(client, flooded):
    contest, _one, _other = flooded
    client.force_login(cast.ada())
    page = said(client.get(votes_url(contest)))
    assert "6 people have voted" in page and "network" not in page and "Guest 0" not in page
    assert client.post(reverse("decide_ring", args=[contest.uid, "count"])).status_code == 403
    assert client.post(reverse("decide_vote", args=[contest.uid, Vote.objects.first().uid, "count"])).status_code == 403
    by_jury, _entries = contest_of("jury")
    assert client.get(reverse("contest_jurors", args=[by_jury.uid])).status_code == 403


def test_each_way_has_its_page_and_no_other(client, olga):
    for by, votes, jurors in (("votes", 200, 404), ("pairs", 200, 404), ("jury", 404, 200), ("draw", 404, 404)):
        contest, _entries = contest_of(by)
        assert client.get(votes_url(contest)).status_code == votes
        assert client.get(reverse("contest_jurors", args=[contest.uid])).status_code == jurors
        assert client.get(reverse("contest", args=[contest.uid])).status_code == 200


def test_a_jury_is_appointed_handed_links_and_followed(client, olga):
    contest, (one, _other) = contest_of("jury", *entrants(2), criteria=("Care", "Idea"))
    url, ada = reverse("contest_jurors", args=[contest.uid]), cast.ada()
    assert "Nobody judges yet" in said(client.get(url))
    client.post(url, {"name": "Chef Rosa\u202e", "who": [str(ada.uid), "x"]})
    assert {one.name for one in Juror.objects.all()} == {"Chef Rosa", "Ada"}
    assert "Write a name" in said(client.post(url, {"name": " "}, follow=True))
    rosa = Juror.objects.get(user=None)
    for criterion in ("c1", "c2"):
        jury.score(juror=rosa, entry=one, points={criterion: 10}, at=clock.now())
    page = said(client.get(url))
    assert "1 of 2" in page and "0 of 2" in page and jury.jury_url(rosa) in page
    assert "2 photos are not judged by all" in page and "by 1 of 2" in page and "10 of" not in page
    done = said(client.post(reverse("dismiss_juror", args=[contest.uid, rosa.uid]), follow=True))
    assert "Chef Rosa judges no more" in done and client.get(jury.jury_path(rosa)).status_code == 404
    assert reverse("restore_juror", args=[contest.uid, rosa.uid]) in done
    client.post(reverse("restore_juror", args=[contest.uid, rosa.uid]))
    assert client.get(jury.jury_path(rosa)).status_code == 200
    ended(contest)
    client.post(url, {"name": "Late"})
    client.post(reverse("dismiss_juror", args=[contest.uid, rosa.uid]))
    assert Juror.objects.count() == 2 and client.get(jury.jury_path(rosa)).status_code == 200
    other, _entries = contest_of("jury")
    assert client.post(reverse("dismiss_juror", args=[other.uid, rosa.uid])).status_code == 404


def test_pages_take_the_same_queries_however_much_there_is(client, olga, flooded):
    contest, one, _other = flooded
    by_jury, _entries = contest_of("jury", cast.bob())
    juror = jury.appoint(contest=by_jury, name="Rosa", at=clock.now())

    def taken() -> list[int]:
        pages = (votes_url(contest), reverse("contest_jurors", args=[by_jury.uid]), jury.jury_path(juror))
        public = (path(contest), f"{path(contest)}entry/{one.uid}/")
        return [queries_of(client, url) for url in (*pages, *public)]

    taken()  # the first look makes the link by which a page is passed on
    few = taken()
    for n in range(6):
        voted(cast.contact(f"More {n}"), one, network="f" * 32)
        jury.appoint(contest=by_jury, name=f"Guest {n}", at=clock.now())
    suspecting.look(contest, clock.now())
    assert taken() == few and few[0] <= 12 and few[1] <= 13 and few[2] <= 4, few


def test_nobody_counts_before_the_end(client, olga):
    """No page, no order and no answer of the interface differs by who leads: the same contest with the votes the other
    way round reads the same, word for word."""
    contest, (one, two, three) = contest_of("votes", *entrants(3))
    guests = [cast.contact(f"Guest {n}") for n in range(6)]

    def seen(first, second, third) -> list[str]:
        Vote.objects.all().delete()
        for guest, entry in zip(guests, (first, first, first, second, second, third), strict=True):
            voted(guest, entry)
        pages = [path(contest), *[f"{path(contest)}entry/{entry.uid}/" for entry in (one, two, three)]]
        pages += [f"{path(contest)}vote/", votes_url(contest), reverse("contest", args=[contest.uid])]
        pages += [reverse("contests"), f"/contest/{contest.survey.key}/?page=2"]
        return [_still(said(client.get(url))) for url in pages]

    assert seen(one, two, three) == seen(three, two, one)


def test_nobody_counts_comparisons_before_the_end(client, olga):
    contest, (one, two) = contest_of("pairs", *entrants(2))
    guest = cast.contact("Guest")

    def seen(better) -> list[str]:
        Comparison.objects.all().delete()
        left, right = sorted((one, two), key=lambda entry: entry.pk)
        fields = {"contest": contest, "contact": guest, "recorded_for": guest, "left": left, "right": right}
        Comparison.objects.create(**fields, better=better, at=clock.now())
        pages = [path(contest), f"{path(contest)}entry/{one.uid}/", votes_url(contest)]
        return [_still(said(client.get(url))) for url in pages]

    assert seen(one) == seen(two) and owner(guest) and not Score.objects.exists()


def _still(page: str) -> str:
    """Without what differs at every look: stamps, nonces and tokens."""
    return re.sub(r'nonce="[^"]*"|name="(made|csrfmiddlewaretoken)" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", page)
