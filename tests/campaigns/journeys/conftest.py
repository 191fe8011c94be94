"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture(autouse=True)
def nothing_kept_from_other_tests():
    """Keys come again in each test's database."""
    from campaigns.journeys import compiled

    compiled.forget()
