"""A draw is promised, fixed, drawn and checked; until it has ended nobody is told the seed."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.contests import actions, deciding, drawing, ending
from campaigns.contests.models import Contest, Entry
from crm.contacts.actions import erase
from engage import everything, maintenance
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import entered, letters, made, now, opened, path
from tests.campaigns.contests.ended import drawn, filed, filed_many, voted

pytestmark = pytest.mark.django_db


def fix(contest: Contest) -> Contest:
    return ending.fix_list(contest=contest, by="Max", at=clock.now())


def end(contest: Contest) -> Contest:
    ending.end(contest=contest, by="Max", at=clock.now())
    return now(contest)


def record(contest: Contest) -> dict:
    return json.loads(Client().get(f"{path(contest)}draw/record.json").content)


def check(contest: Contest, folder, **changed: object) -> subprocess.CompletedProcess:
    """The ten lines as they stand on the page, beside the file that it offers."""
    (folder / "record.json").write_text(json.dumps({**record(contest), **changed}))
    command = [sys.executable, "-c", drawing.CHECK]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def places(contest: Contest) -> list[str]:
    found = Entry.objects.filter(contest=contest, place__isnull=False).order_by("place")
    return [str(one) for one in found.values_list("uid", flat=True)]


def test_what_was_promised_stands_from_the_beginning_and_whoever_wins_is_found_by_it(client, tmp_path):
    contest = drawn(prizes=(actions.Promised("A cake"), actions.Promised("A tea")))
    entries = filed_many(contest, 7)
    promised = contest.commitment
    assert promised in said(client.get(path(contest))) and promised in said(client.get(f"{path(contest)}draw/"))
    fix(contest)
    listed = sorted(str(one.uid) for one in entries)
    assert record(contest)["drawn_from"] == listed and record(contest)["seed"] == "" and not record(contest)["drawn"]
    assert record(contest)["drawn_from_sha256"] in said(client.get(f"{path(contest)}draw/"))
    ended = end(contest)
    page = said(client.get(f"{path(contest)}draw/"))
    assert drawing.commitment(ended.seed) == promised and ended.seed in page and promised in page
    assert places(contest) == drawing.drawn(ended.seed, listed)
    assert record(contest)["drawn"] == [{"among": listed, "came": places(contest)[:2]}]
    assert check(contest, tmp_path).stdout == "It is right.\n"


@pytest.mark.parametrize("wrong", ["seed", "drawn_from", "drawn"])
def test_the_ten_lines_find_what_was_changed(tmp_path, wrong):
    contest = drawn()
    filed_many(contest, 5)
    fix(contest), end(contest)
    kept = record(contest)
    last = drawing.drawn(kept["seed"], kept["drawn_from"])[-1]
    others = {
        "seed": drawing.new_seed(),
        "drawn_from": kept["drawn_from"][1:],
        "drawn": [{"among": kept["drawn_from"], "came": [last]}],
    }
    found = check(contest, tmp_path, **{wrong: others[wrong]})
    assert found.returncode == 1 and "AssertionError: another" in found.stderr


def test_the_list_is_fixed_once_none_waits_and_never_changes(client):
    contest = drawn()
    first, second = filed_many(contest, 2)
    waits = filed(contest, cast.alice(), standing="waiting")
    with pytest.raises(ending.CannotEnd, match="waiting"):
        fix(contest)
    deciding.decide(contest=contest, entries=[waits.uid], standing="shown", by="Max", at=clock.now())
    listed = fix(contest).drawn_from
    assert len(listed) == 3 and now(contest).survey.state == "closed"
    filed(contest, cast.bob())
    deciding.decide(contest=contest, entries=[second.uid], standing="refused", by="Max", at=clock.now())
    erase(contact=first.contact, by="Olga", at=clock.now())
    assert fix(contest).drawn_from == now(contest).drawn_from == listed
    assert set(record(contest)["passed_over"]) == {str(first.uid), str(second.uid)}
    page = said(client.get(f"{path(contest)}draw/"))
    assert page.count("taken away</span>") == 2 and str(first.uid) in page and "Guest 0" not in page
    end(contest)
    assert places(contest) == [str(waits.uid)]


def test_a_list_fixes_itself_when_no_more_come_and_none_waits():
    at = clock.now()
    contest = drawn(closes=at + timedelta(hours=1))
    filed_many(contest, 2)
    other = drawn(title="Another", closes=at + timedelta(hours=1))
    filed(other, cast.alice(), standing="waiting")
    ending.fix_lists(at=at)
    assert not now(contest).listed
    ending.fix_lists(at=at + timedelta(hours=2))
    assert len(now(contest).drawn_from) == 2 and not now(other).listed
    actions.close(contest=other, by="Max", at=at)
    maintenance.sweep()
    assert not now(other).listed
    Entry.objects.update(standing="refused")
    maintenance.sweep()
    assert now(other).listed and now(other).drawn_from == []


def test_a_draw_without_its_list_or_before_the_promised_day_is_refused():
    contest = drawn(closes=clock.now() + timedelta(days=1))
    filed_many(contest, 1)
    with pytest.raises(ending.CannotEnd) as refused:
        end(contest)
    assert refused.value.why == ["open", "unlisted"]
    with pytest.raises(ending.CannotEnd) as refused:
        fix(contest)
    assert refused.value.why == ["open"] and not now(contest).listed


def test_nobody_knows_who_will_win_before(client):
    contest = drawn(prizes=(actions.Promised("A cake"),))
    filed_many(contest, 3)
    fix(contest)
    seen = ending.preview(now(contest), clock.now())
    assert seen.placed == [] and [one.entry for one in seen.prospects] == [None] and seen.shown == 3 and not seen.why
    assert places(contest) == []


def test_the_seed_stands_nowhere_before_the_end(client, caplog):
    contest, olga = drawn(), cast.olga()
    filed_many(contest, 2)
    fix(contest)
    client.force_login(olga)
    seed = now(contest).seed
    pages = [
        reverse("admin:campaigns_contests_contest_changelist"),
        reverse("admin:campaigns_contests_contest_change", args=[contest.pk]),
        reverse("contest", args=[contest.uid]),
        reverse("end_contest", args=[contest.uid]),
        reverse("contest_shares", args=[contest.uid]),
        path(contest),
        f"{path(contest)}draw/",
        f"{path(contest)}draw/record.json",
    ]
    for page in pages:
        found = client.get(page)
        assert found.status_code == 200, page
        assert seed not in said(found), page
    whole = everything.everything(Entry.objects.first().contact, for_owner=True)
    assert seed not in everything.as_json(whole) and seed not in caplog.text


def test_where_places_are_found_otherwise_the_seed_parts_only_those_who_share_a_prize(client, tmp_path):
    contest = opened(by="votes", prizes=(actions.Promised("A cake"), actions.Promised("A tea")))
    best, *tied = filed_many(contest, 4)
    voters = [cast.contact(f"Voter {n}") for n in range(5)]
    for person, entry in zip(voters, [best, best, *tied], strict=True):
        voted(person, entry)
    actions.close(contest=contest, by="Max", at=clock.now())
    contest = end(contest)
    order = drawing.drawn(contest.seed, [str(one.uid) for one in tied])
    assert places(contest) == [str(best.uid), *order]
    (group,) = record(contest)["drawn"]
    assert group["came"] == order and group["among"] == sorted(order)
    assert check(contest, tmp_path).stdout == "It is right.\n"
    assert "These shared a place" in said(client.get(f"{path(contest)}draw/"))


def test_without_a_prize_between_them_they_share_a_place():
    contest = opened(by="votes", prizes=(actions.Promised("A cake"),))
    best, *tied = filed_many(contest, 3)
    for n, entry in enumerate([best, best, *tied]):
        voted(cast.contact(f"Voter {n}"), entry)
    actions.close(contest=contest, by="Max", at=clock.now())
    contest = end(contest)
    assert list(Entry.objects.order_by("id").values_list("place", flat=True)) == [1, 2, 2]
    assert record(contest)["drawn"] == []


def test_there_is_no_draw_page_of_what_is_not_there(client):
    draft = made(by="draw")
    for key in (draft.survey.key, "nothing"):
        assert client.get(f"/contest/{key}/draw/").status_code == 404
        assert client.get(f"/contest/{key}/draw/record.json").status_code == 404


def test_whoever_enters_a_draw_has_its_fingerprint_in_the_mail_that_says_they_are_in():
    contest = drawn()
    entered(contest, cast.alice())
    (letter,) = letters(contest)
    assert contest.commitment in letter.text and f"{path(contest)}draw/" in letter.text
    other = opened(title="Another", by="votes")
    entered(other, cast.bob())
    assert other.commitment not in letters(other)[0].text
