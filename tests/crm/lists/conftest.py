import pytest


@pytest.fixture
def max_():
    from tests import cast

    return cast.max_()
