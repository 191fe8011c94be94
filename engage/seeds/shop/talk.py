"""Sixty-four conversations: fifty-five of the year, all answered, and the nine that are open now."""

import random
from datetime import datetime, timedelta

from crm.contacts.models import Contact
from crm.dialogue.actions import close, note, nothing_to_answer, reply, say, snooze
from crm.dialogue.models import Conversation, Message, Subject
from engage.seeds.shop import surveys
from engage.seeds.shop.chance import lot
from engage.seeds.shop.dialogues import BY_LANGUAGE, Dialogue
from engage.seeds.shop.open_talk import OPEN, Line, Open
from engage.seeds.shop.people import Permission, Person, held_back
from engage.seeds.shop.scene import Scene

ANSWERED = 55
FIRST, LAST = 330, 3
"""Days ago of the first and the last of those that are done."""


def past_conversations(scene: Scene) -> None:
    """Asked, answered within two hours of the shop's day, and done."""
    rng = lot("the conversations")
    people = _talkative(scene, rng)[:ANSWERED]
    for place, person in enumerate(people):
        days = FIRST - (FIRST - LAST) * place // (ANSWERED - 1)
        dialogues = BY_LANGUAGE[person.language]
        at = scene.at(days, rng).replace(hour=rng.choice((9, 10, 11, 13, 14, 15, 16)))
        _talk(scene, person, dialogues[place % len(dialogues)], at, rng)


def open_conversations(scene: Scene, held: Person, unhappy: Person) -> None:
    """The nine that wait: `held` has six messages waiting behind theirs, `unhappy` gave two stars."""
    rng = lot("the open conversations")
    free = [person for person in _talkative(scene, rng) if person != unhappy]
    for talk in OPEN:
        person = held if talk.holds else unhappy if talk.stars else _fitting(free, talk)
        _begin(scene, person, talk)


def talking(scene: Scene) -> list[int]:
    """The contacts of all conversations that are open."""
    return list(Conversation.objects.exclude(state=Conversation.State.DONE).values_list("contact", flat=True))


def _talk(scene: Scene, person: Person, words: Dialogue, at: datetime, rng: random.Random) -> None:
    agent, contact = scene.team["agent"], _contact(scene, person)
    heard = agent if words.channel in {"counter", "phone"} else None
    asked = say(
        contact=contact, text=words.asked, channel=words.channel, subject=words.subject, written_by=heard, at=at
    )
    conversation = _of(asked)
    answered = at + timedelta(minutes=rng.randint(8, 110))
    last = reply(conversation=conversation, text=words.answered, by=agent, seen=asked.pk, at=answered)
    if words.thanks:
        thanked = answered + timedelta(minutes=rng.randint(20, 300))
        say(contact=contact, text=words.thanks, channel="email", about=last, at=thanked)
        nothing_to_answer(conversation=conversation, by=agent, at=thanked + timedelta(minutes=30))
    else:
        close(conversation=conversation, by=agent, at=answered + timedelta(minutes=2))


def _begin(scene: Scene, person: Person, talk: Open) -> None:
    contact = _contact(scene, person)
    first, *more = talk.lines
    if talk.stars:
        conversation = surveys.complain(contact, stars=talk.stars, words=first.text, at=scene.now - first.ago)
    else:
        conversation = _hear(scene, contact, talk, first)
    for line in more:
        at = scene.now - line.ago
        match line.side:
            case "said":
                _hear(scene, contact, talk, line)
            case "answered":
                by = scene.team[line.by]
                reply(conversation=conversation, text=line.text, by=by, seen=_seen(conversation), at=at)
            case "noted":
                note(conversation=conversation, text=line.text, by=scene.team[line.by], at=at)
    if talk.later:
        snooze(conversation=conversation, until=scene.now + talk.later, by=scene.team["agent"], at=scene.now)


def _hear(scene: Scene, contact: Contact, talk: Open, line: Line) -> Conversation:
    said = say(
        contact=contact,
        text=line.text,
        channel=line.channel or talk.channel,
        subject=talk.subject,
        chosen=Subject.objects.get(label=talk.subject) if talk.chosen else None,
        written_by=scene.team[line.by] if talk.channel == "counter" else None,
        at=scene.now - line.ago,
    )
    return _of(said)


def _of(message: Message) -> Conversation:
    assert message.conversation is not None  # what people say always has one
    return message.conversation


def _seen(conversation: Conversation) -> int:
    return conversation.messages.order_by("-id").values_list("id", flat=True).first() or 0


def _talkative(scene: Scene, rng: random.Random) -> list[Person]:
    """Everybody who may have asked something, in the sequence in which they did."""
    held = held_back(scene.people)
    known = [person for person in scene.known() if person != held and _may_be_answered(person)]
    rng.shuffle(known)
    return known


def _may_be_answered(person: Person) -> bool:
    return person.permission not in {Permission.REFUSED, Permission.COMPLAINT}


def _fitting(free: list[Person], talk: Open) -> Person:
    person = next(
        person
        for person in free
        if person.language == talk.language and (person.group in talk.groups or not talk.groups)
    )
    free.remove(person)
    return person


def _contact(scene: Scene, person: Person) -> Contact:
    return Contact.objects.get(pk=scene.contacts[person.number])
