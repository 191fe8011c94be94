"""The whole of Online Retail through the command, in a process of its own: complete, repeatable, in little memory."""

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from crm.catalog.models import Order, OrderLine, Product
from crm.contacts.models import Contact
from crm.events.models import Event
from engage.lib import clock

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data" / "online_retail"
MOST_MEMORY = 300 * 1024 * 1024
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Between us and what is measured stands a small process: a child begins with its parent's greatest memory."""


@pytest.fixture
def file() -> Path:
    files = sorted(DATA.glob("*.csv.gz"))
    if not files:
        pytest.skip(f"Online Retail is not at {DATA}")
    return files[0]


def run(file: Path, out: Path) -> tuple[str, int]:
    """(what it printed, its greatest resident memory in bytes); it works on the database of the tests."""
    place = urlsplit(settings.DATABASE_URL)
    database = place._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    arguments = ["import_orders", str(file), "--format", "online-retail", "--shift-to-now", "--report", f"{out}.csv"]
    command = [sys.executable, "-c", MEASURED, sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, env=os.environ | {"DATABASE_URL": database}, capture_output=True, text=True)
    text, _, memory = done.stdout.rstrip().rpartition("\n")
    assert done.returncode == 0, done.stdout + done.stderr
    return text + done.stderr, int(memory) * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
def test_the_real_file_comes_in_whole_once_and_in_little_memory(file, tmp_path):
    first, memory = run(file, tmp_path / "first.txt")
    assert memory < MOST_MEMORY
    assert "15,050 new orders (2,554 of them refunds), 0 known before" in first
    assert re.search(r"88,652 lines without a customer: kept", first)
    assert "4,257 rows not taken" in first
    assert len((tmp_path / "first.txt.csv").read_text().splitlines()) == 1 + 4257
    assert "a second, " in first and " left" in first

    counts = [model.objects.count() for model in (Contact, Product, Order, OrderLine, Event)]
    assert counts[2:4] == [15_050, 316_448]
    assert Event.objects.filter(history=False).count() == 0
    last = Order.objects.latest("at").at
    assert dt.timedelta(0) <= clock.now() - last < dt.timedelta(days=1, hours=1)

    second, memory = run(file, tmp_path / "second.txt")
    assert memory < MOST_MEMORY
    assert "0 new orders (0 of them refunds), 15,050 known before" in second
    assert "0 new people, 0 new products, 0 new lines, 0 new events" in second
    assert counts == [model.objects.count() for model in (Contact, Product, Order, OrderLine, Event)]
    assert Order.objects.latest("at").at == last
