"""What a test does without something that only some machines have."""

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Skips with the reason; with CI=true, where everything has to be there, fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI has to have it")
    pytest.skip(what)
