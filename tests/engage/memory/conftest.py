"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture(autouse=True)
def with_a_database(db):
    pass


@pytest.fixture
def topics(db):
    """Offers, to which Alice said yes in May; and News, about which she was never asked."""
    from crm.contacts.models import Topic

    return [Topic.objects.create(key="offers", label="Offers"), Topic.objects.create(key="news", label="News")]


@pytest.fixture
def message(alice, topics):
    from tests.engage.memory.memories import agrees, sent_to

    agrees(alice, topics[0])
    return sent_to(alice, topic=topics[0], address="alice@shop.example")


@pytest.fixture
def link(alice, message) -> str:
    """What stands in the message."""
    from crm.dialogue.links import memory_path
    from engage.lib import clock

    return memory_path(alice.uid, message.uid, at=clock.now())
