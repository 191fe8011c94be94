"""Sign-up forms, and the mails that ask whether it was really them."""

import re

from django.test import Client

from campaigns.surveys.models import Survey
from crm.contacts.models import Topic
from crm.dialogue.models import Message
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, published

WORDS = "Yes, write to me about new coffees and offers."
PERMISSION = {
    "id": "permission",
    "type": "permission",
    "text": WORDS,
    "topics": ["offers", "news"],
    "required": True,
}
NAME = {"id": "name", "type": "first_name", "text": "Your first name"}
ADDRESS = "dora@shop.example"


def sign_up_form(*questions: dict, key: str = "letters", **fields: object) -> Survey:
    """Published, for two topics, with a first name and a question that is remembered."""
    for place, (topic, label) in enumerate((("offers", "Offers"), ("news", "News"))):
        Topic.objects.get_or_create(key=topic, defaults={"label": label, "position": place})
    return published(*(questions or (NAME, MILK, PERMISSION)), key=key, title="Letters from the quay", **fields)


def ask(client: Client, address: str = ADDRESS, key: str = "letters", **answers: object):
    return submit(client, f"/s/{key}/", permission=address, **answers)


def mails() -> list[Message]:
    return list(Message.objects.filter(origin="sign-up").order_by("id"))


def link(message: Message | None = None) -> str:
    """The path of the link in the mail, the last one unless another is named."""
    return re.search(r"https?://[^/\s]+(/s/\S+)", (message or mails()[-1]).text)[1]
