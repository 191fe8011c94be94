"""Messages that a guard holds and that may be merged, and what became of them."""

from datetime import UTC, datetime, timedelta

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Topic
from crm.dialogue import outbox
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from engage import speak

NIGHT = datetime(2026, 5, 4, 22, tzinfo=UTC)
MORNING = datetime(2026, 5, 5, 10, tzinfo=UTC)
GREETING, SIGNATURE = 'Hello {{ contact.first_name | default: "there" }},', "{{ business.sender_name }}"


class Time:
    """What the belt takes for now; the queue itself runs on the database's clock, by which all of May is over. With
    `live` messages leave, else they are kept."""

    now = NIGHT
    live = False


def permitted(person: Contact, *topics: Topic) -> Contact:
    for topic in topics:
        record_consent(contact=person, topic=topic, state="granted", how="form", at=NIGHT - timedelta(days=9))
    return person


def content(words: str, subject: str = "", kind: str = "letter") -> int:
    body = f"{GREETING}\n\n{words}\n\n{SIGNATURE}" if kind == "letter" else words
    return contents.keep(compile_design(subject or words.partition(" {")[0], body, kind))


def queued(person: Contact, topic: Topic, words: str, *, on_hold: str = "merge", **more: object) -> Message:
    variables = {"on_hold": on_hold} if on_hold != "wait" else {}
    given = {
        "klass": "marketing",
        "origin": f"journey:x:{words.split()[0].strip('.').lower()}",
        "occurrence": f"{person.pk}:{Message.objects.count()}",
        "topic": topic.pk,
        "variables": variables,
        "content": content(words, kind=more.pop("kind", "letter")),
        **more,
    }
    (pk,) = queue([Draft(contact=person.pk, recorded_for=person.pk, **given)], at=Time.now)
    return Message.objects.get(pk=pk)


def step() -> None:
    speak.step(speak.ALL_LANES)


def fates(*messages: Message) -> list[tuple[str, str]]:
    for message in messages:
        message.refresh_from_db()
    return [(message.state, message.why) for message in messages]


def held_at_night(person: Contact, topic: Topic, *words: str, **more) -> list[Message]:
    """Messages that quiet hours hold, each queued a minute after the one before; then it is morning."""
    found = []
    for said in words:
        found.append(queued(person, topic, said, **more))
        Time.now += timedelta(minutes=1)
    step()
    assert {state for state, _ in fates(*found)} == {"waiting"}
    Time.now = MORNING
    return found


def letter(message: Message):
    return contents.shown(Message.objects.select_related("rendered").get(pk=message.pk))


def decided(*, at: datetime = MORNING) -> list[int]:
    """A chunk decided, and in our hands."""
    token, claimed = outbox.claim(speak.ALL_LANES)
    return [item.message.id for item in speak.decide(token, claimed, at=at)]
