"""The inbox's lists: four states, narrowed by whose, what and how; pages begin after a row."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from crm.dialogue.models import AnswerDraft, Conversation, Joined, Mention, Tagged
from crm.dialogue.queries import Row, with_last_words

State = Conversation.State
SIZE = 50
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


@dataclass(frozen=True)
class Page:
    """Rows, and the cursor of the next page or ''."""

    rows: list[Row]
    next: str


def page(state: str, narrowing: Narrowing, cursor: str = "", *, size: int = SIZE) -> Page:
    """Three queries. Those who need an answer are served urgent first, then in the order in which they came; what is
    put off by when it comes back; everything else shows the latest first. A cursor that cannot be read begins at the
    top."""
    urgent_first = state == State.NEEDS_ANSWER
    known = Conversation.objects.select_related("contact", "assignee", "team", "clock").prefetch_related("tagged__tag")
    drafts = AnswerDraft.objects.filter(conversation=OuterRef("pk"), colleague=narrowing.reader)
    known = known.annotate(draft=Subquery(drafts.values("text")[:1]))
    found = narrowing.apply(known if narrowing.spam else known.filter(state=state))
    sign = "-" if state in NEWEST_FIRST or narrowing.spam else ""
    order = [f"{sign}since", f"{sign}pk"]
    if after := _read(cursor):
        found = found.filter(_beyond(after, sign, urgent_first))
    if urgent_first and not narrowing.spam:
        order.insert(0, "-urgent")
    chosen = list(found.order_by(*order)[: size + 1])
    last = chosen[size - 1] if len(chosen) > size else None
    return Page(with_last_words(chosen[:size]), _write(last) if last else "")


def counts(narrowing: Narrowing) -> dict[str, int]:
    """How many conversations stand in each open state. One query."""
    found = narrowing.apply(Conversation.objects.exclude(state=State.DONE))
    return dict(found.values_list("state").annotate(n=Count("id")).order_by())


def _beyond(after: tuple[bool, datetime, int], sign: str, urgent_first: bool) -> Q:
    urgent, since, key = after
    way = "lt" if sign else "gt"
    beyond = Q(**{f"since__{way}e": since}) & (Q(**{f"since__{way}": since}) | Q(**{f"pk__{way}": key}))
    if not urgent_first:
        return beyond
    return Q(urgent=False) | (Q(urgent=True) & beyond) if urgent else Q(urgent=False) & beyond


def _write(last: Conversation) -> str:
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
