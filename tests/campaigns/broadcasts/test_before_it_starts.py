"""What stands in the way is said, each at its field; and how many people it would be for."""

from datetime import time, timedelta

import pytest

from campaigns.broadcasts import actions, estimating
from campaigns.broadcasts.estimating import outlook
from campaigns.broadcasts.preparing import problems
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import suppress
from crm.rules import InvalidRule
from crm.segments import actions as segments
from tests.campaigns.broadcasts.hands import BY, LETTER, Hands, people, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "letters", "field"),
    [
        ({"rule": None}, [LETTER], "rule"),
        ({"rule": {"field": "nothing", "op": "is", "value": 1}}, [LETTER], "rule"),
        ({"include": ["0190a0a0-0000-7000-8000-000000000000"]}, [LETTER], "rule"),
        ({"topic": None}, [LETTER], "topic"),
        ({}, [{"subject": " ", "body": "Hello"}], "variants[0].subject"),
        ({}, [{"subject": "Hello", "body": ""}], "variants[0].body.text"),
        ({}, [{"subject": "Hello", "body": "{% if %}"}], "variants[0].body.text"),
        ({}, [LETTER, LETTER], "variants"),
        ({}, [{"subject": "Hello", "body": "{% question milk %}"}], "variants[0]"),
        ({}, [{"subject": "Hello", "body": "Your code: {{ offer.code }}"}], "variants[0]"),
    ],
)
def test_what_stands_in_the_way_is_said_at_its_place(hands: Hands, news, fields, letters, field) -> None:
    broadcast = hands.draft(fields.pop("topic", news), *letters, **fields)
    assert field in {problem.field for problem in problems(broadcast, at=hands.now)}
    with pytest.raises(actions.NotReady):
        actions.start(broadcast, by=BY, at=hands.now)


def test_a_moment_that_is_over_is_refused(hands: Hands, news) -> None:
    broadcast = hands.draft(news, send_at=hands.now - timedelta(minutes=1))
    assert [problem.field for problem in problems(broadcast, at=hands.now)] == ["send_at"]


def test_the_estimate_says_how_many_and_why_not_the_others(hands: Hands, news) -> None:
    people(4, news)
    person(10, None)
    suppress(address="p1@people.test", reason="asked", by=BY, at=hands.now)
    found = outlook(hands.draft(news), at=hands.now)
    assert (found.people.number, found.asked, found.would_go) == (5, 5, 3)
    assert found.never == {"no_consent": 1, "suppressed": 1}
    assert not found.is_sample


def test_the_estimate_looks_at_the_hour_it_is_put_down_for(hands: Hands, news) -> None:
    update_business(by=BY, at=hands.now, timezone="UTC", quiet_from=time(20), quiet_until=time(9))
    forget_cached()
    people(2, news)
    night = hands.now.replace(hour=22)
    assert outlook(hands.draft(news, send_at=night), at=hands.now).later == {"quiet_hours": 2}


def test_of_many_a_sample_is_asked(hands: Hands, news, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "ASKED", 10)
    people(20, news)
    person(30, None)
    found = outlook(hands.draft(news), at=hands.now)
    assert (found.people.number, found.asked, found.is_sample) == (21, 10, True)
    assert found.share(found.asked) == 21


def test_without_an_audience_there_is_nothing_to_estimate(hands: Hands, news) -> None:
    with pytest.raises(InvalidRule):
        outlook(hands.draft(news, rule=None), at=hands.now)


def test_a_group_that_a_draft_needs_cannot_be_deleted(hands: Hands, news) -> None:
    group = segments.create_segment(name="All", rule={"all": []}, by=BY, at=hands.now)
    broadcast = hands.draft(news, include=[str(group.uid)])
    with pytest.raises(segments.InUse, match="Beans"):
        segments.delete_segment(group, by=BY, at=hands.now)
    actions.delete_draft(broadcast)
    segments.delete_segment(group, by=BY, at=hands.now)


def test_a_group_is_asked_by_its_rule_and_watched_only_where_a_rule_asks_who_is_in_it(hands: Hands, news) -> None:
    person(1, news, language="en")
    english = {"field": "contact.language", "op": "is", "value": "en"}
    group = segments.create_segment(name="English", rule=english, by=BY, at=hands.now)
    hands.draft(news, include=[str(group.uid)], rule=None)
    group.refresh_from_db()
    assert not group.watched
    asks = hands.draft(news, rule={"did": "segment", "name": str(group.uid)})
    group.refresh_from_db()
    assert group.watched
    assert outlook(asks, at=hands.now).people.number == 1
    with pytest.raises(segments.InUse):
        segments.delete_segment(group, by=BY, at=hands.now)


def test_a_copy_says_the_same_to_the_same_people(hands: Hands, news) -> None:
    broadcast = hands.draft(news, per_hour=100)
    copied = actions.copy_broadcast(broadcast, by=BY, at=hands.now)
    assert (copied.name, copied.per_hour, copied.rule) == ("Copy of Beans", 100, broadcast.rule)
    ours, theirs = copied.variants.get().design, broadcast.variants.get().design
    assert ours.contents == theirs.contents
    assert ours != theirs
