"""The database breaks off while mail is handed over: what is under way is heard out, and nothing goes twice."""

from datetime import time
from threading import Event

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from campaigns.channels import contents, port
from campaigns.channels.compile import compile_design
from campaigns.channels.email.carriers import carrier
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.dialogue import outbox
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message, Outbox
from engage import speak
from engage.lib import clock, sql
from engage.lib.server_urls import mailer
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 40


@pytest.fixture
def queued(slow_sink, monkeypatch):
    """Forty people are to be written to, over eight connections."""
    forget_cached()
    at, never = clock.now(), {"quiet_from": time(12), "quiet_until": time(12)}
    update_business(by="Olga", at=at, live=True, name="Shop", sender_email="shop@shop.test", **never)
    news = Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]
    content = contents.keep(compile_design("News", "Hello {{ contact.first_name }}.", "letter"))
    people = [cast.contact(f"Person {n}", f"p{n}@people.test") for n in range(PEOPLE)]
    for person in people:
        record_consent(contact=person, topic=news, state="granted", how="form", at=at)
    draft = {"klass": "marketing", "origin": "bulk", "occurrence": "1", "topic": news.pk, "content": content}
    queue([Draft(contact=person.pk, recorded_for=person.pk, **draft) for person in people], at=at)
    sink = carrier(mailer("EMAIL_URL", slow_sink.url))
    monkeypatch.setattr(port.channel("email"), "carrier", lambda: sink)
    yield
    sink.close()
    forget_cached()


def break_off() -> None:
    """End every connection to the database of this test, as its death would."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(settings.HOME.database_url("postgres"), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@pytest.mark.parametrize("moment", [1, 8, 11, 40])
def test_what_is_under_way_is_heard_out(queued, slow_sink, moment):
    broken = Event()

    def heard(count: int) -> None:
        if count >= moment and not broken.is_set():
            broken.set()
            break_off()

    slow_sink.heard = heard
    while speak.run():
        pass
    assert broken.is_set()
    assert_all_arrived_once(slow_sink)


def test_what_was_reported_at_the_very_end_is_not_forgotten(queued, slow_sink, monkeypatch):
    settle, broken = outbox.settle, Event()

    def settle_late(outcomes, **at) -> None:
        if outcomes and outcomes[-1].state == "accepted" and not broken.is_set():
            broken.set()
            break_off()
        settle(outcomes, **at)

    monkeypatch.setattr(outbox, "settle", settle_late)
    while speak.run():
        pass
    assert broken.is_set()
    assert_all_arrived_once(slow_sink)


def test_what_another_worker_has_by_now_is_left_to_it(queued, slow_sink, monkeypatch):
    """Its lease was over when the database came back."""

    def mark(outcomes, handing, *, token, at):
        sql.run("UPDATE crm_dialogue_outbox SET lease = gen_random_uuid(), lease_until = now() + interval '1 hour'")
        raise OperationalError

    monkeypatch.setattr(outbox, "mark", mark)
    speak.step(speak.ALL_LANES)
    assert slow_sink.messages == []
    assert Outbox.objects.exclude(lease=None).filter(attempts=1).count() == PEOPLE
    assert set(Message.objects.values_list("state", flat=True)) == {"claimed"}


def assert_all_arrived_once(sink) -> None:
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    assert sorted(sink.rcpt_tos) == sorted([f"p{n}@people.test"] for n in range(PEOPLE))
    assert not Outbox.objects.exists()
