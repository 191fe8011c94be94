"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest

from tests.concurrency.moody import moody_sink  # noqa: F401 a fixture
from tests.concurrency.sink import slow_sink  # noqa: F401 a fixture


@pytest.fixture
def fresh():
    """What a process keeps of journeys is not another test's: keys come again."""
    from campaigns.journeys import compiled

    compiled.forget()
