"""What the frame shows: the lines of one visit, and what is asked of it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.contacts.models import Identity
from crm.dialogue.actions import see_chat
from crm.dialogue.actions.turns import ANSWERED
from crm.dialogue.chat import chat_lines, just_rated, to_rate
from crm.dialogue.expecting import when_answered
from crm.dialogue.forms import STARS, once
from crm.dialogue.models import ChatLine, ChatVisit, Conversation, Message
from engage.chat import sessions
from engage.chat.asking import Put, put


@dataclass(frozen=True)
class Line:
    message: Message
    by: str
    asks: Put | None = None

    @property
    def side(self) -> str:
        return "theirs" if self.message.direction == Message.Direction.IN else "ours"


def talk(
    request: HttpRequest, site: str, visit: ChatVisit | None, *, at: datetime, seen: bool = True, said: str = ""
) -> HttpResponse:
    """The lines as they are now; `seen`: the visitor has them before them. `said` names the words that were just taken.
    Three queries at most, and more where there is something new."""
    return render(request, "chat/talk.html", context(site, visit, at=at, seen=seen, said=said))


def context(
    site: str, visit: ChatVisit | None, *, at: datetime, seen: bool = True, said: str = ""
) -> dict[str, object]:
    found = chat_lines(visit, at=at) if visit else []
    new, asked = [line for line in found if _is_new(line)], put(found)
    if visit and new and seen:
        see_chat(visit, at=at)
    return {
        "site": site,
        "shop": business(),
        "when": _when(at),
        "lines": [Line(line.message, _by(line.message), asked.get(line.message_id)) for line in found],
        "unread": 0 if seen else len(new),
        "said": said,
        "once": once(),
        "visit": sessions.grant(visit, at=at) if visit else "",
        "keep": bool(visit and not visit.proved),
        "live": sessions.live_token(visit) if visit else "",
        "address": _address(visit) if visit else "",
        "asks": _asks(found),
        **_stars(found, at),
    }


def _stars(found: list[ChatLine], at: datetime) -> dict[str, object]:
    """Whether they are asked how it was, or thanked for having said so. Two queries at most, none while nobody has
    answered."""
    asked = to_rate(found, at=at)
    return {"rates": asked, "stars": STARS if asked else (), "rated": None if asked else just_rated(found, at=at)}


def _when(at: datetime) -> str:
    """When somebody answers, and no more than we know of it."""
    expected = when_answered(at)
    if expected.here:
        return _("We are open now. A person reads what you write.")
    return expected.text or _("A person reads what you write, and answers.")


def _is_new(line: ChatLine) -> bool:
    return line.seen is None and line.message.direction == Message.Direction.OUT


def _by(message: Message) -> str:
    """Who says it, as the visitor reads it: a colleague's first name, or the shop."""
    name = message.author.name.split() if message.author else []
    return name[0] if name else business().name


def _address(visit: ChatVisit) -> str:
    """Where the answer goes when they have left."""
    known = Identity.objects.filter(contact=visit.contact_id, kind=Identity.Kind.EMAIL).order_by("-proof", "-id")
    return known.values_list("value", flat=True).first() or ""


def _asks(found: list[ChatLine]) -> bool:
    """Whether the last word is an automatic answer, of which they may say that it helped, or not. One query at most."""
    last = found[-1].message if found else None
    if last is None or last.conversation_id is None or not last.origin.startswith(ANSWERED):
        return False
    open_ones = Conversation.objects.filter(pk=last.conversation_id, person_wanted=None)
    return open_ones.exclude(state=Conversation.State.DONE).exists()
