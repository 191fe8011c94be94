"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from crm.contacts.models import Topic
    from tests.campaigns.broadcasts.hands import Hands


@pytest.fixture
def hands(db: None, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Hands]":
    """A morning in May whose clock the test moves, and the belts by hand."""
    from crm.business import queries as business_queries
    from engage.lib import clock
    from tests.campaigns.broadcasts.hands import Hands

    hands = Hands()
    monkeypatch.setattr(business_queries, "_LIFETIME", 3600)
    monkeypatch.setattr(clock, "now", lambda: hands.now)
    yield hands
    business_queries.forget_cached()


@pytest.fixture
def news(db: None) -> "Topic":
    from crm.contacts.models import Topic

    return Topic.objects.create(key="news", label="News")
