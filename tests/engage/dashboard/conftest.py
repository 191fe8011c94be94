from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def fresh_business() -> Iterator[None]:
    """The process remembers the shop for a second; each test has its own."""
    from crm.business.queries import forget_cached

    forget_cached()
    yield
    forget_cached()
