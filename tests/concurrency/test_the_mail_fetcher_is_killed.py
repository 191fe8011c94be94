"""kill -9 of whoever fetches mail, in the middle of it: each mail is there once, and so are its words."""

import random
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from campaigns.channels.email.received import fetching
from campaigns.channels.models import Mailbox
from crm.dialogue.models import Mail, Message, Report
from engage.embedded.waiting import until
from engage.lib import clock
from tests import cast
from tests.imap import PASSWORD, Server, serving
from tests.real_servers import Environment, process

LEASE = 5
WORKER_EVERY = 5
"""Of so many kills one is of the worker besides, which looks into mailboxes too and works what was fetched."""


@dataclass(frozen=True)
class Size:
    kills: int
    mails: int


SHORT = Size(kills=4, mails=100)
LONG = Size(kills=50, mails=1_000)


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    return LONG if request.config.getoption("--long") else SHORT


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_each_mail_is_there_once_however_often_its_fetcher_is_killed(
    size: Size,
    server: Server,
    run_worker: Callable[..., subprocess.Popen[bytes]],
    test_environment: Environment,
    tmp_path: Path,
) -> None:
    people = [cast.contact(f"Person {number}", f"p{number}@shop.example") for number in range(10)]
    mailbox = kept(server)
    log = tmp_path / "watch.log"
    worker = run_worker(BELT_LEASE=str(LEASE))
    share = size.mails // size.kills
    amid = 0
    for number in range(size.kills):
        some = [mail(number * share + one, people) for one in range(share)]
        looked = fetched(mailbox)
        with watching(test_environment, log) as watcher:
            until(partial(has_looked, mailbox, looked), "a fetcher that waits", 60, pause=0.02)
            before = taken(mailbox)
            enough = before + random.choice((0, 0, random.randint(0, share - 1)))
            with delivering(server, some):
                until(partial(has_taken, mailbox, enough), "mail that is fetched", 60, pause=0.002)
                watcher.kill()
            if number % WORKER_EVERY == WORKER_EVERY - 1:
                worker.kill()
                worker = run_worker(BELT_LEASE=str(LEASE))
        amid += taken(mailbox) < (number + 1) * share
    print(f"{amid} of {size.kills} kills were in the middle of a delivery")
    with watching(test_environment, log):
        until(partial(is_done, mailbox, size), "all mail", 120, pause=0.2)
    once = {f"<{number}@people>": 1 for number in range(size.mails)}
    assert Counter(Mail.objects.values_list("header_id", flat=True)) == once
    words = Message.objects.filter(direction="in").values_list("text", flat=True)
    assert Counter(words) == {f"Words {number}": 1 for number in range(size.mails)}
    assert not Mail.objects.filter(message=None).exists()


def kept(server: Server) -> Mailbox:
    mailbox = Mailbox(host="127.0.0.1", port=server.port, security="none", login="hello", secret=PASSWORD.encode())
    mailbox.address, mailbox.made, mailbox.made_by = "hello@shop.test", clock.now(), "test"
    fetching.begin(mailbox)
    mailbox.save()
    return mailbox


def mail(number: int, people: list) -> bytes:
    sender = f"p{number % len(people)}@shop.example"
    return f"From: {sender}\nMessage-ID: <{number}@people>\nSubject: Coffee\n\nWords {number}\n".encode()


@contextmanager
def watching(environment: Environment, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with process(["django", "watch_mail"], environment, log) as watcher:
        yield watcher


@contextmanager
def delivering(server: Server, mails: list[bytes]) -> Iterator[None]:
    """One by one, each over a line of its own, while other things happen; all are there at the end of the block."""
    thread = threading.Thread(target=lambda: [server.deliver(one) for one in mails])
    thread.start()
    try:
        yield
    finally:
        thread.join(60)


def taken(mailbox: Mailbox) -> int:
    return Mailbox.objects.values_list("taken", flat=True).get(pk=mailbox.pk)


def fetched(mailbox: Mailbox) -> datetime | None:
    return Mailbox.objects.values_list("fetched", flat=True).get(pk=mailbox.pk)


def has_looked(mailbox: Mailbox, before: datetime | None) -> bool:
    return fetched(mailbox) != before


def has_taken(mailbox: Mailbox, enough: int) -> bool:
    return taken(mailbox) > enough


def is_done(mailbox: Mailbox, size: Size) -> bool:
    return taken(mailbox) >= size.mails and not Report.objects.exists()
