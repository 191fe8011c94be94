"""Surveys and the messages that ask them."""

from datetime import timedelta

from campaigns.surveys import actions, links
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.drafts import edit_draft
from campaigns.surveys.models import Survey
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from engage.lib import clock

MILK = {
    "id": "milk",
    "type": "one_of",
    "text": "Which milk do you take?",
    "choices": [{"no": 1, "label": "oat milk"}, {"no": 2, "label": "soy milk"}, {"no": 7, "label": "none"}],
    "remember": {"key": "milk", "label": "Milk", "citable": True, "sentence": "You take {{ value }}."},
}
STARS = {"id": "taste", "type": "stars", "text": "How was your last order?"}
WORDS = {"id": "words", "type": "text", "text": "Anything else?"}


def definition(*questions: dict, **fields: object) -> dict:
    return {"title": "Your coffee", "questions": list(questions or (MILK, STARS, WORDS)), **fields}


def published(*questions: dict, key: str = "coffee", **fields: object) -> Survey:
    now = clock.now()
    survey = actions.create(definition=parse(definition(*questions, **fields)), key=key, by="Max", at=now)
    actions.publish(survey=survey, by="Max", at=now)
    survey.refresh_from_db()
    return survey


def republished(survey: Survey, *questions: dict, **fields: object) -> Survey:
    now = clock.now()
    edit_draft(survey, draft=definition(*questions, **fields), by="Max", at=now)
    actions.publish(survey=survey, by="Max", at=now)
    return Survey.objects.select_related("current").get(pk=survey.pk)


def sent_to(contact: Contact, **fields: object) -> Message:
    """A message of a journey, accepted yesterday."""
    ready = {
        "contact": contact,
        "recorded_for": contact,
        "direction": "out",
        "klass": "marketing",
        "channel": "email",
        "lane": 1,
        "origin": "journey:x:ask",
        "occurrence": "1",
        "subject": "One question",
        "state": "accepted",
        "at": clock.now() - timedelta(days=1),
    }
    return Message.objects.create(**(ready | fields))


def tap(message: Message, survey: str = "coffee", question: str = "milk", no: int | str = 1) -> str:
    return links.answer_url(message.uid, survey, question, no)
