"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture
def survey(db):
    from tests.campaigns.surveys.questions import published

    return published()


@pytest.fixture
def key(db) -> str:
    from tests.crm.events.test_site_script import site_key

    return site_key()
