"""Contests, and people who enter them, without a browser."""

import io
import re
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from campaigns.contests import actions, deciding
from campaigns.contests.actions import Rules
from campaigns.contests.models import Contest, Entry
from campaigns.surveys.limits.limits import Once
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from engage.lib import clock
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import sent_to, tap

TERMS = "Everybody of 16 and more. The shop runs it."


def made(*, title: str = "Summer tables", once: Once = Once.ADDRESS, intro: str = "Show us yours.", **rules: Any):
    given = Rules(**{"terms": TERMS, **rules})
    contest = actions.make(title=title, intro=intro, once=once, rules=given, by="Max", at=clock.now())
    return now(contest)


def opened(**fields: Any) -> Contest:
    contest = made(**fields)
    actions.publish(contest=contest, by="Max", at=clock.now())
    return now(contest)


def now(contest: Contest) -> Contest:
    return Contest.objects.select_related("survey__current").get(pk=contest.pk)


def path(contest: Contest) -> str:
    return f"/contest/{contest.survey.key}/"


def jpeg(size: tuple[int, int] = (90, 60), colour: str = "brown") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def send(client: Client, contest: Contest, *, url: str = "", photo: bytes | None = None, **answers: str) -> Any:
    """The entry form, as it was opened at `url`, with a photo and the tick; `email` is the address it is proved by."""
    url = url or f"/s/{contest.survey.key}/"
    form = hidden(client.get(url).content.decode())
    address = {"own-address": answers.pop("email")} if "email" in answers else {}
    said = {f"q-{id}": words for id, words in {"rights": "1", **answers}.items()}
    file = SimpleUploadedFile("table.jpg", photo or jpeg(), "image/jpeg")
    given = {"form": form, "do": "next", "q-photo": file, **said, **address}
    return client.post(url.partition("?")[0], given)


def link_of(contest: Contest, person: Contact) -> str:
    """In a message to this person: the entry form."""
    message = sent_to(person, occurrence=f"{person.pk} {Message.objects.count()}")
    return tap(message, contest.survey.key, "photo", "")


def entered(contest: Contest, person: Contact, *, shown: bool = True, **answers: Any) -> Entry:
    """By the link in a message of theirs; then a colleague shows it."""
    page = send(Client(), contest, url=link_of(contest, person), **answers)
    assert page.status_code == 200, page.content.decode()
    entry = Entry.objects.get(contest=contest, contact=person)
    if shown:
        deciding.decide(contest=contest, entries=[entry.uid], standing="shown", by="Max", at=clock.now())
    return Entry.objects.select_related("contact", "photo").get(pk=entry.pk)


def photo_of(contest: Contest, entry: Entry) -> str:
    return f"{path(contest)}photo/{entry.photo.uid}"


def own_page(contest: Contest, thanks: Any) -> str:
    """Where the page that says thank you leads."""
    return f"{path(contest)}entry/" + unescape(
        thanks.content.decode().partition(f'href="{path(contest)}entry/')[2].partition('"')[0]
    )


def proof_link() -> str:
    """The path in the latest mail that asks whether an entry is theirs."""
    mail = Message.objects.filter(origin="own-answer").latest("id")
    return re.search(r"https?://[^/\s]+(/s/\S+)", mail.text)[1]


def letters(contest: Contest) -> list[Message]:
    return list(Message.objects.filter(origin=f"contest:{contest.uid}").order_by("id"))
