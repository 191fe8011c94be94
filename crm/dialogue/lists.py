"""The inbox's lists: four states, narrowed by whose, what and how; pages begin after a row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Left, NullIf

from crm.dialogue.models import AnswerDraft, Conversation, Joined, Mention, Message, Tagged, Task
from engage.lib import sql

State = Conversation.State
SIZE = 50
BEGINNING = 121
"""So many letters of what was said, and of a draft, are read for a list."""
COUNTED = 1000
"""Nothing is counted further: a list says 999+ then."""
TASKS = "tasks"
NEWEST_FIRST = {State.WAITING, State.DONE}


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed by, if anything. `mine`, `unassigned` and `mentions` are of `reader`; `late` and `soon`
    as it is `now`; `wanted` asked for a person who has not come."""

    reader: int = 0
    mine: bool = False
    unassigned: bool = False
    mentions: bool = False
    urgent: bool = False
    late: bool = False
    soon: bool = False
    wanted: bool = False
    spam: bool = False
    channel: str = ""
    team: int = 0
    tag: int = 0
    now: datetime | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__ if name not in {"reader", "now"})

    def apply(self, found: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """No spam, unless spam is asked for; nothing that went into another."""
        found = found.exclude(Exists(Joined.objects.filter(conversation=OuterRef("pk"), undone=None)))
        fits = ~Q(spam=None) if self.spam else Q(spam=None)
        if self.mine:
            fits &= Q(assignee=self.reader)
        if self.unassigned:
            fits &= Q(assignee=None)
        if self.urgent:
            fits &= Q(urgent=True)
        if self.late:
            fits &= Q(clock__due__lte=self.now)
        if self.soon:
            fits &= Q(clock__soon__lte=self.now) & ~Q(clock__due__lte=self.now)
        if self.wanted:
            fits &= Q(person_wanted__isnull=False, person_came=None)
        if self.channel:
            fits &= Q(channel=self.channel)
        if self.team:
            fits &= Q(team=self.team)
        if self.mentions:
            found = found.filter(Exists(Mention.objects.filter(conversation=OuterRef("pk"), colleague=self.reader)))
        if self.tag:
            found = found.filter(Exists(Tagged.objects.filter(conversation=OuterRef("pk"), tag=self.tag)))
        return found.filter(fits)


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation as a list shows it. `last`: direction, at and the beginning of the text of its last words."""

    pk: int
    uid: UUID
    state: str
    subject: str
    opened: datetime
    since: datetime
    snoozed_until: datetime | None
    urgent: bool
    name: str
    language: str
    answer_soon: datetime | None
    answer_due: datetime | None
    settle_soon: datetime | None
    settle_due: datetime | None
    team: str
    assignee: str
    tags: list[str]
    draft: str
    last: dict[str, Any] | None


READ = (
    *("pk", "uid", "state", "subject", "opened", "since", "snoozed_until", "urgent", "contact__name"),
    *("contact__language", *(f"clock__{name}" for name in ("answer_soon", "answer_due", "settle_soon", "settle_due"))),
)


@dataclass(frozen=True)
class Page:
    """Rows, and the cursor of the next page or ''."""

    rows: list[Line]
    next: str


def page(state: str, narrowing: Narrowing, cursor: str = "", *, size: int = SIZE) -> Page:
    """One query. Those who need an answer are served urgent first, then in the order in which they came; what is put
    off by when it comes back; everything else shows the latest first. A cursor that cannot be read begins at the top.
    """
    urgent_first = state == State.NEEDS_ANSWER
    known = Conversation.objects.all()
    found = narrowing.apply(known if narrowing.spam else known.filter(state=state))
    sign = "-" if state in NEWEST_FIRST or narrowing.spam else ""
    order = [f"{sign}since", f"{sign}pk"]
    if after := _read(cursor):
        found = found.filter(_beyond(after, sign, urgent_first))
    if urgent_first and not narrowing.spam:
        order.insert(0, "-urgent")
    chosen = [Line(*row) for row in _shown(found.order_by(*order), narrowing.reader)[: size + 1]]
    last = chosen[size - 1] if len(chosen) > size else None
    return Page(chosen[:size], _write(last) if last else "")


def _shown(found: QuerySet[Conversation], reader: int) -> QuerySet:
    """What `Line` shows of each. What belongs to one is looked up for the rows of the page alone, along indexes."""
    drafts = AnswerDraft.objects.filter(conversation=OuterRef("pk"), colleague=reader)
    said = Message.objects.filter(conversation=OuterRef("pk")).exclude(direction=Message.Direction.NOTE)
    words = JSONObject(direction=F("direction"), at=F("at"), text=Left("text", BEGINNING))
    tagged = Tagged.objects.filter(conversation=OuterRef("pk")).order_by("tag__name", "tag")
    return found.values_list(
        *READ,
        Coalesce("team__name", Value("")),
        Coalesce(NullIf("assignee__name", Value("")), "assignee__email", Value(""), output_field=CharField()),
        ArraySubquery(tagged.values("tag__name")),
        Coalesce(Subquery(drafts.values_list(Left("text", BEGINNING))[:1]), Value("")),
        Subquery(said.order_by("-pk").values_list(words)[:1]),
    )


def counts(narrowing: Narrowing) -> dict[str, int]:
    """How many conversations stand in each open state, and TASKS, in the reader's hands where that is asked for; no
    further than COUNTED. One query, along indexes."""
    open_ = [state for state in State if state != State.DONE]
    [first, *_rest] = open_
    talks, params = _statement(narrowing.apply(Conversation.objects.filter(state=first)))
    tasks, more = _statement(
        Task.objects.filter(done=None, **({"assignee": narrowing.reader} if narrowing.mine else {}))
    )
    asked = [state if param == first else param for state in open_ for param in params]
    [found] = sql.rows(f"SELECT {', '.join([talks] * len(open_) + [tasks])}", [*asked, *more])
    return dict(zip([*open_, TASKS], found, strict=True))


def _statement(found: QuerySet) -> tuple[str, tuple]:
    """What counts them, as a value of a SELECT, and its parameters."""
    query, params = found.order_by().values("pk")[:COUNTED].query.sql_with_params()
    return f"(SELECT count(*) FROM ({query}) AS counted)", params  # noqa: S608 a statement of ours


def waiting() -> int:
    """How many conversations need an answer at all, no further than COUNTED. One query."""
    return Conversation.objects.filter(state=State.NEEDS_ANSWER)[:COUNTED].count()


def _beyond(after: tuple[bool, datetime, int], sign: str, urgent_first: bool) -> Q:
    urgent, since, key = after
    way = "lt" if sign else "gt"
    beyond = Q(**{f"since__{way}e": since}) & (Q(**{f"since__{way}": since}) | Q(**{f"pk__{way}": key}))
    if not urgent_first:
        return beyond
    return Q(urgent=False) | (Q(urgent=True) & beyond) if urgent else Q(urgent=False) & beyond


def _write(last: Line) -> str:
    return f"{int(last.urgent)}_{last.since.isoformat()}_{last.pk}"


def _read(cursor: str) -> tuple[bool, datetime, int] | None:
    urgent, _, rest = cursor.partition("_")
    since, _, key = rest.rpartition("_")
    try:
        moment = datetime.fromisoformat(since)
        readable = moment.tzinfo and urgent in {"0", "1"} and key.isascii() and key.isdecimal() and len(key) < 19
        return (urgent == "1", moment, int(key)) if readable else None
    except ValueError:
        return None
