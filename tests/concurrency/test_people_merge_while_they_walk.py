"""Two processes make one person of two, each the other way round, at the moment at which two more walk with both of
them: they are merged once, the older walk goes on to its end, and whatever a step does is done once."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.brake import lift_brake
from campaigns.journeys.models import DueWait, Enrolment, Journey
from crm.contacts.models import Contact, Merge
from crm.dialogue.models import Message
from crm.events.actions import accept
from crm.events.models import DeadLetter, Inbox
from crm.preferences.models import Preference, PreferenceKey
from engage import listen, walk
from engage.embedded.servers import PROJECT
from engage.lib import clock
from tests.campaigns.journeys.scenarios import letter
from tests.concurrency.together import assert_walked_step_by_step, keys, known

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh")]

PAIRS = 20
SECOND = {"kind": "wait", "for": {"seconds": 1}}
JOURNEY = {
    "trigger": {"event": "Tea Ordered"},
    "entry": {"again": "always"},
    "start": "count",
    "steps": {
        "count": {"kind": "remember", "key": "cups", "how": "plus", "value": 1, "next": "one"},
        "one": SECOND | {"next": "write"},
        "write": letter("How is it?", next="two"),
        "two": SECOND | {"next": "again"},
        "again": {"kind": "remember", "key": "cups", "how": "plus", "value": 1, "next": "three"},
        "three": SECOND | {"next": "end"},
        "end": {"kind": "end", "reason": "Through"},
    },
}
BEGIN = """
import sys, time
import django
django.setup()
from engage.lib import belts, clock
print("ready", flush=True)
sys.stdin.readline()
"""
WALK = (
    BEGIN
    + """
from campaigns.journeys.models import Enrolment
from engage import walk
while Enrolment.objects.filter(state="active").exists():
    walk.step() or time.sleep(0.01)
"""
)
MERGE = (
    BEGIN
    + """
import json, random
from crm.contacts.actions import CannotMerge, merge
from crm.contacts.models import Contact
done = 0
for into, out in json.loads(sys.argv[1]):
    while True:
        try:
            merge(survivor=Contact(pk=into), absorbed=Contact(pk=out), by="Ada", at=clock.now())
            done += 1
        except CannotMerge:
            pass
        except belts.PASSING:
            continue
        break
    time.sleep(random.random() / 5)
print(done)
"""
)


@pytest.fixture
def pairs() -> list[tuple[Contact, Contact]]:
    """Both of each stand at the first wait; the walk of the first is the older one."""
    PreferenceKey.objects.create(key="cups", label="cups", type="number")
    journey = create_journey(name="Tea", draft=JOURNEY, by="Max", at=clock.now())
    publish(journey, by="Max", at=clock.now())
    lift_brake(journey, by="Max", at=clock.now())
    people = [known(number) for number in range(2 * PAIRS)]
    for half in (0, 1):
        order(range(half, 2 * PAIRS, 2))
    return list(zip(people[::2], people[1::2], strict=True))


def order(people: range) -> None:
    at = clock.now().isoformat()
    calls = [
        {"type": "track", "event": "Tea Ordered", "userId": f"u{n}", "messageId": f"e{n}", "timestamp": at}
        for n in people
    ]
    accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=len(calls))
    while Inbox.objects.exists():
        listen.step()
    walk.step()


def test_two_processes_merge_two_people_while_others_walk_with_them(pairs, test_environment) -> None:
    journey = Journey.objects.get()
    assert Enrolment.objects.filter(journey=journey, state="active", step="one").count() == 2 * PAIRS
    older = set(Enrolment.objects.filter(contact__in=[first for first, _ in pairs]).values_list("pk", flat=True))
    there = json.dumps([(first.pk, second.pk) for first, second in pairs])
    back = json.dumps([(second.pk, first.pk) for first, second in pairs])
    with processes(test_environment, [WALK], [WALK], [MERGE, there], [MERGE, back]) as (*_, one, other):
        merges = [int(said_by(one)), int(said_by(other))]
    print(f"merges of each process: {merges}")
    assert sum(merges) == PAIRS == Merge.objects.filter(undone=None).count()
    assert_one_of_each_walked_on(older)
    assert_each_thing_was_done_once()


def assert_one_of_each_walked_on(older: set[int]) -> None:
    present = Contact.objects.filter(merged_into=None)
    walks = Enrolment.objects.order_by("pk")
    assert present.count() == PAIRS
    assert Counter(walks.values_list("contact", flat=True)) == {person.pk: 2 for person in present}
    assert not walks.filter(state="active").exists()
    ended, merged = walks.filter(outcome="finished", reason="Through"), walks.filter(outcome="merged")
    assert ended.count() + merged.count() == 2 * PAIRS
    assert merged.exists()
    assert older.isdisjoint(merged.values_list("pk", flat=True))


def assert_each_thing_was_done_once() -> None:
    assert not DueWait.objects.exists()
    assert not DeadLetter.objects.exists()
    assert_walked_step_by_step()
    assert Counter(Message.objects.values_list("occurrence", flat=True)) == keys("send")
    assert Counter(Preference.objects.values_list("source_id", flat=True)) == keys("remember")


@contextmanager
def processes(environment: dict[str, str], *commands: list[str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Such pieces of Python with their arguments, each a process of its own; all begin at once, and have ended well
    after the block."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    ours = [
        subprocess.Popen([sys.executable, "-c", *command], cwd=PROJECT, env=environment, **pipes)
        for command in commands
    ]
    try:
        for process in ours:
            assert said_by(process) == "ready"
        for process in ours:
            process.stdin.write("\n")
            process.stdin.flush()
        yield ours
        assert [process.wait(120) for process in ours] == [0] * len(ours)
    finally:
        for process in ours:
            process.kill()
            process.communicate()


def said_by(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline().strip()
