"""What the machine has to offer."""

import os
import socket
from pathlib import Path
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


def processes(home: Path) -> dict[int, str]:
    """Every process, however deep, that was started for this home: the servers, which write over their environment,
    work in a folder of it."""
    mark = os.fsencode(f"ENGAGE_HOME={home}") + b"\0"
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            if not folder.name.isdigit():
                continue
            if mark in (folder / "environ").read_bytes() + b"\0" or (folder / "cwd").readlink().is_relative_to(home):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            pass  # it ended meanwhile
    return found
