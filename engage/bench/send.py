"""A campaign's mails to an SMTP sink, ledger kept, beside django-post_office in the same run."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from campaigns.channels import contents, port
from campaigns.channels.compile import compile_design
from campaigns.channels.email.carriers import carrier
from campaigns.channels.email.channel import Email
from campaigns.channels.port import Carrier
from crm.business.actions import update_business
from crm.contacts.models import Consent, Contact, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from engage import speak
from engage.bench.mail import SUBJECT, body, variables
from engage.bench.scratch import database
from engage.celery import keep_code_out_of_collections
from engage.lib import clock
from engage.lib.server_urls import mailer

OURS, THEIRS = 4000, 400
WARMING = 500
"""Mails that each side sends before the clock runs: a worker lives for days, and loads its code once."""


def run() -> dict:
    """Mails a second of one process, of the control, and their ratio."""
    with database() as url, _sink() as smtp:
        _queue(_people())
        port.register(_Bench(carrier(mailer("EMAIL_URL", smtp))))
        keep_code_out_of_collections()
        speak.step(speak.ALL_LANES)
        warm = Message.objects.filter(state="accepted").count()
        began = time.perf_counter()
        while speak.step(speak.ALL_LANES):
            pass
        seconds = time.perf_counter() - began
        accepted = Message.objects.filter(state="accepted").count()
        assert (warm, accepted) == (WARMING, OURS + WARMING), f"{accepted} mails were accepted, {warm} while warming up"
        ours = OURS / seconds
        theirs = THEIRS / _post_office(url, smtp)
    return {"per_second": round(ours), "post_office_per_second": round(theirs), "ratio": round(ours / theirs, 1)}


class _Bench(Email):
    """E-mail, to the sink."""

    def __init__(self, carrier: Carrier) -> None:
        self._sink = carrier

    def carrier(self) -> Carrier:
        return self._sink


def _people() -> list[Contact]:
    at = clock.now()
    update_business(by="bench", at=at, name="Shop", sender_email="shop@shop.test", live=True, quiet_until="20:00")
    topic = Topic.objects.create(key="bench", label="Bench")
    people = Contact.objects.bulk_create(
        Contact(name=f"Person {n}", first_name="Person") for n in range(WARMING + OURS)
    )
    Identity.objects.bulk_create(
        Identity(contact=c, recorded_for=c, kind="email", value=f"p{n}@bench.test", proof="import")
        for n, c in enumerate(people)
    )
    Consent.objects.bulk_create(
        Consent(contact=c, recorded_for=c, topic=topic, state="granted", how="import", at=at) for c in people
    )
    PreferenceKey.objects.create(key="milk", label="Milk", citable=True)
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
