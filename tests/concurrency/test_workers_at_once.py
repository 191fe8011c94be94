"""Several workers on the same queues, and staff between them: each thing happens once, and nobody is stuck."""

import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from functools import partial

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from campaigns.journeys.models import Enrolment
from crm.business.actions import update_business
from crm.contacts.actions import hold, merge, record_consent
from crm.contacts.models import Contact, Topic
from crm.contacts.normal import IdentityKey
from crm.dialogue import outbox
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message, Outbox
from crm.events import inbox
from crm.events.actions import accept
from crm.events.models import DeadLetter, Event, Inbox
from engage import listen, speak
from engage.lib import clock, sql
from engage.lib.belts import PASSING
from tests.campaigns.journeys.happenings import live_journey
from tests.campaigns.journeys.scenarios import letter
from tests.concurrency.together import at_once, known

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh")]

DEADLOCK = "40P01"
ONCE = {
    "trigger": {"event": "Order Completed"},
    "entry": {"again": "never"},
    "start": "ask",
    "steps": {"ask": letter("What do you brew with?", next="end"), "end": {"kind": "end", "reason": "Asked"}},
}


def put(user: int, message_id: str, event: str = "Tea Tasted") -> None:
    body = {"type": "track", "userId": f"u{user}", "event": event, "messageId": message_id}
    accept(source="write", call="track", body=json.dumps(body), events=1)


def until_it_passes(job: Callable[[], object]) -> None:
    """As the belts do with errors that pass; ten times are enough for anybody."""
    for _ in range(10):
        with suppress(*PASSING):
            job()
            return
    raise AssertionError("it never passes")


def merged() -> set[int]:
    return set(Contact.objects.exclude(merged_into=None).values_list("pk", flat=True))


def listen_to_the_end() -> None:
    while Inbox.objects.exists():
        Inbox.objects.filter(lease=None).update(due=timezone.now())
        listen.run()


def test_four_workers_on_one_inbox_record_everything_once(monkeypatch):
    monkeypatch.setattr(inbox, "CHUNK", 20)
    for number in range(200):
        put(number % 15, f"m{number}")
        put(number % 15, f"m{number}")
    assert at_once(*[listen.run] * 4) == []
    listen_to_the_end()
    assert Counter(Event.objects.values_list("message_id", flat=True)) == {f"m{number}": 1 for number in range(200)}
    assert Contact.objects.count() == 15
    assert not DeadLetter.objects.exists()


def test_one_trigger_in_two_chunks_at_once_begins_once(monkeypatch):
    monkeypatch.setattr(inbox, "CHUNK", 1)
    journey = live_journey(ONCE)
    for number in range(12):
        known(number)
        put(number, f"first{number}", "Order Completed")
        put(number, f"second{number}", "Order Completed")
    assert at_once(*[listen.run] * 4) == []
    listen_to_the_end()
    assert Event.objects.count() == 24
    assert Counter(Enrolment.objects.filter(journey=journey).values_list("contact__name", flat=True)) == {
        f"Person {number}": 1 for number in range(12)
    }


def test_what_is_heard_during_a_merge_belongs_to_the_survivor(monkeypatch):
    monkeypatch.setattr(inbox, "CHUNK", 5)
    people = [known(number) for number in range(20)]
    for number in range(200):
        put(number % 20, f"m{number}")

    def merge_pairs() -> None:
        for survivor, absorbed in zip(people[::2], people[1::2], strict=True):
            merge(survivor=survivor, absorbed=absorbed, by="Ada", at=clock.now())

    assert at_once(listen.run, merge_pairs, listen.run) == []
    listen_to_the_end()
    survivors = {survivor.pk for survivor in people[::2]}
    assert Counter(Event.objects.values_list("contact_id", flat=True)) == dict.fromkeys(survivors, 20)
    by_owner = Counter(Event.objects.values_list("recorded_for_id", flat=True))
    assert by_owner == {person.pk: 10 for person in people}


