"""What the machine has to offer."""

import os
import socket
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Skips with the reason; with CI=true, where everything has to be there, fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI has to have it")
    pytest.skip(what)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
