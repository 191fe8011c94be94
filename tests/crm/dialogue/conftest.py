"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture(autouse=True)
def with_a_database(db):
    pass


@pytest.fixture
def cast(db):
    from tests import cast

    return cast


@pytest.fixture
def ada(cast):
    return cast.ada()


@pytest.fixture
def conversation(alice, cast):
    """Alice wrote at noon and waits for an answer."""
    from crm.dialogue.actions import say

    return say(contact=alice, text="It arrived stale.", channel="site", at=cast.NOON).conversation


@pytest.fixture
def held(alice):
    """A message of a journey that waits because Alice is talking with us."""
    from tests.crm.dialogue.messages import waiting_for

    return waiting_for(alice)
