"""A jury judges by links of their own, blind, and changes it until the end; nobody sees points before."""

from datetime import timedelta

import pytest

from campaigns.contests import answering
from campaigns.contests.models import Contest, Entry, Juror, Score
from campaigns.contests.voting import jury
from campaigns.contests.voting.ranking import ranked
from engage.lib import clock, tokens
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import path
from tests.campaigns.contests.voting.balloting import contest_of, ended, entrants

pytestmark = pytest.mark.django_db
CRITERIA = ("Care and craft", "Idea")


@pytest.fixture
def judged(db):
    """A contest by a jury with three entries."""
    return contest_of("jury", *entrants(3), criteria=CRITERIA)


def guest(contest: Contest, name: str = "Chef Rosa") -> Juror:
    made = jury.appoint(contest=contest, name=name, at=clock.now())
    assert made is not None
    return made


def give(juror: Juror, entry: Entry, *points: int) -> bool:
    given = dict(zip(("c1", "c2"), points, strict=False))
    return jury.score(juror=juror, entry=entry, points=given, at=clock.now())


def test_a_guest_judges_by_their_link_alone_and_sees_no_names(client, judged):
    contest, entries = judged
    url = jury.jury_path(guest(contest))
    page = said(client.get(url))
    assert "0 of 3 judged" in page and "Summer tables" in page
    assert "Entrant" not in page and "Rosa" not in page and "home.example" not in page
    for n in range(3):
        target = client.get(url).context["left"]
        one = f"{url}{target.uid}/"
        shown = said(client.get(one))
        assert target.caption in shown and "Entrant" not in shown and "Care and craft" in shown
        answer = client.post(one, {"points-c1": 7, "points-c2": 9})
        assert answer.status_code == 303 and f"{n + 1} of 3 judged" in said(client.get(url))
    assert answer["Location"] == url and "You have judged all" in said(client.get(url))
    client.post(f"{url}{entries[0].uid}/", {"points-c1": 2})
    assert set(Score.objects.filter(entry=entries[0]).values_list("criterion", "points")) == {("c1", 2), ("c2", 9)}
    assert not client.cookies


def test_a_single_point_is_saved_at_once_without_leaving_the_page(client, judged):
    contest, entries = judged
    url = f"{jury.jury_path(guest(contest))}{entries[0].uid}/"
    assert client.post(url, {"points-c1": 7, "quietly": "1"}).status_code == 204
    page = client.get(url)
    assert Score.objects.get().points == 7 and "0 of 3 judged" in said(page)
    assert page.context["criteria"][0][2] == 7 and page.context["criteria"][1][2] is None


@pytest.mark.parametrize("points", ["0", "11", "-1", "1.5", "ten", "\u0663", "7\x00", "9" * 400])
def test_what_is_no_point_is_said_so_and_changes_nothing(client, judged, points):
    contest, entries = judged
    page = client.post(f"{jury.jury_path(guest(contest))}{entries[0].uid}/", {"points-c1": points})
    assert page.status_code == 400 and "Choose 1 to 10" in said(page) and not Score.objects.exists()


