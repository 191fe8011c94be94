"""The send ledger's sums: every state counts once, and what is owed is written by who decides, not by who counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.dialogue.actions import Draft, queue
from crm.dialogue.ledger import TERMS, sums
from crm.dialogue.models import Message
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
