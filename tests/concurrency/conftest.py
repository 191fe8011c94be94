"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest

from tests.concurrency.sink import slow_sink  # noqa: F401 a fixture


@pytest.fixture
def fresh():
    """What a process keeps of the shop and of journeys is not another test's."""
    from campaigns.journeys import compiled
    from crm.business.queries import forget_cached

    forget_cached()
    compiled.forget()
    yield
    forget_cached()
