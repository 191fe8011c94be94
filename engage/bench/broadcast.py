"""`bench broadcast`: a one-off message to everybody, from its start until the last of them is in the ledger; and how
long a pause and a cancel take in the middle of it."""

import time
from collections.abc import Callable
from datetime import time as time_of_day
from datetime import timedelta
from statistics import median, quantiles

from campaigns.broadcasts import actions, running
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.models.broadcast import COUNTDOWN
from campaigns.broadcasts.wording import plain_design
from crm.business.actions import update_business
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox
from engage import speak
from engage.bench.scratch import database
from engage.lib import clock, ids, sql

BY = "bench"
PART = 50_000
REPLIES = 50


def run(*, contacts: int = 1_000_000) -> dict[str, float]:
    """In a database of its own: seconds until all were queued, and of the longest transaction; milliseconds of a
    colleague's answer meanwhile, and of the steering."""
    with database():
        update_business(by=BY, at=clock.now(), quiet_from=time_of_day(0), quiet_until=time_of_day(0))
        _people(contacts)
        return measure() | {"contacts": contacts}


def measure() -> dict[str, float]:
    """On the people that there are."""
    broadcast = _begun()
    began, longest = time.perf_counter(), 0.0
    while broadcast.queued is None:
        longest = max(longest, _seconds(lambda: running.carry_on(broadcast.pk, at=clock.now())))
        broadcast.refresh_from_db()
    queued = time.perf_counter() - began
    release = _seconds(lambda: running.carry_on(broadcast.pk, at=clock.now()))
    released = Outbox.objects.count()
    replies = sorted(_reply(number) for number in range(REPLIES))
    pause = _seconds(lambda: actions.pause(broadcast, by=BY, at=clock.now()))
    assert not Outbox.objects.exists(), "a pause takes back what nobody has in hand"
    cancel = _seconds(lambda: actions.cancel(broadcast, by=BY, at=clock.now()))
    clear = _seconds(lambda: _until_finished(broadcast))
    (found,) = sums([broadcast.origin])
    assert found.adds_up, "the sums agree"
    return {
        "queued": found.due,
        "queueing_seconds": round(queued, 2),
        "a_second": round(found.due / queued),
        "longest_transaction_seconds": round(longest, 3),
        "released_at_once": released,
        "release_ms": round(1000 * release, 1),
        "reply_p50_ms": round(1000 * median(replies), 1),
        "reply_p99_ms": round(1000 * quantiles(replies, n=100)[98], 1),
        "pause_ms": round(1000 * pause, 1),
        "cancel_ms": round(1000 * cancel, 1),
        "clearing_seconds": round(clear, 2),
    }


def _people(count: int) -> None:
    for first in range(0, count, PART):
        sql.run(
            f"INSERT INTO crm_contacts_contact (uid, name, first_name, language) "  # noqa: S608 an expression of ours
            f"SELECT {ids.UUID7_SQL}, 'Person ' || n, 'Person', (ARRAY['en', 'es', 'zh', ''])[1 + n %% 4] "
            "FROM generate_series(%s, %s) AS n",
            [first + 1, min(first + PART, count)],
        )
    sql.run("ANALYZE crm_contacts_contact")


def _begun() -> Broadcast:
    """Started, the minute over, and begun."""
    at = clock.now() - COUNTDOWN - timedelta(seconds=1)
    topic, _made = Topic.objects.get_or_create(key="bench", defaults={"label": "Bench"})
    letter = plain_design(
        subject="News", body="Hello {{ contact.first_name }}.", kind="letter", name="News", by=BY, at=at
    )
    broadcast = actions.create_broadcast(name="News", topic=topic, rule={"all": []}, designs=[letter], by=BY, at=at)
    actions.start(broadcast, by=BY, at=at)
    running.carry_on(broadcast.pk, at=clock.now())
    broadcast.refresh_from_db()
    assert broadcast.began, "it has begun"
    return broadcast


def _until_finished(broadcast: Broadcast) -> None:
    while broadcast.finished is None:
        running.carry_on(broadcast.pk, at=clock.now())
        broadcast.refresh_from_db()


def _reply(number: int) -> float:
    """Seconds until a colleague's words have left the queue behind which all of it stands, for the Outbox."""
    person = Contact.objects.order_by("pk")[number]
    draft = Draft(
        contact=person.pk,
        recorded_for=person.pk,
        klass="conversation",
        origin=f"reply:{number}",
        occurrence="1",
        lane=Message.Lane.INTERACTIVE,
        subject="Yes",
        text="We have it.",
        address="somebody@bench.test",
    )
    began = time.perf_counter()
    queue([draft], at=clock.now())
    speak.step(speak.FAST_LANES)
    assert not Outbox.objects.filter(lane=Message.Lane.INTERACTIVE).exists(), "the reply has left"
    return time.perf_counter() - began


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
