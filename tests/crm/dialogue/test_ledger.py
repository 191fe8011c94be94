"""The send ledger's sums: every state counts once, and what is owed is written by who decides, not by who counts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.dialogue.actions import Draft, queue
from crm.dialogue.ledger import TERMS, check, days, sums, wrong_days
from crm.dialogue.models import Message, OccasionDay
from engage.lib import clock, sql
from tests import cast

OUTGOING = set(Message.State.values) - {Message.State.RECEIVED}


def test_each_state_of_an_outgoing_message_stands_in_exactly_one_term() -> None:
    states = [state.value for term in TERMS.values() for state in term]
    assert sorted(states) == sorted(OUTGOING)


class Sums(TestCase):
    @settings(max_examples=30)
    @given(st.lists(st.sampled_from(sorted(OUTGOING)), max_size=12))
    def test_whatever_becomes_of_the_messages_the_sums_add_up(self, states: list[str]) -> None:
        alice = cast.alice()
        drafts = [Draft(alice.pk, alice.pk, "transactional", "order:1", str(number)) for number, _ in enumerate(states)]
        for pk, state in zip(queue(drafts, at=cast.NOON), states, strict=True):
            Message.objects.filter(pk=pk).update(state=state)

        found = {line.origin: line for line in sums()}
        assert all(line.adds_up for line in found.values())
        assert sum(line.due for line in found.values()) == len(states)
        if found:
            assert found["order:1"].kept == states.count("kept")
            (day,) = days()
            assert (day.due, day.kept, day.adds_up) == (len(states), states.count("kept"), True)


@pytest.mark.django_db
def test_a_decision_whose_message_is_missing_is_seen() -> None:
    alice = cast.alice()
    twice = Draft(alice.pk, alice.pk, "transactional", "order:1", "1")
    queue([twice], at=cast.NOON)
    queue([twice], at=cast.NOON)

    (line,) = sums(["order:1"])
    assert (line.due, line.accounted, line.adds_up) == (2, 1, False)
    assert sums(["order:2"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 200])
def test_queueing_costs_the_same_for_one_and_for_many(count: int, django_assert_num_queries) -> None:
    alice = cast.alice()
    drafts = [Draft(alice.pk, alice.pk, "transactional", "order:1", str(number)) for number in range(count)]
    with django_assert_num_queries(4):  # a savepoint, the messages with their queue, what is owed, its release
        assert len(queue(drafts, at=cast.NOON)) == count


def said(alice, origin: str, count: int, *, days_ago: int = 0) -> None:
    """So many decisions of a day, by moving them and their messages there together."""
    queue([Draft(alice.pk, alice.pk, "transactional", origin, f"{days_ago}.{n}") for n in range(count)], at=cast.NOON)
    if days_ago:
        for table, column in (("crm_dialogue_message", "received"), ("crm_dialogue_occasionday", "day")):
            sql.run(f"UPDATE {table} SET {column} = {column} - %s WHERE {column} > %s", [days_ago * DAY, yesterday()])


DAY = timedelta(days=1)


def today():
    return clock.now().astimezone(UTC).date()


def yesterday() -> datetime:
    return datetime(today().year, today().month, today().day, tzinfo=UTC) - timedelta(seconds=1)


@pytest.mark.django_db
def test_the_sums_of_each_day_are_those_of_what_was_decided_on_it() -> None:
    alice = cast.alice()
    said(alice, "order:1", 2, days_ago=3)
    said(alice, "order:2", 1, days_ago=3)
    said(alice, "order:1", 4)
    assert [(day.due, day.waiting, day.adds_up) for day in days()] == [(4, 4, True), (3, 3, True)]
    assert [(day.day, day.due) for day in days(origin="order:1")] == [(today(), 4), (today() - 3 * DAY, 2)]
    assert [day.day for day in days(since=today() - 2 * DAY)] == [today()]
    assert days(origin="order:3") == []


@pytest.mark.django_db
def test_what_one_day_lacks_is_seen_where_another_has_as_much_too_many(capsys) -> None:
    alice = cast.alice()
    said(alice, "order:1", 2, days_ago=3)
    said(alice, "order:1", 2)
    Message.objects.filter(occurrence="0.1").update(received=clock.now() - 3 * DAY)
    (line,) = sums(["order:1"])
    assert line.adds_up
    assert wrong_days() == [(today() - 3 * DAY, "order:1", 2, 3), (today(), "order:1", 2, 1)]
    assert [day.adds_up for day in days()] == [False, False]
    noted = check(at=clock.now()).wrong
    assert [(one["day"], one["due"], one["accounted"]) for one in noted] == [
        ((today() - 3 * DAY).isoformat(), 2, 3),
        (today().isoformat(), 2, 1),
    ]
    with pytest.raises(CommandError) as failed:
        call_command("reconcile")
    assert failed.value.returncode == 1
    assert f"order:1 on {today()}: due 2, accounted for 1  DOES NOT ADD UP" in capsys.readouterr().out


@pytest.mark.django_db
def test_two_origins_whose_errors_level_out_are_seen_too() -> None:
    alice = cast.alice()
    said(alice, "order:1", 1)
    said(alice, "order:2", 1)
    OccasionDay.objects.filter(origin="order:1").update(due=2)
    OccasionDay.objects.filter(origin="order:2").update(due=0)
    (day,) = days()
    assert (day.due, day.waiting, day.wrong) == (2, 2, 2)


@pytest.mark.django_db
def test_reconcile_says_that_everything_adds_up(capsys) -> None:
    said(cast.alice(), "order:1", 2)
    call_command("reconcile")
    out = capsys.readouterr().out
    assert f"{today()}: due 2 = waiting 2 + sent 0 + withheld 0 + failed 0 + unknown 0" in out
    assert "Everything adds up." in out
