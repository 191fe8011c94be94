"""The real thing: orders of a real shop, our processes, a mail server, browsers, and Segment's client."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from segment.analytics.client import Client

from engage.embedded.servers import PROJECT
from tests.smtp import SmtpSink

DATA = PROJECT.parent / "shared" / "data" / "online_retail"
NEVER_QUIET = time(12)
IMPORT_SECONDS = 400


@pytest.fixture(scope="session")
def real_orders() -> Path:
    files = sorted(DATA.glob("*.csv.gz"))
    return files[0] if files else pytest.skip(f"Online Retail is not at {DATA}")


@pytest.fixture
def imported(real_orders: Path, test_environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Brings the file in as an owner does, while our processes start; call it to wait for the end."""
    options = ["--format", "online-retail", "--shift-to-now", "--report", str(tmp_path / "not-taken.csv")]
    command = [sys.executable, "manage.py", "import_orders", str(real_orders), *options]
    log = tmp_path / "import.log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=PROJECT, env=test_environment, stdout=said, stderr=said)

    def wait() -> None:
        assert process.wait(IMPORT_SECONDS) == 0, log.read_text()

    yield wait
    process.kill()
    process.wait()


@pytest.fixture
def business(transactional_db: None) -> None:
    """A shop that is live and never quiet. What waited for a conversation goes as soon as that is done."""
    from crm.business.actions import update_business
    from crm.business.models import Business
    from crm.business.queries import forget_cached
    from engage.lib import clock
    from tests.concurrency.shop import SENDER

    forget_cached()
    update_business(
        by="Olga",
        at=clock.now(),
        name="The Candle Shop",
        sender_name="Olga",
        sender_email="olga@candles.test",
        postal_address="1 Wick Lane, Waxham",
        live=True,
        quiet_from=NEVER_QUIET,
        quiet_until=NEVER_QUIET,
        weekly_cap=10,
        held_policy=Business.Held.GO,
        held_hours=0,
    )
    Business.objects.update(sender_email=SENDER)


@pytest.fixture
def url(business: None, imported: Callable[[], None], run_web, run_worker, smtp_sink: SmtpSink) -> str:
    """The address of the running product: web, the workers, the worker of the fast lanes, beat."""
    url = run_web(EMAIL_URL=smtp_sink.url)
    servers = {"EMAIL_URL": smtp_sink.url, "ENGAGE_ADDRESS": url}
    run_worker(queues="listen,walk,speak,default", **servers)
    run_worker(queues="speak_fast", beat=False, **servers)
    return url


@pytest.fixture
def segment(url: str) -> Iterator[Client]:
    """Segment's own client, with the key of the owner's server; it must never have an error."""
    from crm.business.actions import create_key

    errors: list[Exception] = []
    client = Client(
        create_key(kind="write", name="server")[1],
        host=url,
        on_error=lambda error, batch: errors.append(error),
        upload_interval=0.01,
    )
    yield client
    client.shutdown()
    assert errors == []


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Browsers may wait longer where six processes start beside them."""
    expect.set_options(timeout=15_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def staff(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def customer(new_context: Callable[..., BrowserContext]) -> Page:
    """The customer's browser, which has never seen a cookie of ours."""
    return new_context().new_page()
