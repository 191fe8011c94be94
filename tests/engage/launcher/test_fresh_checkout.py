"""What a new user does: clone, `bin/start`, look."""

import os
import re
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from engage.embedded.servers import PROJECT
from engage.embedded.waiting import until
from tests.engage.launcher.test_start import environment
from tests.machine import processes

pytestmark = [
    pytest.mark.timeout(420),
    pytest.mark.skipif(os.environ.get("CI") != "true", reason="installs everything anew; CI does"),
]


@pytest.fixture
def checkout(tmp_path) -> Path:
    """The files of this checkout that belong to it, without what was installed or built."""
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    target = tmp_path / "checkout"
    for name in filter(None, files.split("\0")):
        if (PROJECT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, target / name)
    return target


@pytest.mark.parametrize("world", ["--empty", "--demo"])
def test_one_command_leads_to_a_page_with_only_what_the_product_needs_installed(checkout, tmp_path, world):
    home = tmp_path / "home"
    command = [checkout / "bin" / "start", "--port", "0", world]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as start:
        try:
            assert start.stdout is not None
            lines = []
            while not (found := re.match(r"Engage is ready at (http://\S+)$", lines[-1] if lines else "")):
                lines.append(start.stdout.readline())
                assert lines[-1], lines
            with urllib.request.urlopen(found[1]) as page:
                assert page.status == 200
        finally:
            start.send_signal(signal.SIGINT)
            rest, _ = start.communicate()
    assert start.returncode == 0, rest
    until(lambda: not processes(home), "the end of every process", seconds=30)
