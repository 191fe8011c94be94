"""No test of its own: what test_nothing_outlives.py runs in a pytest that it kills."""

import os
import time
import urllib.request
from pathlib import Path


def test_hold(run_web, run_worker) -> None:
    """Web and worker run, and somebody has a page open, until we are killed."""
    url = run_web()
    run_worker()
    urllib.request.urlopen(f"{url}/healthz").close()
    Path(os.environ["ENGAGE_TEST_HELD"]).write_text(os.environ["ENGAGE_TEST_HOME"])
    time.sleep(120)
