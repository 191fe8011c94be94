"""Reads on journeys: lists, one journey, who is on it, and what the walking belt counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from campaigns.journeys.asking import shop_time
from campaigns.journeys.compiled import origin, versions
from campaigns.journeys.definition import Definition, Send, Wait
from campaigns.journeys.models import Enrolment, Journey, ShadowMessage, StepTally, Visit
from campaigns.journeys.moments.asked import occurrences
from campaigns.surveys.forgetting import speaks_of
from campaigns.surveys.models import Survey
from crm.dialogue.ledger import Sums, sums
from engage.lib import sql

RECENTLY = timedelta(days=30)
FEW = 8


def journeys(states: Collection[str], *, at: datetime) -> QuerySet[Journey]:
    """Journeys in these states, by name, with `on_it` now and `begun` in the last 30 days. One query."""
    in_shadow = ExpressionWrapper(Q(journey__state=Journey.State.SHADOW), output_field=BooleanField())
    walks = Enrolment.objects.filter(journey=OuterRef("pk"), shadow=in_shadow)
    on_it, begun = walks.filter(state=Enrolment.State.ACTIVE), walks.filter(began__gt=at - RECENTLY)
    found = Journey.objects.filter(state__in=states).select_related("current", "campaign")
    return found.annotate(on_it=_count(on_it), begun=_count(begun)).order_by("name", "id")


def walks_of(journey: Journey) -> QuerySet[Enrolment]:
    """While it is in shadow, those that began it since; else those that are real."""
    if journey.state == Journey.State.SHADOW:
        return Enrolment.objects.filter(journey=journey, shadow=True, began__gte=journey.state_at)
    return Enrolment.objects.filter(journey=journey, shadow=False)


@dataclass(frozen=True, slots=True)
class StepCounts:
    """`visited` ever; of them `standing` are there now, and `left` says how many left the journey there, by outcome:
    all others went through. `said` are the ledger's sums of a message step; in shadow, `unsent` says of its messages
    how many would have gone, and how many not, or not yet."""

    visited: int = 0
    standing: int = 0
    left: Mapping[str, int] = field(default_factory=dict)
    said: Sums | None = None
    unsent: tuple[int, int] | None = None

    @property
    def through(self) -> int:
        return self.visited - self.standing - sum(self.left.values())

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why people left there, in words, the most first."""
        words = dict(Enrolment.Outcome.choices)
        return sorted(((str(words[how]), count) for how, count in self.left.items()), key=lambda one: (-one[1], one[0]))

    @property
    def left_the_house(self) -> int:
        """Sent for good: what Test keeps in the Outbox is not."""
        return self.said.sent - self.said.kept if self.said else 0


def step_counts(journey: Journey, definition: Definition) -> dict[str, StepCounts]:
    """For each step of this definition, over all versions that have a step of that name. Three queries."""
    tallies = StepTally.objects.filter(version__journey=journey, shadow=journey.state == Journey.State.SHADOW)
    visited = dict(tallies.values_list("step").annotate(visits=Sum("visits")))
    standing, left = _still_there_or_left(journey)
    origins = {send.id: origin(journey.uid, send.id) for send in definition.all(Send)}
    in_shadow = journey.state == Journey.State.SHADOW
    said = {} if in_shadow else {row.origin: row for row in sums(origins.values())}
    unsent = _unsent(journey) if in_shadow else {}
    return {
        id: StepCounts(
            visited=visited.get(id, 0),
            standing=standing.get(id, 0) if isinstance(step, Wait) else 0,
            left=left.get(id, {}),
            said=said.get(origins.get(id, "")),
            unsent=unsent.get(id),
        )
        for id, step in definition.steps.items()
    }


def _unsent(journey: Journey) -> dict[str, tuple[int, int]]:
    """Of a journey in shadow, by step: messages that would have gone, and those that would not, or not yet. One
    query."""
    messages = ShadowMessage.objects.filter(enrolment__in=walks_of(journey).order_by().values("pk"))
    went = Count("pk", filter=Q(went__isnull=False))
    found = messages.values_list("step").annotate(went=went, all=Count("pk")).order_by()
    return {step: (went, count - went) for step, went, count in found}


