"""Pause everything, and a hold, while real workers hand mail to a slow server: obeyed within two seconds."""

import time as clocks
from datetime import time
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from crm.business.actions import update_business
from crm.business.models import Business
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message, Occasion
from engage.embedded.waiting import until
from engage.lib import clock
from tests import cast
from tests.concurrency.shop import SENDER

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 100
WITHIN = 2.0


@pytest.fixture
def olga() -> Client:
    client = Client()
    client.force_login(cast.olga())
    return client


@pytest.fixture
def arrivals(slow_sink, run_worker, olga):
    """When each mail came, as two workers write to a hundred people, sixteen a second."""
    at, never = clock.now(), {"quiet_from": time(12), "quiet_until": time(12)}
    update_business(by="Olga", at=at, live=True, name="Shop", sender_email="shop@shop.test", **never)
    Business.objects.update(sender_email=SENDER)
    news = Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]
    content = contents.keep(compile_design("News", "Hello {{ contact.first_name }}.", "letter"))
    people = [cast.contact(f"Person {n}", f"p{n}@people.test") for n in range(PEOPLE)]
    for person in people:
        record_consent(contact=person, topic=news, state="granted", how="form", at=at)
    draft = {"klass": "marketing", "origin": "bulk", "occurrence": "1", "topic": news.pk, "content": content, "lane": 2}
    arrived: list[float] = []
    slow_sink.heard, slow_sink.seconds = lambda count: arrived.append(clocks.monotonic()), 0.5
    for queues in ("speak", "speak_fast"):
        run_worker(queues=queues, beat=queues == "speak", EMAIL_URL=slow_sink.url)
    queue([Draft(contact=person.pk, recorded_for=person.pk, **draft) for person in people], at=at)
    until(lambda: len(arrived) >= 10, "mail under way", 60, pause=0.01)
    yield arrived


def states() -> set[tuple[str, str]]:
    return set(Message.objects.exclude(state="accepted").values_list("state", "why"))


@pytest.mark.parametrize("switch", ["everything_stopped", "held"])
def test_nothing_more_leaves_two_seconds_after_the_press_and_all_of_it_once_after_the_next(
    olga, arrivals, slow_sink, switch
):
    press, lift = ("pause_everything", "resume_everything") if switch != "held" else ("hold_origin", "lift_hold")
    olga.post(reverse(press), {"origin": "bulk"})
    pressed = clocks.monotonic()
    until(lambda: states() == {("waiting", switch)}, "the end of what was under way", 30, pause=0.05)
    assert max(arrivals) - pressed < WITHIN
    assert 0 < Message.objects.filter(why=switch).count() < PEOPLE

    receipt = {"klass": "transactional", "origin": "order", "occurrence": "1", "subject": "Thanks", "text": "Thanks."}
    person = cast.alice()
    person.identities.update(value="alice@people.test")
    queue([Draft(contact=person.pk, recorded_for=person.pk, **receipt)], at=clock.now())
    until(lambda: any(mail["Subject"] == "Thanks" for mail in slow_sink.messages), "the receipt", 10, pause=0.05)

    slow_sink.seconds = 0
    olga.post(reverse(lift), {"origin": "bulk", "pile": "send"})
    until(partial(all_sent, PEOPLE + 1), "the rest", 60, pause=0.1)
    assert len({mail["To"] for mail in slow_sink.messages}) == len(slow_sink.messages) == PEOPLE + 1
    assert Occasion.objects.get(origin="bulk").due == PEOPLE


def all_sent(count: int) -> bool:
    return Message.objects.filter(state="accepted").count() == count
