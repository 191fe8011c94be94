"""Broadcasts and the belts that carry them, by hand and by a clock that stands still."""

from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.broadcasts import actions, running
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.queries import ledger
from campaigns.broadcasts.wording import plain_design
from campaigns.designs.models import Design
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import work_off
from crm.dialogue.ledger import Sums
from crm.dialogue.models import Message, Outbox
from engage import speak
from tests import cast

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)
EVERYBODY: dict[str, Any] = {"all": []}
LETTER = {"subject": "New beans", "body": "Hello {{ contact.first_name }}, the new beans are in."}
OTHER = {"subject": "They are here", "body": "Hello {{ contact.first_name }}, they are here."}
BY = "max"


class Hands:
    def __init__(self) -> None:
        self.now = MORNING

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def draft(self, topic: Topic | None, *letters: dict[str, str], **fields: Any) -> Broadcast:
        said = {"name": "Beans", "rule": EVERYBODY, "topic": topic, **fields}
        designs = [self.design(**letter) for letter in letters or [LETTER]]
        return actions.create_broadcast(designs=designs, by=BY, at=self.now, **said)

    def design(self, *, subject: str, body: str, kind: str = "letter") -> Design:
        return plain_design(subject=subject, body=body, kind=kind, name="Beans", by=BY, at=self.now)

    def begun(self, topic: Topic, *letters: dict[str, str], **fields: Any) -> Broadcast:
        """Started, and the minute is over."""
        broadcast = self.draft(topic, *letters, **fields)
        actions.start(broadcast, by=BY, at=self.now)
        self.later(seconds=60)
        return broadcast

    def work(self) -> None:
        """The belt of broadcasts, until it has nothing to do now."""
        for _ in range(1000):
            moved = running.step(self.now) + work_off(at=self.now, seconds=1)
            assert set(Broadcast.objects.values_list("problem", flat=True)) <= {""}
            if not moved:
                return
        raise AssertionError("it never comes to rest")

    def speak(self) -> int:
        """All that is due at the speaking belt. Its queue runs on the database's clock, which is months ahead of
        ours: what waits for a moment to come does not go before we let it."""
        Outbox.objects.filter(due__gt=self.now, lease=None).update(due=datetime(9000, 1, 1, tzinfo=UTC))
        said = 0
        while count := speak.step(speak.ALL_LANES):
            said += count
        return said

    def run(self) -> None:
        """Both, until nothing moves."""
        for _ in range(100):
            self.work()
            if not self.speak():
                self.work()
                return
        raise AssertionError("it never comes to rest")


def person(number: int, topic: Topic | None, **fields: Any) -> Contact:
    somebody = cast.contact(f"Person{number} Lane", f"p{number}@people.test", **fields)
    if topic is not None:
        record_consent(contact=somebody, topic=topic, state="granted", how="form", at=MORNING - timedelta(days=9))
    return somebody


def people(count: int, topic: Topic | None, **fields: Any) -> list[Contact]:
    return [person(number, topic, **fields) for number in range(count)]


def sums(broadcast: Broadcast) -> Sums:
    found = ledger(broadcast)
    assert found.adds_up, found
    return found


def states(broadcast: Broadcast) -> dict[str, int]:
    found: dict[str, int] = {}
    for state, why in Message.objects.filter(origin=broadcast.origin).values_list("state", "why"):
        found[f"{state} {why}".strip()] = found.get(f"{state} {why}".strip(), 0) + 1
    return found
