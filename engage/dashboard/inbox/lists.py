"""The inbox's lists: which are there, how many wait in each, what narrows them, and one page of one."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.business.queries import has_teams
from crm.dialogue import lists
from crm.dialogue.lists import TASKS, Narrowing
from crm.dialogue.models import Conversation, Tag, Team
from engage.dashboard.inbox.rows import Row, rows
from engage.dashboard.messages.words import channel_text
from engage.dashboard.shell.frame import Link, capped
from engage.lib import clock, ids

State = Conversation.State

LABELS: dict[str, str | Promise] = {
    State.NEEDS_ANSWER: _("Needs an answer"),
    State.WAITING: _("Waiting for them"),
    State.LATER: _("Later"),
    State.DONE: pgettext_lazy("conversations", "Done"),
}
EMPTY: dict[str, str | Promise] = {
    State.NEEDS_ANSWER: _("All answered. New words appear here by themselves."),
    State.WAITING: _("We wait for nobody's answer."),
    State.LATER: _("Nothing is put off."),
    State.DONE: _("No conversation is done yet."),
}
WHOSE: dict[str, str | Promise] = {
    "mine": _("Mine"),
    "unassigned": _("Nobody's yet"),
    "mentions": _("Mentions me"),
    "urgent": _("Urgent"),
    "wanted": _("Wants a person"),
    "late": _("Late"),
    "soon": _("Due soon"),
    "spam": _("Spam"),
}
OF_TEAMS = {"late", "soon"}
CHANNELS = ("email", "chat", "site", "survey", "sms", "counter", "phone")


@dataclass(frozen=True)
class Listing:
    """One page of one list. `next` is the url of the next page, or nothing; `query` is what narrows it, for urls."""

    state: str
    narrowing: Narrowing
    rows: list[Row]
    tabs: list[Link]
    next: str
    query: dict[str, str]
    whose: list[Link]
    channels: list[Link]
    tags: list[Link]
    teams: list[Link]
    known_tags: list[Tag]

    @property
    def empty(self) -> str:
        return gettext("Nothing here fits.") if self.narrowing else str(EMPTY[self.state])

    @property
    def url(self) -> str:
        return url_of(self.state, self.query)


def listing(request: HttpRequest, state: str) -> Listing:
    """Three queries, four where there are teams. `?mine=1`, `?channel=`, `?tag=` and their like narrow it; `?after=`
    begins after a row."""
    tags, teams = list(Tag.objects.all()), list(Team.objects.all()) if has_teams() else []
    query = _asked(request, tags, teams)
    narrowing = _narrowing(request, query, tags, teams)
    page = lists.page(state, narrowing, request.GET.get("after", ""))
    return Listing(
        state=state,
        narrowing=narrowing,
        rows=rows(page.rows, in_teams=has_teams()),
        tabs=tabs(lists.counts(narrowing), state, query),
        next=url_of(state, {**query, "after": page.next}) if page.next else "",
        query=query,
        whose=[_toggle(state, query, key, "1", str(WHOSE[key])) for key in _offered()],
        channels=[_toggle(state, query, "channel", key, channel_text(key)) for key in CHANNELS],
        tags=[_toggle(state, query, "tag", str(tag.uid), tag.name) for tag in tags],
        teams=[_toggle(state, query, "team", str(team.uid), team.name) for team in teams],
        known_tags=tags,
    )


def tabs(counts: dict[str, int], current: str, query: dict[str, str]) -> list[Link]:
    """The lists of conversations, and last what is to do."""
    talks = [
        Link(key, str(label), url_of(key, query), current=key == current, count=capped(counts.get(key, 0)))
        for key, label in LABELS.items()
    ]
    url = reverse("tasks", query={"mine": 1} if "mine" in query else None)
    return [*talks, Link(TASKS, gettext("Tasks"), url, current=current == TASKS, count=capped(counts[TASKS]))]


def url_of(state: str, query: dict[str, str]) -> str:
    first = {"state": state} if state != State.NEEDS_ANSWER else {}
    return reverse("inbox", query={**first, **query})


def chosen(request: HttpRequest) -> str:
    """The state asked for, or the first."""
    state = request.GET.get("state", "")
    return state if state in LABELS else State.NEEDS_ANSWER


def number(text: str) -> int:
    """What stands in a query, 0 where it is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _offered() -> list[str]:
    """What the lists can be narrowed by: clocks from the third agent on."""
    return [key for key in WHOSE if key not in OF_TEAMS or has_teams()]


def _asked(request: HttpRequest, tags: list[Tag], teams: list[Team]) -> dict[str, str]:
    """What narrows the list, as far as it makes sense."""
    query = {key: "1" for key in _offered() if request.GET.get(key) == "1"}
    if (channel := request.GET.get("channel", "")) in CHANNELS:
        query["channel"] = channel
    tag = request.GET.get("tag", "")
    if ids.is_uid(tag) and any(str(known.uid) == tag for known in tags):
        query["tag"] = tag
    team = request.GET.get("team", "")
    if ids.is_uid(team) and any(str(known.uid) == team for known in teams):
        query["team"] = team
    return query


def _narrowing(request: HttpRequest, query: dict[str, str], tags: list[Tag], teams: list[Team]) -> Narrowing:
    return Narrowing(
        reader=request.user.pk or 0,
        now=clock.now(),
        channel=query.get("channel", ""),
        tag=next((tag.pk for tag in tags if str(tag.uid) == query.get("tag")), 0),
        team=next((team.pk for team in teams if str(team.uid) == query.get("team")), 0),
        **{key: key in query for key in WHOSE},
    )


def _toggle(state: str, query: dict[str, str], key: str, value: str, label: str) -> Link:
    """Press it to narrow the list by it; again, to have the rest back."""
    current = query.get(key) == value
    rest = {name: text for name, text in query.items() if name != key}
    return Link(value, label, url_of(state, rest if current else {**rest, key: value}), current=current)
