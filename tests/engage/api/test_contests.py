"""Contests and entries over REST."""

import pytest

from campaigns.contests import actions, announcing
from campaigns.contests.models import Contest, Entry
from engage.lib import clock
from tests import cast
from tests.campaigns.contests.contesting import entered, opened
from tests.campaigns.contests.ended import drawn, filed, filed_many
from tests.campaigns.contests.test_sharing import go, share
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db
NOBODYS = {"offer": "", "entry": None, "passed": None, "passed_by": ""}


def test_a_contest_is_made_opened_and_closed(api: Caller) -> None:
    body = {"title": "Summer tables", "by": "jury", "criteria": ["Idea"], "prizes": [{"words": "A cake"}]}
    made = api.post("contests/", body, once="one")
    assert made.status_code == 201 and api.post("contests/", body, once="one").said == made.said
    assert made.said["stage"] == "draft" and made.said["prizes"] == [{"place": 1, "words": "A cake", **NOBODYS}]
    contest = Contest.objects.get()
    assert made.said["commitment"] == contest.commitment and contest.seed not in str(made.said)
    path = f"contests/{made.said['id']}/"
    assert api.post(f"{path}publish/").said["stage"] == "open"
    assert api.post(f"{path}close/").said["stage"] == "voting"
    assert [row["id"] for row in api.get("contests/").said["results"]] == [made.said["id"]]
    assert api.get(path).said["url"].endswith("/contest/summer_tables/")


def test_entries_are_listed_shown_and_refused(api: Caller) -> None:
    contest, other = opened(), opened(title="Winter tables")
    one, two = (entered(contest, person(), shown=False) for person in (cast.alice, cast.bob))
    entered(other, cast.carol())
    listed = api.get("entries/", contest=str(contest.uid), standing="waiting").said["results"]
    assert {row["id"] for row in listed} == {str(one.uid), str(two.uid)}
    assert api.post(f"entries/{one.uid}/show/").said["standing"] == "shown"
    said = api.post(f"entries/{two.uid}/refuse/", {"reason": "Blurred."}).said
    assert (said["standing"], said["reason"], said["contact"]) == ("refused", "Blurred.", str(two.contact.uid))
    Contest.objects.update(ended=clock.now())
    assert api.post(f"entries/{two.uid}/show/").status_code == 409
    assert Entry.objects.get(pk=two.pk).standing == "refused"


def test_what_makes_no_sense_is_refused(api: Caller) -> None:
    assert "title" in errors(api.post("contests/", {}))
    assert "by" in errors(api.post("contests/", {"title": "x", "by": "dice"}))
    assert "once" in errors(api.post("contests/", {"title": "x", "once": "any"}))
    assert "prizes" in errors(api.post("contests/", {"title": "x", "prizes": [{"words": "x", "offer": "no"}]}))
    wrong = {"title": "x", "opens": "2030-01-02T00:00:00Z", "closes": "2030-01-01T00:00:00Z"}
    assert "closes" in errors(api.post("contests/", wrong))
    assert "standing" in errors(api.get("entries/", standing="gone"))
    assert not Contest.objects.exists()


def test_a_draw_is_listed_ended_and_its_prize_passed_on_each_once(api: Caller) -> None:
    contest = drawn(prizes=(actions.Promised("A cake"),))
    first, second = filed_many(contest, 2)
    path = f"contests/{contest.uid}/"
    refused = api.post(f"{path}end/")
    assert refused.status_code == 409 and "fix-list" in str(refused.said)
    assert api.post(f"{path}fix-list/").said["listed"]
    ended = api.post(f"{path}end/").said
    assert (ended["told"], ended["to_tell"]) == (0, 2)
    announcing.run()
    assert api.get(path).said["told"] == 2
    assert ended["stage"] == "ended" and contest.seed not in str(ended)
    won = ended["prizes"][0]["entry"]
    assert won in (str(first.uid), str(second.uid)) and api.post(f"{path}end/").said["ended"] == ended["ended"]
    assert api.post(f"{path}pass-on/", {"place": 1}).status_code == 409
    assert "place" in errors(api.post(f"{path}pass-on/", {"place": 0}))
    Entry.objects.filter(uid=won).update(standing="refused")
    passed = api.post(f"{path}pass-on/", {"place": 1}).said["prizes"][0]
    assert passed["entry"] not in (won, None) and passed["passed"]
    assert api.post(f"{path}pass-on/", {"place": 1}).status_code == 409


def test_links_that_were_passed_on_are_listed_by_contest_and_person(api: Caller) -> None:
    contest, alice = opened(), cast.alice()
    own, page, _other = share(contest, filed(contest, alice), alice), share(contest), share(opened(title="Another"))
    go(own)
    rows = api.get("contest-shares/", contest=str(contest.uid)).said["results"]
    assert {row["url"].rstrip("/").rpartition("/")[2]: row["visits"] for row in rows} == {own.code: 1, page.code: 0}
    (row,) = api.get("contest-shares/", contact=str(alice.uid)).said["results"]
    assert row["entry"] == str(own.entry.uid) and row["contact"] == str(alice.uid)
    assert "contest" in errors(api.get("contest-shares/", contest="x"))
