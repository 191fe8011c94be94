"""Mails that came in at an address that a message of ours gave: back from a server, a complaint, a person's answer."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from campaigns.channels.email.received import filing
from campaigns.channels.email.received.filing import Arrival
from campaigns.channels.email.returned import addresses, mail
from crm.dialogue.models import Report
from crm.dialogue.reports import Heard
from crm.events.reading import clean
from engage.lib import tokens

Kind = Report.Kind
_UNSUBSCRIBE = re.compile(r"/u/([\w.-]+)$")


def open_mails(heard: Sequence[Heard], *, at: datetime) -> list[Heard]:
    """What the mails among these reports tell of messages of ours. Answers of people are handed to the conversation."""
    return [told for one in heard if one.kind == Kind.MAIL and one.raw is not None for told in _open(one, one.raw)]


def _open(one: Heard, raw: bytes) -> Iterator[Heard]:
    purpose, message = next(filter(None, map(addresses.read, one.detail.get("to", []))), ("", None))
    try:
        found = mail.read(raw, returned=purpose == addresses.BOUNCE)
    except (RecursionError, ValueError):
        found = mail.Returned(mail.LETTER)
    named = message or _of_links(found.links)
    if found.what == mail.COMPLAINT and (named or found.message_id):
        yield Heard(Kind.COMPLAINED, one.at, named, "" if named else clean(found.message_id))
    elif found.what == mail.BOUNCE and named and found.bounce:
        bounce = found.bounce
        detail = {"bounce": bounce.kind, "cause": bounce.cause, "words": bounce.words}
        yield Heard(Kind.BOUNCED, one.at, named, "", detail)
    elif purpose != addresses.BOUNCE:
        answer = next(filter(None, map(addresses.read_answer, one.detail.get("to", []))), "")
        by_machine = found.what != mail.LETTER
        filing.file(Arrival(raw, one.at, str(one.detail.get("source", "")), message, by_machine, answer))


def _of_links(links: Sequence[str]) -> UUID | None:
    """The message of ours that carried one of these links for unsubscribing: they are signed."""
    for link in links:
        if match := _UNSUBSCRIBE.search(link):
            try:
                return UUID(tokens.read("u", match[1])[0])
            except ValueError:
                continue
    return None
