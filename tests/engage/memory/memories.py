"""What is known about people, and the codes that open it."""

import re
from datetime import timedelta

from django.db import transaction
from django.test import Client

from crm.contacts.actions import hold, record_consent
from crm.contacts.models import Contact, Topic
from crm.dialogue.models import Message
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock
from tests.campaigns.surveys.questions import sent_to

__all__ = ["agrees", "code_for", "open_memory", "sent_to", "told"]


def agrees(contact: Contact, topic: Topic) -> None:
    record_consent(contact=contact, topic=topic, state="granted", how="form", at=clock.now() - timedelta(days=30))


def told(contact: Contact, value: str = "oat milk", key: str = "milk", **fields: object) -> Preference:
    """In the questions "Your coffee", yesterday."""
    PreferenceKey.objects.get_or_create(key=key, defaults={"label": key.capitalize(), "citable": True})
    ready = {
        "contact": contact.pk,
        "recorded_for": contact.pk,
        "key": key,
        "value": value,
        "kind": "stated",
        "at": clock.now() - timedelta(days=1),
        "source_kind": "survey",
        "source_label": "Your coffee",
        "words": f"{value}, please",
        "question": "Which milk do you take?",
    }
    with transaction.atomic():
        hold(contacts=[contact.pk])
        (new,) = remember([Statement(**(ready | fields))], at=clock.now())
    return Preference.objects.select_related("key").get(pk=new.id)


def code_for(client: Client, link: str) -> dict[str, str]:
    """Ask for a code: what the form holds, filled in with the digits from the mail."""
    page = client.post(f"{link}/code").content.decode()
    challenge = re.search(r'name="challenge" value="([^"]+)"', page)[1]
    mail = Message.objects.filter(origin="memory:code").latest("id")
    return {"challenge": challenge, "code": re.search(r"\b\d{6}\b", mail.text)[0]}


def open_memory(client: Client, link: str, **fields: str) -> str:
    """Enter the code; the address of the open page."""
    response = client.post(f"{link}/open", code_for(client, link) | fields)
    assert response.status_code == 303
    return response["Location"]
