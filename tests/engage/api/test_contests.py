"""Contests and entries over REST."""

import pytest

from campaigns.contests.models import Contest, Entry
from engage.lib import clock
from tests import cast
from tests.campaigns.contests.contesting import entered, opened
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def test_a_contest_is_made_opened_and_closed(api: Caller) -> None:
    body = {"title": "Summer tables", "by": "jury", "criteria": ["Idea"], "prizes": [{"words": "A cake"}]}
    made = api.post("contests/", body, once="one")
    assert made.status_code == 201 and api.post("contests/", body, once="one").said == made.said
    assert made.said["stage"] == "draft" and made.said["prizes"] == [{"place": 1, "words": "A cake", "offer": ""}]
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
