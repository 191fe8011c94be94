"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture(autouse=True)
def with_a_database(db):
    pass


@pytest.fixture
def survey(db):
    """Published: milk and how the last order was, both remembered; an open question; none must be answered."""
    from tests.campaigns.surveys.questions import published

    return published()


@pytest.fixture
def message(alice):
    from tests.campaigns.surveys.questions import sent_to

    return sent_to(alice)
