"""Mail to colleagues, if they wish, when something begins to wait for them in the rooms: one for all of it, and then
not before it was looked at, or something new came a day later."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.board.models import Suggestion
from campaigns.contests.models import Entry, Vote
from campaigns.contests.queries import to_look_at
from crm.business.models import User
from crm.business.queries import business
from crm.dialogue.actions.notices import forget_told, take_told
from crm.dialogue.models import WaitingWish
from engage.lib.spoken import to_staff

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""So long something waits before anybody is told: most is looked at by then."""


class Pile(NamedTuple):
    """What waits, by name, in words for a number, and where."""

    name: str
    waits: Callable[[], QuerySet]
    words: Callable[[int], str]
    path: Callable[[], str]


PILES = (
    Pile(
        "photos",
        lambda: Entry.objects.filter(standing=Entry.Standing.WAITING, contest__ended=None),
        lambda n: ngettext("%(n)d photo waits to be looked at", "%(n)d photos wait to be looked at", n),
        lambda: _queue(),
    ),
    Pile(
        "suggestions",
        lambda: Suggestion.objects.filter(into=None, standing=Suggestion.Standing.WAITING),
        lambda n: ngettext("%(n)d suggestion waits to be read", "%(n)d suggestions wait to be read", n),
        lambda: reverse("suggestions") + "?show=waiting",
    ),
    Pile(
        "rings",
        lambda: Vote.objects.filter(refused=Vote.Refused.RING, counted_by="", contest__ended=None),
        lambda n: ngettext(
            "%(n)d vote in a contest looks made, and does not count",
            "%(n)d votes in contests look made, and do not count",
            n,
        ),
        lambda: reverse("contests"),
    ),
)


def send(*, at: datetime) -> int:
    """One mail to each colleague who wants it. Also where the mail server refuses it: all of it stands on Home. A demo
    shop writes to nobody. Returns how many were written to; one query where nobody wants any."""
    wanting = list(User.objects.filter(pk__in=WaitingWish.objects.values("colleague"), is_active=True).order_by("pk"))
    if not wanting or business().demo:
        return 0
    with to_staff():
        lines = [line for pile in PILES if (line := _line(pile, at))]
        for colleague in wanting if lines else ():
            _write(colleague, lines)
    return len(wanting) if lines else 0


def _line(pile: Pile, at: datetime) -> tuple[str, str] | None:
    """Words and address, where it is to be told now."""
    found = pile.waits().aggregate(n=Count("pk"), first=Min("at"), last=Max("at"))
    if not found["n"]:
        forget_told(pile.name)
        return None
    if found["first"] > at - PATIENCE or not take_told(pile.name, last=found["last"], at=at):
        return None
    return pile.words(found["n"]) % {"n": found["n"]}, settings.PUBLIC_URL + pile.path()


def _queue() -> str:
    _count, contest = to_look_at()
    return reverse("entries_queue", args=[contest.uid]) if contest else reverse("contests")


def _write(colleague: User, lines: list[tuple[str, str]]) -> None:
    subject = lines[0][0] if len(lines) == 1 else _("Some things wait for you")
    body = "\n\n".join(f"{words}:\n{url}" for words, url in lines)
    why = _("You get this because you asked for it:") + f"\n{settings.PUBLIC_URL}{reverse('my_notices')}"
    headers = {"Auto-Submitted": "auto-generated"}
    mail = EmailMessage(subject=subject, body=f"{body}\n\n-- \n{why}\n", to=[colleague.email], headers=headers)
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        log.warning("word of what waits did not leave: %s", type(error).__name__)
