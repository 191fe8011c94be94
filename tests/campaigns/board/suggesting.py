"""What people do on the board, without a browser."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client

from campaigns.board import actions
from campaigns.board.models import Suggestion
from campaigns.proving.hurdles import stamp
from crm.contacts.actions import Owner
from crm.contacts.models import Contact
from crm.dialogue.links import board_url
from crm.dialogue.models import Message
from engage.lib import clock
from tests.campaigns.surveys.questions import sent_to


def owner(person: Contact) -> Owner:
    return Owner(person.pk, person.pk)


def suggested(person: Contact, title: str, text: str = "", *, tell: bool = False, shown: bool = True) -> Suggestion:
    made = actions.suggest(title=title, text=text, owner=owner(person), tell=tell, at=clock.now())
    if shown:
        Suggestion.objects.filter(pk=made.pk).update(standing="shown")
    return now(made)


def voted(person: Contact, suggestion: Suggestion, *, tell: bool = False) -> bool:
    return actions.vote(suggestion=suggestion, owner=owner(person), tell=tell, at=clock.now())


def now(suggestion: Suggestion) -> Suggestion:
    return Suggestion.objects.get(pk=suggestion.pk)


def votes(suggestion: Suggestion) -> int:
    return now(suggestion).votes


def unhurried(**fields: Any) -> dict[str, Any]:
    """A form as somebody posts it who took their time."""
    return {"made": stamp(clock.now() - timedelta(seconds=20)), **fields}


def token(person: Contact) -> str:
    """What stands behind `?t=` in a message to this person."""
    return board_url(sent_to(person, occurrence=f"{person.pk} {Message.objects.count()}").uid).partition("?t=")[2]


def proof_links() -> list[str]:
    mails = Message.objects.filter(origin="prove").order_by("id")
    return [re.search(r"https?://[^/\s]+(/prove/\S+)", mail.text)[1] for mail in mails]


def proved(client: Client) -> Any:
    """The page after the last mail's link was opened and its button pressed."""
    return client.post(proof_links()[-1], follow=True)


def said(page: Any) -> str:
    return unescape(page.content.decode())
