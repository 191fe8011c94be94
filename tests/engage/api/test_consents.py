"""The ledger of permission over REST: all of it, or the last word on each topic."""

from datetime import timedelta

import pytest

from crm.contacts.actions import merge, record_consent
from crm.contacts.models import Topic
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def topics() -> tuple[Topic, Topic]:
    return Topic.objects.create(key="offers", label="Offers"), Topic.objects.create(key="news", label="News")


def rows(api: Caller, contact, **query: object) -> list[tuple[str, str]]:
    answer = api.get(f"contacts/{contact.uid}/consents/", **query)
    assert answer.status_code == 200
    return [(row["topic"], row["state"]) for row in answer.said["results"]]


def test_current_is_the_last_word_on_each_topic_and_all_of_it_stays(api: Caller, topics) -> None:
    alice, bob = cast.alice(), cast.bob()
    offers, news = topics
    say = {"how": "form", "source": "Letters"}
    record_consent(contact=alice, topic=offers, state="granted", at=cast.NOON, **say)
    record_consent(contact=alice, topic=news, state="granted", at=cast.NOON, **say)
    record_consent(contact=alice, topic=offers, state="withdrawn", at=cast.NOON + DAY, **say)
    record_consent(contact=bob, topic=news, state="withdrawn", at=cast.NOON + DAY, **say)
    assert sorted(rows(api, alice, current="true")) == [("news", "granted"), ("offers", "withdrawn")]
    assert len(rows(api, alice)) == len(rows(api, alice, current="false")) == 3
    assert rows(api, bob, current="true") == [("news", "withdrawn")]


def test_the_last_word_is_by_its_own_time_not_by_when_it_came(api: Caller, topics) -> None:
    alice, offers = cast.alice(), topics[0]
    record_consent(contact=alice, topic=offers, state="withdrawn", how="link", at=cast.NOON)
    record_consent(contact=alice, topic=offers, state="granted", how="import", at=cast.NOON - DAY)
    assert rows(api, alice, current="true") == [("offers", "withdrawn")]


def test_of_two_who_were_made_one_the_last_word_of_both_holds(api: Caller, topics) -> None:
    alice, bob, offers = cast.alice(), cast.bob(), topics[0]
    record_consent(contact=alice, topic=offers, state="granted", how="form", at=cast.NOON)
    record_consent(contact=bob, topic=offers, state="withdrawn", how="link", at=cast.NOON + DAY)
    merge(survivor=alice, absorbed=bob, by="Olga", at=clock.now())
    assert rows(api, alice, current="true") == rows(api, bob, current="true") == [("offers", "withdrawn")]


def test_each_row_says_why_with_its_evidence(api: Caller, topics) -> None:
    alice = cast.alice()
    record_consent(
        contact=alice,
        topic=topics[0],
        state="granted",
        how="double_opt_in",
        source="Letters",
        words="Yes.",
        asked=cast.NOON - timedelta(minutes=3),
        at=cast.NOON,
        network_address="203.0.113.7",
    )
    (row,) = api.get(f"contacts/{alice.uid}/consents/", current="true").said["results"]
    assert (row["asked"], row["at"]) == ("2026-05-04T11:57:00Z", "2026-05-04T12:00:00Z")
    assert (row["network_address"], row["words"]) == ("203.0.113.7", "Yes.")
    assert row["sentence"].startswith("We may write about Offers: they asked for it on the form “Letters”")


def test_nobody_ever_asked_has_no_row(api: Caller, topics) -> None:
    assert rows(api, cast.alice(), current="true") == []


@pytest.mark.parametrize("value", ["perhaps", "2", "\x00", "true,false"])
def test_what_is_neither_true_nor_false_is_refused(api: Caller, value: str) -> None:
    assert "current" in errors(api.get(f"contacts/{cast.alice().uid}/consents/", current=value))