def _still_there_or_left(journey: Journey) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """By step, how many stand there, and how many left there, by outcome. One query."""
    standing: dict[str, int] = {}
    left: dict[str, dict[str, int]] = {}
    found = walks_of(journey).filter(visit__gt=0).exclude(outcome=Enrolment.Outcome.FINISHED)
    for step, outcome, people in found.values_list("step", "outcome").annotate(people=Count("id")).order_by():
        if outcome:
            left.setdefault(step, {})[outcome] = people
        else:
            standing[step] = people
    return standing, left


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people are on a journey now, and how those who left it did so."""

    on_it: int
    goal: int
    finished: int
    left: int
    failed: int


def totals(journey: Journey) -> Totals:
    """One query."""
    counts = dict(walks_of(journey).values_list("outcome").annotate(people=Count("id")))
    outcome = Enrolment.Outcome
    return Totals(
        on_it=counts.get("", 0),
        goal=counts.get(outcome.GOAL, 0),
        finished=counts.get(outcome.FINISHED, 0),
        left=sum(
            counts.get(how, 0)
            for how in (outcome.STOPPED, outcome.TAKEN_OFF, outcome.LED_OFF, outcome.MERGED, outcome.STALE)
        ),
        failed=counts.get(outcome.FAILED, 0),
    )


@dataclass(frozen=True, slots=True)
class Entries:
    """How many began today, of how many at most; how often somebody did not because of that, today and recently."""

    limit: int
    begun: int
    over: int
    over_recently: int


def entries(journey: Journey, limit: int, *, at: datetime) -> Entries:
    """One query."""
    today = shop_time(at).date()
    days = {day.day: day for day in journey.entry_days.filter(day__gt=today - RECENTLY)}
    now = days.get(today)
    return Entries(limit, now.begun if now else 0, now.over if now else 0, sum(day.over for day in days.values()))


def people_on(journey: Journey, *, active: bool) -> QuerySet[Enrolment]:
    """Who is on it, or who was; the latest first."""
    state = Enrolment.State.ACTIVE if active else Enrolment.State.ENDED
    found = walks_of(journey).filter(state=state).select_related("contact", "journey", "wait")
    return found.order_by("-began", "-id")


def path_of(enrolment: Enrolment) -> list[Visit]:
    """What was decided, in order. One query."""
    return list(enrolment.visits.order_by("number"))


def failed_since(since: datetime, reason: str) -> int:
    """How many walks ended for this fault of ours. One query."""
    return Enrolment.objects.filter(outcome=Enrolment.Outcome.FAILED, ended__gte=since, reason=reason).count()


def walked_since(since: datetime) -> int:
    """How many steps were walked. One query, on the newest blocks only."""
    return Visit.objects.filter(at__gte=since).count()


def _count(found: QuerySet) -> Coalesce:
    counted = found.order_by().values("journey").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counted), 0)


def names() -> tuple[tuple[str, str], ...]:
    """Every journey that people may have begun, as (public id, name): what a rule may speak of. One query."""
    begun = Journey.objects.exclude(current=None).order_by("name", "id")
    return tuple((str(uid), name) for uid, name in begun.values_list("uid", "name"))


def looked_for() -> frozenset[str]:
    """The names of all events that journeys which run, also in shadow, look for to begin, to reach their goal or to
    end a wait. One query, and one more after something was published."""
    running = [Journey.State.LIVE, Journey.State.SHADOW]
    live = Journey.objects.filter(state__in=running).exclude(current=None).values_list("current_id", flat=True)
    return frozenset(
        occurrence.event
        for version in versions(list(live)).values()
        for _path, occurrence in occurrences(version.definition)
    )


def step_names(journey: Journey) -> frozenset[str]:
    """Names that steps of its versions have: what is counted under them is theirs. One query."""
    found = journey.versions.values_list("definition__steps", flat=True)
    return frozenset(name for steps in found if isinstance(steps, dict) for name in steps)


def walks_by(contact: int, journey: Journey) -> list[Enrolment]:
    """How this person walked it, the latest first. One query."""
    found = walks_of(journey).filter(contact=contact).select_related("journey", "contact", "wait")
    return list(found.order_by("-began", "-id")[:FEW])


def running() -> list[int]:
    """The versions that people begin with now, of journeys that are live. One query."""
    found = Journey.objects.filter(state=Journey.State.LIVE).exclude(current=None).order_by("name", "id")
    return [current for current in found.values_list("current_id", flat=True) if current]


@dataclass(frozen=True, slots=True)
class Standing:
    """So many people whose wait at this step is over within the same hour."""

    version: int
    step: str
    over: datetime
    people: int


def waits_ending(until: datetime, most: int) -> list[Standing]:
    """Who waits on a running journey, by where and until when, of the `most` waits that end first. One query."""
    rows = sql.rows(
        """
        SELECT walk.version_id, walk.step, date_trunc('hour', wait.until), count(*)
        FROM (
            SELECT enrolment_id, until FROM campaigns_journeys_duewait
            WHERE NOT parked AND due < %(until)s AND met IS NULL ORDER BY due LIMIT %(most)s
        ) AS wait
        JOIN campaigns_journeys_enrolment AS walk ON walk.id = wait.enrolment_id AND NOT walk.shadow
        JOIN campaigns_journeys_journey AS journey ON journey.id = walk.journey_id AND journey.state = 'live'
        WHERE wait.until < %(until)s GROUP BY 1, 2, 3
        """,
        {"until": until, "most": most},
    )
    return [Standing(*row) for row in rows]


def speaking_of(survey: Survey) -> list[str]:
    """In words, the journeys whose draft asks the survey or goes by its answers. One query."""
    texts = {"draft_text": Cast("draft", TextField()), "fields_text": Cast("fields", TextField())}
    found = Journey.objects.annotate(**texts).filter(speaks_of(survey, "draft") | speaks_of(survey, "fields"))
    return [_("the journey “{name}”").format(name=name) for name in found.order_by("pk").values_list("name", flat=True)]
