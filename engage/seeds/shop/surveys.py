"""What the demo shop asks, and how its people answer: by the link in the message, as customers do."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from campaigns.surveys import actions
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.drafts import edit_draft
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Survey
from campaigns.surveys.origins import MAIL
from campaigns.surveys.taking import recording
from campaigns.surveys.taking.answers import tapped
from crm.contacts.models import Contact
from crm.dialogue.models import Conversation, Message
from engage.lib import clock
from engage.seeds.shop.scene import Scene

WELCOME, BREWING, STARS, FRIEND = "welcome", "brewing", "after_order", "friend"
MILK = ("oat milk", "whole milk", "soy milk", "none")
BREWERS = ("V60", "French press", "AeroPress", "moka pot", "espresso machine")

type Raw = dict[str, object]


def _one_of(key: str, label: str, text: str, answers: Iterable[str], sentence: str) -> Raw:
    choices = [{"no": number, "label": answer} for number, answer in enumerate(answers, 1)]
    remember = {"key": key, "label": label, "citable": True, "sentence": sentence}
    return {"id": key, "type": "one_of", "text": text, "choices": choices, "remember": remember}


HOW_WAS_IT: Raw = {"id": "stars", "type": "stars", "text": "How was your order?"}
WHAT_TO_KNOW: Raw = {"id": "words", "type": "text", "text": "What should we know?"}
SURVEYS: dict[str, Raw] = {
    WELCOME: {
        "title": "Welcome",
        "questions": [_one_of("milk", "Milk", "Which milk do you take?", MILK, "You take {{ value }}.")],
    },
    BREWING: {
        "title": "What do you brew with?",
        "questions": [
            _one_of("brewing", "Brewing", "What do you brew with?", BREWERS, "You brew with {{ value }}."),
        ],
    },
    STARS: {
        "title": "Your order",
        "questions": [HOW_WAS_IT, WHAT_TO_KNOW],
    },
    FRIEND: {
        "title": "Would you recommend us?",
        "questions": [
            {"id": "score", "type": "nps", "text": "How likely are you to recommend us to a friend?"},
            {"id": "why", "type": "text", "text": "Why this number?"},
        ],
    },
}


def publish(scene: Scene) -> None:
    at = scene.now - timedelta(days=350)
    for key, raw in SURVEYS.items():
        survey = actions.create(definition=parse(raw), by="Max Reed", at=at, key=key)
        actions.publish(survey=survey, by="Max Reed", at=at)


def answer(key: str, *, origin: str, answers: Mapping[int, int], words: Mapping[int, str] = {}) -> None:
    """People tap and confirm, one after the other: the number of the answer by contact, each in the latest message of
    this origin; and what some of them write to the second question."""
    version = Survey.objects.select_related("current").get(key=key).current
    assert version is not None  # published with the shop
    first, *more = parse(version.definition).questions
    asked = _asked(origin, answers)
    for contact, number in answers.items():
        message, chosen = asked[contact], tapped(first, str(number))
        assert chosen is not None
        said = {more[0].id: kind_of(more[0]).read(more[0], {"": [words[contact]]})} if contact in words else {}
        recording.answer(
            version=version,
            visitor=Visitor(f"message:{message.uid}", message, MAIL),
            answers={first.id: chosen} | {id: given for id, given in said.items() if given},
            at=clock.now(),
        )


def talk_about_low_stars(at: datetime) -> None:
    """From now on a person answers whoever gives two stars or fewer."""
    survey = Survey.objects.get(key=STARS)
    draft = SURVEYS[STARS] | {"questions": [HOW_WAS_IT | {"talk_at_most": 2}, WHAT_TO_KNOW]}
    edit_draft(survey, draft=draft, by="Max Reed", at=at)
    actions.publish(survey=survey, by="Max Reed", at=at)


def complain(contact: Contact, *, stars: int, words: str, at: datetime) -> Conversation:
    """By the link in the latest message that asked for stars; it comes to the inbox."""
    version = Survey.objects.select_related("current").get(key=STARS).current
    assert version is not None  # published with the shop
    asked = contact.messages.filter(direction="out", origin__startswith="journey:").latest("at")
    first, more = parse(version.definition).questions
    given, said = tapped(first, str(stars)), kind_of(more).read(more, {"": [words]})
    assert given and said
    recording.answer(
        version=version,
        visitor=Visitor(f"message:{asked.uid}", asked, MAIL),
        answers={first.id: given, more.id: said},
        at=at,
    )
    return Conversation.objects.filter(contact=contact).latest("pk")


def _asked(origin: str, contacts: Iterable[int]) -> dict[int, Message]:
    found = Message.objects.filter(contact__in=list(contacts), origin=origin).select_related("contact")
    return {message.contact_id: message for message in found.order_by("id")}