def test_eight_hands_that_want_the_same_people_never_lock_each_other_out():
    people = [known(number) for number in range(30)]
    held: list[int] = []
    deadlocks: list[str] = []

    def grab() -> None:
        for _ in range(15):
            some = random.sample(people, 8)
            keys = [IdentityKey("external", f"u{number}") for number in random.sample(range(40), 8)]
            try:
                with transaction.atomic():
                    held.append(len(hold(keys=keys, contacts=[person.pk for person in some]).contacts))
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") == DEADLOCK:
                    deadlocks.append(str(error))

    assert at_once(*[grab] * 8) == []
    assert deadlocks == []
    assert len(held) > 100 and min(held) >= 8


def test_eight_hands_that_merge_and_hold_at_once_come_to_an_end():
    people = [known(number) for number in range(24)]
    pairs = list(zip(people[::2], people[1::2], strict=True))
    survivors = {absorbed.pk: survivor.pk for survivor, absorbed in pairs}

    def grab() -> None:
        asked = {person.pk for person in random.sample(people, 6)}
        until_it_passes(lambda: hold_and_look(asked))

    def hold_and_look(asked: set[int]) -> None:
        with transaction.atomic():
            found = hold(contacts=asked)
            present = {person: survivors[person] if person in merged() else person for person in asked}
            assert found.present == present

    def merge_all() -> None:
        for survivor, absorbed in pairs:
            until_it_passes(partial(merge, survivor=survivor, absorbed=absorbed, by="Ada", at=clock.now()))

    assert at_once(*[grab] * 7, merge_all) == []
    assert merged() == survivors.keys()


def test_four_speaking_workers_never_say_more_than_the_limit(monkeypatch):
    """Forty messages to each of thirty people: two go, the others wait with their time."""
    at, never = clock.now(), {"quiet_from": time(12), "quiet_until": time(12)}
    update_business(by="Olga", at=at, weekly_cap=2, **never)
    news = Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]
    people = [known(number) for number in range(30)]
    for person in people:
        record_consent(contact=person, topic=news, state="granted", how="form", at=at - timedelta(days=1))
    content = contents.keep(compile_design("News", "Hello {{ contact.first_name }}.", "letter"))
    drafts = [
        Draft(
            contact=person.pk,
            recorded_for=person.pk,
            klass="marketing",
            origin="bulk",
            occurrence=str(number),
            topic=news.pk,
            content=content,
        )
        for number in range(40)
        for person in people
    ]
    queue(drafts, at=at)
    claim = outbox.claim
    monkeypatch.setattr(outbox, "claim", lambda lanes: claim(lanes, chunk=50))

    assert at_once(*[speak.run] * 4) == []
    while Message.objects.filter(state="queued").exists():
        sql.run("UPDATE crm_dialogue_outbox SET due = now() WHERE lease IS NULL AND due < now() + interval '1 hour'")
        speak.run()

    said = Counter(Message.objects.filter(state="kept").values_list("contact_id", flat=True))
    assert said == {person.pk: 2 for person in people}
    waiting = Message.objects.filter(state="waiting", why="weekly_cap", until__gt=at + timedelta(days=6))
    assert waiting.count() == Outbox.objects.count() == 38 * len(people)


def test_two_workers_on_one_outbox_say_everything_once(monkeypatch):
    claim = outbox.claim
    monkeypatch.setattr(outbox, "claim", lambda lanes: claim(lanes, chunk=7))
    people = [known(number) for number in range(60)]
    draft = {"klass": "transactional", "origin": "receipt", "occurrence": "1", "subject": "Thanks", "text": "Thanks."}
    queue([Draft(contact=person.pk, recorded_for=person.pk, **draft) for person in people], at=clock.now())
    assert at_once(lambda: speak.run(), lambda: speak.run(speak.FAST_LANES)) == []
    speak.run()
    assert Counter(Message.objects.values_list("state", flat=True)) == {"kept": 60}
    assert not Outbox.objects.exists()
