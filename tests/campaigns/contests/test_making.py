"""What a contest is made of, and what of it stays as it was promised."""

import hashlib
from datetime import timedelta

import pytest

from campaigns.contests import actions
from campaigns.contests.actions import Promised, Rules
from campaigns.contests.models import Contest, Vote
from campaigns.contests.stages import Stage, stage
from campaigns.offers.models import Offer
from campaigns.surveys import actions as surveys
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.drafts import edit_draft
from campaigns.surveys.limits.limits import Once, parse_limits
from engage.lib import clock
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import entered, made, now, opened, path

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_its_seed_is_hidden_and_the_hash_of_it_is_known():
    contest = made()
    assert len(contest.seed) == 64 and contest.commitment == hashlib.sha256(contest.seed.encode()).hexdigest()
    assert made(title="Another").seed != contest.seed


def test_nobody_sees_a_draft_and_everybody_sees_what_is_open(client):
    contest = made(prizes=[Promised("A <b>cake</b>")], opens=clock.now() + DAY, closes=clock.now() + 2 * DAY)
    assert client.get(path(contest)).status_code == 404
    actions.publish(contest=contest, by="Max", at=clock.now())
    page = client.get(path(contest)).content.decode()
    assert "A &lt;b&gt;cake&lt;/b&gt;" in page and "It opens on" in page and "Enter your photo" not in page
    actions.change(contest=now(contest), rules=Rules(), by="Max", at=clock.now())
    assert "Enter your photo" in said(client.get(path(contest)))
    actions.close(contest=now(contest), by="Max", at=clock.now())
    assert "No more photos can be entered" in said(client.get(path(contest)))
    assert "Summer tables" not in said(client.get("/poll/nothing/")) and client.get("/contest/no/").status_code == 404


WRONG = {
    "closes before it opens": ({"opens": clock.now() + DAY, "closes": clock.now()}, "closes"),
    "votes end first": ({"closes": clock.now() + DAY, "votes_close": clock.now()}, "votes_close"),
    "no such way": ({"by": "dice"}, "by"),
    "an offer that is none": ({"prizes": [Promised("A cake", "no-such")]}, "prizes"),
    "a prize without words": ({"prizes": [Promised("\u200b")]}, "prizes"),
    "a long prize": ({"prizes": [Promised("x" * 201)]}, "prizes"),
    "many prizes": ({"prizes": [Promised("x")] * 21}, "prizes"),
    "long terms": ({"terms": "x" * 5001}, "terms"),
    "two criteria that are one": ({"criteria": ["Idea", "idea"]}, "criteria"),
}


@pytest.mark.parametrize(("rules", "field"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused_and_nothing_is_made(rules, field):
    with pytest.raises(BadDefinition) as refused:
        made(**rules)
    assert {one.path for one in refused.value.problems} == {field} and not Contest.objects.exists()


@pytest.mark.parametrize("once", [Once.ANY, Once.DEVICE])
def test_only_people_enter(once):
    with pytest.raises(BadDefinition):
        made(once=once)


def test_a_jury_has_something_to_give_points_for():
    assert made(by="jury").criteria == [{"id": "whole", "label": "The whole"}]
    two = made(title="Two", by="jury", criteria=["Idea", "Light"])
    assert two.criteria == [{"id": "c1", "label": "Idea"}, {"id": "c2", "label": "Light"}]


def test_a_prize_can_be_an_offer():
    Offer.objects.create(key="cake", name="A cake", at=clock.now(), by="Max")
    contest = made(prizes=[Promised("A cake", "cake"), Promised("Our thanks")])
    assert [(one.place, one.words, one.offer) for one in contest.prizes.all()] == [
        (1, "A cake", "cake"),
        (2, "Our thanks", ""),
    ]


@pytest.mark.parametrize("id", ["photo", "rights"])
@pytest.mark.parametrize("how", ["gone", "optional", "of some"])
def test_without_its_photo_and_its_tick_of_everybody_it_is_not_published(id, how):
    contest = made()
    draft = contest.survey.draft
    one = next(one for one in draft["questions"] if one["id"] == id)
    if how == "gone":
        draft["questions"].remove(one)
    else:
        one.update({"required": False} if how == "optional" else {"show": {"did": "response"}})
    edit_draft(contest.survey, draft=draft, by="Max", at=clock.now())
    with pytest.raises(BadDefinition) as refused:
        surveys.publish(survey=contest.survey, by="Max", at=clock.now())
    assert "A contest needs" in refused.value.problems[0].message
    assert stage(now(contest), clock.now()) is Stage.DRAFT


def test_questions_can_be_added_and_worded_anew():
    contest = made()
    draft = contest.survey.draft
    draft["questions"][1]["text"] = "Where is it?"
    draft["questions"].append({"id": "age", "type": "number", "text": "How old is the table?"})
    edit_draft(contest.survey, draft=draft, by="Max", at=clock.now())
    actions.publish(contest=contest, by="Max", at=clock.now())
    assert stage(now(contest), clock.now()) is Stage.OPEN


def test_promises_are_kept_from_the_first_vote_and_dates_can_be_moved_until_the_end(alice, bob):
    contest = opened(prizes=[Promised("A cake")])
    entry = entered(contest, alice)
    actions.change(contest=contest, rules=Rules(prizes=[Promised("Two cakes")], terms="New"), by="Max", at=clock.now())
    Vote.objects.create(contest=contest, entry=entry, contact=bob, recorded_for=bob, at=clock.now())
    kept = actions.rules_of(now(contest))
    for change in ({"prizes": [Promised("None")]}, {"terms": ""}, {"by": "draw"}):
        fields = {"by": kept.by, "terms": kept.terms, "prizes": kept.prizes, **change}
        with pytest.raises(BadDefinition):
            actions.change(contest=now(contest), rules=Rules(**fields), by="Max", at=clock.now())
    later = Rules(by=kept.by, terms=kept.terms, prizes=kept.prizes, closes=clock.now() + DAY)
    actions.change(contest=now(contest), rules=later, by="Max", at=clock.now())
    assert parse_limits(now(contest).survey.limits).closes == later.closes
    Contest.objects.update(ended=clock.now())
    with pytest.raises(BadDefinition):
        actions.change(contest=now(contest), rules=kept, by="Max", at=clock.now())
    with pytest.raises(BadDefinition):
        actions.publish(contest=now(contest), by="Max", at=clock.now())
