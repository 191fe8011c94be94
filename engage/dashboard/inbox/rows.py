"""The rows of a list in words, made ready here: a template that asks for each word of fifty rows takes three times as
long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.contacts.models import Contact
from crm.dialogue.lists import Line
from crm.dialogue.models import Conversation, Message
from engage.dashboard.inbox.clocks import Standing, pressing
from engage.dashboard.templatetags.paper import ago, initials, moment
from engage.lib import clock

LONGEST, LONGEST_DRAFT = 120, 100


@dataclass(frozen=True, slots=True)
class Row:
    """`said` are the last words, `theirs` or ours; `hands` whose it is."""

    uid: str
    url: str
    name: str
    choose: str
    initials: str
    urgent: bool
    when: SafeString | str
    language: str
    theirs: bool
    ours: bool
    said: str
    draft: str
    standings: list[Standing]
    tags: list[str]
    hands: str


def rows(lines: Iterable[Line], *, in_teams: bool) -> list[Row]:
    """No query."""
    now, first, nameless = clock.now(), reverse("inbox"), str(Contact())
    return [_row(line, line.name or nameless, first, now, in_teams) for line in lines]


def _row(line: Line, name: str, first: str, now: datetime, in_teams: bool) -> Row:
    last = line.last or {}
    ours = last.get("direction") == Message.Direction.OUT
    return Row(
        uid=str(line.uid),
        url=f"{first}{line.uid}/",
        name=name,
        choose=_("Choose %(name)s") % {"name": name},
        initials=initials(line.name),
        urgent=line.urgent,
        when=_when(line, last),
        language=line.language,
        theirs=bool(last) and not ours,
        ours=ours,
        said=_cut(last["text"], LONGEST) if last else line.subject,
        draft=_cut(line.draft, LONGEST_DRAFT),
        standings=pressing(line, now) if line.answer_due or line.settle_due else [],
        tags=line.tags,
        hands=_hands(line, in_teams),
    )


def _when(line: Line, last: dict) -> SafeString | str:
    if line.state == Conversation.State.LATER:
        return moment(line.snoozed_until)
    return ago(datetime.fromisoformat(last["at"]) if last else line.opened)


def _hands(line: Line, in_teams: bool) -> str:
    held = _("In the hands of %(name)s") % {"name": line.assignee} if line.assignee else ""
    return " · ".join(filter(None, [line.team if in_teams else "", held]))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
