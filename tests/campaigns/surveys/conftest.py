"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture(autouse=True)
def clean_slate(db):
    from django.core.cache import cache

    from crm.business.queries import forget_cached

    cache.clear()
    forget_cached()
    yield
    forget_cached()


@pytest.fixture
def alice(db):
    from tests import cast

    return cast.alice()


@pytest.fixture
def bob(db):
    from tests import cast

    return cast.bob()


@pytest.fixture
def survey(db):
    """Published: milk and how the last order was, both remembered; an open question; none must be answered."""
    from tests.campaigns.surveys.questions import published

    return published()


@pytest.fixture
def message(alice):
    from tests.campaigns.surveys.questions import sent_to

    return sent_to(alice)
