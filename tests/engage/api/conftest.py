import pytest

from tests.engage.api.caller import Caller


@pytest.fixture
def key(db: None) -> str:
    from crm.business import bearer
    from crm.business.actions import create_key

    bearer.forget_cached()
    return create_key(kind="api", name="till")[1]


@pytest.fixture
def api(key: str) -> Caller:
    return Caller(key)
