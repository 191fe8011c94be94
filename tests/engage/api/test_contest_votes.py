"""Votes in contests over REST: after the end only."""

import pytest

from campaigns.contests.models import Vote
from campaigns.contests.voting import suspecting
from engage.lib import clock
from tests import cast
from tests.campaigns.contests.voting.balloting import contest_of, ended, entrants, voted
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def test_votes_are_read_once_the_contest_has_ended_with_what_they_were_found_in(api: Caller) -> None:
    people = entrants(2)
    contest, (one, other) = contest_of("votes", *people)
    voted(people[0], one)
    voted(cast.contact("A", "ann@gmail.com"), one, ago=5)
    voted(cast.contact("B", "a.nn@gmail.com"), other)
    suspecting.look(contest, clock.now())
    assert api.get("contest-votes/").said["results"] == []
    assert api.get("contest-votes/", contest=str(contest.uid)).status_code == 409
    ended(contest)
    rows = api.get("contest-votes/", contest=str(contest.uid)).said["results"]
    assert {(row["entry"], row["refused"]) for row in rows} == {
        (str(one.uid), "own"),
        (str(one.uid), "ring"),
        (str(other.uid), ""),
    }
    (ring,) = api.get("contest-votes/", refused="ring").said["results"]
    assert ring["rings"] == [{"kind": "mailbox", "n": 2}] and set(ring) == {
        *("id", "contest", "entry", "contact", "refused", "counted_by", "rings", "at")
    }


def test_it_can_only_be_read_and_filters_make_sense(api: Caller) -> None:
    assert "contest" in errors(api.get("contest-votes/", contest="x"))
    assert "refused" in errors(api.get("contest-votes/", refused="liked"))
    assert "entry" in errors(api.get("contest-votes/", entry="x"))
    assert api.post("contest-votes/", {}).status_code == 405 and not Vote.objects.exists()


def test_the_event_does_not_say_for_whom(api: Caller) -> None:
    contest, (one,) = contest_of("votes", *entrants(1))
    voted(cast.bob(), one)
    assert str(one.uid) not in str(api.get("events/").said) and contest.pk