def test_hostile_links_show_nothing(client, judged):
    contest, entries = judged
    juror = guest(contest)
    good = jury.jury_path(juror)
    bad = [
        tokens.sign("juror", str(juror.uid)),
        tokens.sign(jury.PURPOSE, str(entries[0].uid)),
        tokens.sign(jury.PURPOSE, "x"),
        tokens.sign(jury.PURPOSE, str(juror.uid), "more"),
        "a.b",
        "x" * 3000,
    ]
    for token in bad:
        for url in (f"/contest/jury/{token}/", f"/contest/jury/{token}/{entries[0].uid}/"):
            assert client.get(url).status_code == 404 and client.post(url, {"points-c1": 5}).status_code in (404, 405)
    other, (elsewhere,) = contest_of("jury", cast.bob())
    assert client.get(f"{good}{elsewhere.uid}/").status_code == 404 and other.criteria[0]["id"] == "whole"
    assert client.post(f"{good}{elsewhere.uid}/", {"points-whole": 5}).status_code == 404
    foreign = client.post(f"{good}{entries[0].uid}/", {"points-c1": 5}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and not Score.objects.exists()
    assert not jury.score(juror=juror, entry=entries[0], points={"c9": 5}, at=clock.now())
    assert not jury.score(juror=juror, entry=entries[0], points={"c1": 11}, at=clock.now())


def test_whoever_is_taken_off_judges_no_more_and_counts_no_more_until_had_back(client, judged):
    contest, entries = judged
    one, other = guest(contest), guest(contest, "Chef Tom")
    give(one, entries[0], 10, 10), give(other, entries[0], 4, 4)
    jury.dismiss(juror=one, at=clock.now())
    assert client.get(jury.jury_path(one)).status_code == 404 and not give(one, entries[1], 5, 5)
    assert ranked(contest)[0].result["points"] == 4 and ranked(contest)[0].result["of"] == 1
    jury.restore(juror=one)
    assert client.get(jury.jury_path(one)).status_code == 200 and ranked(contest)[0].result["points"] == 7


def test_a_colleague_judges_all_but_their_own_entry_and_not_after_they_left_us(client, judged):
    contest, entries = judged
    max_ = cast.max_()
    max_.email = "Entrant1@home.example"
    max_.save()
    juror = jury.appoint(contest=contest, user=max_, at=clock.now())
    again = jury.appoint(contest=contest, user=max_, at=clock.now())
    assert juror and again and juror.pk == again.pk and juror.name == "Max"
    url = jury.jury_path(juror)
    assert "0 of 2 judged" in said(client.get(url)) and client.get(f"{url}{entries[1].uid}/").status_code == 404
    assert not give(juror, entries[1], 9, 9) and give(juror, entries[0], 9, 9)
    Score.objects.create(juror=juror, entry=entries[1], criterion="c1", points=10, at=clock.now())
    Score.objects.create(juror=juror, entry=entries[1], criterion="c2", points=10, at=clock.now())
    assert [one.entry for one in ranked(contest)] == [entries[0]]
    assert jury.progress(contest)[juror.pk] == jury.Progress(1, 2)
    max_.is_active = False
    max_.save()
    assert client.get(url).status_code == 404


def test_it_can_be_changed_until_the_end_and_not_after(client, judged):
    contest, entries = judged
    juror = guest(contest)
    assert give(juror, entries[0], 5, 5) and give(juror, entries[0], 6)
    contest.votes_close = clock.now() - timedelta(seconds=1)
    contest.save()
    url = f"{jury.jury_path(juror)}{entries[0].uid}/"
    page = client.post(url, {"points-c1": 9})
    assert (
        page.status_code == 409 and "Judging is over" in said(page) and "Judging is not open" in said(client.get(url))
    )
    assert set(Score.objects.values_list("points", flat=True)) == {5, 6}
    Contest.objects.update(votes_close=None)
    assert give(juror, entries[0], 1)
    ended(contest)
    assert not give(juror, entries[0], 1, 1) and "not open" in said(client.get(jury.jury_path(juror)))


def test_places_are_by_the_mean_of_means_and_equals_by_the_first_criterion(judged):
    contest, (one, two, three) = judged
    first, second = guest(contest), guest(contest, "Chef Tom")
    give(first, one, 8, 6), give(second, one, 9, 7)
    give(first, two, 6, 8), give(second, two, 8, 8)
    give(first, three, 10, 10)
    found = {placed.entry: placed for placed in ranked(contest)}
    assert [found[one_of].place for one_of in (three, one, two)] == [1, 2, 3]
    assert found[one].result == {"points": 7.5, "criteria": {"c1": 8.5, "c2": 6.5}, "jurors": 2, "of": 2}
    assert found[three].result["jurors"] == 1
    give(second, two, 9, 6)
    give(first, two, 8, 7)
    equal = {placed.entry: placed for placed in ranked(contest)}
    assert equal[two].result["points"] == 7.5 and equal[one].place == equal[two].place == 2


def test_half_a_judgement_does_not_count_and_what_is_not_judged_by_all_is_flagged(judged):
    contest, (one, two, three) = judged
    first, second = guest(contest), guest(contest, "Chef Tom")
    give(first, one, 8, 6), give(first, two, 3), give(second, one, 2, 2)
    assert [placed.entry for placed in ranked(contest)] == [one]
    assert jury.unjudged(contest) == [(two, 0, 2), (three, 0, 2)]
    give(first, two, 3, 3)
    assert jury.unjudged(contest) == [(two, 1, 2), (three, 0, 2)]
    assert jury.progress(contest) == {first.pk: jury.Progress(2, 3), second.pk: jury.Progress(1, 3)}


def test_a_jury_has_an_order_of_its_own_for_each_and_a_most(judged, monkeypatch):
    contest, _entries = judged
    orders = {tuple(one.pk for one in jury.to_judge(guest(contest, f"Guest {n}"))) for n in range(12)}
    assert len(orders) > 1
    monkeypatch.setattr(jury, "MOST_JURORS", 12)
    with pytest.raises(jury.FullJury):
        guest(contest)
    assert jury.appoint(contest=contest, name=" \u202e ", at=clock.now()) is None


def test_the_public_sees_nothing_of_it_and_has_nobody_to_vote_for(client, judged):
    contest, entries = judged
    give(guest(contest), entries[0], 10, 10)
    for url in (path(contest), f"{path(contest)}entry/{entries[0].uid}/"):
        page = said(client.get(url))
        assert "points" not in page and "Rosa" not in page and "judged" not in page
    assert (
        client.get(f"{path(contest)}vote/").status_code == 404
        and client.get(f"{path(contest)}pairs/").status_code == 404
    )
    assert {contact for contact, _first in answering.took_part(contest, most=9)} == {one.contact_id for one in entries}
