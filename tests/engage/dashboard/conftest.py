"""What every room's tests share. Models are imported inside: this file may be read before Django is set up."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def fresh_business() -> Iterator[None]:
    """The process remembers the shop for a second; each test has its own."""
    from crm.business.queries import forget_cached

    forget_cached()
    yield
    forget_cached()


@pytest.fixture
def ada(client):
    """An agent, signed in."""
    from tests import cast

    ada = cast.ada()
    client.force_login(ada)
    return ada


@pytest.fixture
def alice():
    from tests import cast

    return cast.alice()
