"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture
def max_(client):
    """He is signed in; nothing that an earlier test published is remembered."""
    from campaigns.journeys import compiled
    from crm.business.queries import forget_cached
    from tests import cast

    compiled.forget()
    forget_cached()
    user = cast.max_()
    client.force_login(user)
    return user
