"""The inbox's lists: which are there, how many wait in each, and one page of one."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.dialogue import queries
from crm.dialogue.models import Conversation
from engage.dashboard.shell.frame import Link

State = Conversation.State
SIZE = 50
TASKS = "tasks"

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


@dataclass(frozen=True)
class Listing:
    """One page of one list. `next` is the url of the next page, or nothing."""

    state: str
    mine: bool
    rows: list[queries.Row]
    tabs: list[Link]
    next: str

    @property
    def empty(self) -> str:
        return str(EMPTY[self.state])


def listing(request: HttpRequest, state: str) -> Listing:
    """Four queries. `?mine=1` shows only what is in the reader's own hands; `?after=50` begins there."""
    mine = request.GET.get("mine") == "1"
    assignee = request.user.pk if mine else None
    after = number(request.GET.get("after", ""))
    rows = queries.conversations(state, assignee=assignee, after=after, size=SIZE + 1)
    counts = queries.counts(assignee=assignee)
    return Listing(
        state=state,
        mine=mine,
        rows=rows[:SIZE],
        tabs=tabs(counts, queries.tasks_to_do(assignee=assignee).count(), state, mine=mine),
        next=url_of(state, mine=mine, after=after + SIZE) if len(rows) > SIZE else "",
    )


def tabs(counts: dict[str, int], tasks: int, current: str, *, mine: bool) -> list[Link]:
    """The lists of conversations, and last what is to do."""
    talks = [
        Link(key, str(label), url_of(key, mine=mine), current=key == current, count=counts.get(key, 0))
        for key, label in LABELS.items()
    ]
    url = reverse("tasks", query={"mine": 1} if mine else None)
    return [*talks, Link(TASKS, gettext("Tasks"), url, current=current == TASKS, count=tasks)]


def url_of(state: str, *, mine: bool = False, after: int = 0) -> str:
    query = {"state": state if state != State.NEEDS_ANSWER else "", "mine": 1 if mine else "", "after": after or ""}
    return reverse("inbox", query={name: value for name, value in query.items() if value})


def chosen(request: HttpRequest) -> str:
    """The state asked for, or the first."""
    state = request.GET.get("state", "")
    return state if state in LABELS else State.NEEDS_ANSWER


def number(text: str) -> int:
    """What stands in a query, 0 where it is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
