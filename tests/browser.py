"""Playwright on the Chromium of the distribution."""

import os
import shutil
from typing import Any

import pytest

from tests.machine import absent

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that can be started."""
    found = filter(None, (shutil.which(name) for name in NAMES))
    return os.environ.get("ENGAGE_TEST_CHROMIUM") or next(found, "") or absent("this machine has no Chromium")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses its sandbox to root
    return {**browser_type_launch_args, "executable_path": chromium, "args": [*sandbox, "--disable-dev-shm-usage"]}
