"""A campaign's mails to an SMTP sink, ledger kept, beside django-post_office in the same run, and beside a client that
renders the same mails and hands them over, and keeps nothing."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Barrier

from django.db import connections

from campaigns.channels import contents, port
from campaigns.channels.compile import compile_design
from campaigns.channels.email.carriers import carrier
from campaigns.channels.email.channel import Email
from campaigns.channels.email.mime import Address, Letter
from campaigns.channels.port import Carrier, Parcel
from campaigns.channels.skeleton import Skeleton, fill
from crm.business.actions import update_business
from crm.contacts.models import Consent, Contact, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from engage import speak
from engage.bench.mail import SUBJECT, body, variables
from engage.bench.post_office import context
from engage.bench.scratch import database
from engage.celery import keep_code_out_of_collections
from engage.launcher.programs import WORKER_PROCESSES
from engage.lib import clock
from engage.lib.server_urls import mailer

OURS, THEIRS = 4000, 400
WARMING = 500
"""Mails that each side sends before the clock runs: a worker lives for days, and loads its code once."""


def run() -> dict:
    """Mails a second of one process, of a worker as `start` starts it, and of both controls, and the ratios."""
    with database() as url, _sink() as smtp:
        _shop()
        ours = OURS / _one_process(smtp)
        started = OURS / _worker(smtp)
        bare = OURS / _without_ledger(smtp)
        theirs = THEIRS / _post_office(url, smtp)
    return {
        "per_second": round(ours),
        "started_per_second": round(started),
        "post_office_per_second": round(theirs),
        "ratio": round(ours / theirs, 1),
        "started_ratio": round(started / theirs, 1),
        "without_ledger_per_second": round(bare),
        "of_without_ledger": round(ours / bare, 2),
    }


class ToSink(Email):
    """E-mail, to the sink."""

    def __init__(self, smtp: str) -> None:
        self._sink = carrier(mailer("EMAIL_URL", smtp))

    def carrier(self) -> Carrier:
        return self._sink


def _one_process(smtp: str) -> float:
    """Seconds for OURS mails."""
    _queue(_people("one", WARMING + OURS))
    port.register(ToSink(smtp))
    keep_code_out_of_collections()
    speak.step(speak.ALL_LANES)
    warm = _accepted()
    began = time.perf_counter()
    while speak.step(speak.ALL_LANES):
        pass
    seconds = time.perf_counter() - began
    assert (warm, _accepted()) == (WARMING, OURS + WARMING), f"{_accepted()} were accepted, {warm} while warming up"
    return seconds


def _worker(smtp: str) -> float:
    """Seconds for OURS mails of as many processes as a worker has."""
    _queue(_people("worker", WARMING * WORKER_PROCESSES + OURS))
    before = _accepted()
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    ready = processes.Barrier(WORKER_PROCESSES + 1)
    senders = [processes.Process(target=_send_all, args=(smtp, ready)) for _ in range(WORKER_PROCESSES)]
    for sender in senders:
        sender.start()
    ready.wait(120)
    began = time.perf_counter()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - began
    accepted = _accepted() - before
    assert accepted == OURS + WARMING * WORKER_PROCESSES, f"{accepted} mails were accepted"
    return seconds


def _send_all(smtp: str, ready: Barrier) -> None:
    port.register(ToSink(smtp))
    keep_code_out_of_collections()
    speak.step(speak.ALL_LANES)
    ready.wait(120)
    while speak.step(speak.ALL_LANES):
        pass


def _accepted() -> int:
    return Message.objects.filter(state="accepted").count()


def _shop() -> None:
    at = clock.now()
    update_business(by="bench", at=at, name="Shop", sender_email="shop@shop.test", live=True, quiet_until="20:00")
    Topic.objects.create(key="bench", label="Bench")
    PreferenceKey.objects.create(key="milk", label="Milk", citable=True)


def _people(name: str, count: int) -> list[Contact]:
    at, topic = clock.now(), Topic.objects.get(key="bench")
    people = Contact.objects.bulk_create(Contact(name=f"Person {n}", first_name="Person") for n in range(count))
    Identity.objects.bulk_create(
        Identity(contact=c, recorded_for=c, kind="email", value=f"{name}{n}@bench.test", proof="import")
        for n, c in enumerate(people)
    )
    Consent.objects.bulk_create(
        Consent(contact=c, recorded_for=c, topic=topic, state="granted", how="import", at=at) for c in people
    )
    remember(
        [
            Statement(c.pk, c.pk, "milk", "oat milk", "stated", at - timedelta(days=30), "survey", source_id=str(c.pk))
            for c in people
        ],
        at=at,
    )
    return people


def _queue(people: list[Contact]) -> None:
    content = contents.keep(compile_design(SUBJECT, body(), "html"))
    topic = Topic.objects.get(key="bench")
    queue(
        [
            Draft(
                contact=person.pk,
                recorded_for=person.pk,
                klass="marketing",
                origin="bench",
                occurrence="1",
                lane=Message.Lane.BULK,
                topic=topic.pk,
                content=content,
                variables={"event": variables(number)},
            )
            for number, person in enumerate(people)
        ],
        at=clock.now(),
    )


@contextmanager
def _sink() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "engage.bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdin
    try:
        yield f"smtp://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.stdin.close()
        process.wait(10)


def _without_ledger(smtp: str) -> float:
    """Seconds for OURS mails over as many pipelined connections: no queue, no guard, no mark, no signature."""
    design = compile_design(SUBJECT, body(), "html")
    client = carrier(mailer("EMAIL_URL", smtp))
    for numbers in (range(WARMING), range(WARMING, WARMING + OURS)):
        began = time.perf_counter()
        client.hand_over((_parcel(number, design) for number in numbers), lambda outcomes, keys: None)
    seconds = time.perf_counter() - began
    client.close()
    return seconds


def _parcel(number: int, design: Skeleton) -> Parcel:
    given = context(number)
    letter = Letter(
        skeleton=design,
        slots=fill(design, given, lambda link: given["links"][link]),
        sender=Address("shop@shop.test", "Shop"),
        to=Address(f"p{number}@bench.test", given["contact"]["name"]),
        message_id=f"<{number}@shop.test>",
        at=clock.now(),
        unsubscribe_url=given["unsubscribe_url"],
    )
    return Parcel(number, letter.to.email, letter)


def _post_office(database_url: str, smtp: str) -> float:
    """Seconds for THEIRS mails."""
    done = subprocess.run(
        [sys.executable, "-m", "engage.bench.post_office", str(WARMING), str(THEIRS)],
        env=os.environ | {"DATABASE_URL": database_url, "EMAIL_URL": smtp},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])
