"""The send ledger's sums: `due = waiting + sent + withheld + failed + unknown`, per origin and per day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.dialogue.models import LedgerCheck, Message
from engage.lib import sql

State = Message.State

TERMS: dict[str, tuple[str, ...]] = {
    "waiting": (State.QUEUED, State.CLAIMED, State.WAITING),
    "sent": (State.ACCEPTED, State.KEPT, State.DELIVERED),
    "withheld": (State.WITHHELD,),
    "failed": (State.FAILED, State.BOUNCED),
    "unknown": (State.UNKNOWN,),
}
"""Each state of an outgoing message stands in exactly one term. In Test, "sent" is called kept in the Outbox."""


@dataclass(frozen=True, slots=True)
class Sums:
    origin: str
    label: str
    due: int
    waiting: int
    sent: int
    withheld: int
    failed: int
    unknown: int
    kept: int

    @property
    def accounted(self) -> int:
        return self.waiting + self.sent + self.withheld + self.failed + self.unknown

    @property
    def adds_up(self) -> bool:
        return self.due == self.accounted


@dataclass(frozen=True, slots=True)
class Day:
    """One day's decisions, in UTC, of all that spoke or of one origin, and what became of them by now. `wrong`: so many
    origins do not add up on that day."""

    day: date
    due: int
    waiting: int
    sent: int
    withheld: int
    failed: int
    unknown: int
    kept: int
    wrong: int

    @property
    def gone(self) -> int:
        """Sent in earnest; what Test keeps in the Outbox is never called sent."""
        return self.sent - self.kept

    @property
    def adds_up(self) -> bool:
        return not self.wrong


def sums(origins: Iterable[str] | None = None) -> list[Sums]:
    """The sums of these origins, or of all. One query.

    `due` is what was decided, written with the decisions; the terms are counted from the messages. An origin that
    has messages and owes nothing is listed too.
    """
    chosen = None if origins is None else list(origins)
    query = f"""
        WITH counted AS (
            SELECT origin, {_COUNTS} FROM crm_dialogue_message
            WHERE direction = 'out' AND (%(all)s OR origin = ANY(%(chosen)s)) GROUP BY origin
        )
        SELECT origin, COALESCE(o.label, ''), COALESCE(o.due, 0), {_COUNTED}
        FROM counted FULL JOIN (
            SELECT * FROM crm_dialogue_occasion WHERE %(all)s OR origin = ANY(%(chosen)s)
        ) AS o USING (origin) ORDER BY origin
        """  # noqa: S608 only names of ours
    found = sql.rows(query, {"all": chosen is None, "chosen": chosen or []})
    return [Sums(*row) for row in found]


def days(*, since: date | None = None, origin: str = "") -> list[Day]:
    """The sums of each day, the latest first: of all days or since one, of all that speaks or one origin. One query,
    which reads the messages of these days."""
    summed = ", ".join(f"sum({name})::bigint" for name in ("due", *TERMS, "kept"))
    query = f"""
        WITH joined AS ({_by_day(since, origin)})
        SELECT day, {summed}, count(*) FILTER (WHERE due <> {_ACCOUNTED})
        FROM joined GROUP BY day ORDER BY day DESC
        """  # noqa: S608 only names of ours
    return [Day(*row) for row in sql.rows(query, {"since": since, "origin": origin})]


def wrong_days() -> list[tuple[date, str, int, int]]:
    """What does not add up on a day: the day, the origin, due and accounted for. One query, over everything."""
    query = f"""
        WITH joined AS ({_by_day(None, "")})
        SELECT day, origin, due, {_ACCOUNTED} FROM joined WHERE due <> {_ACCOUNTED} ORDER BY day, origin
        """  # noqa: S608 only names of ours
    return [(day, origin, due, accounted) for day, origin, due, accounted in sql.rows(query)]


def _by_day(since: date | None, origin: str) -> str:
    """SQL of each origin's sums for each day."""
    of_day = "day >= %(since)s" if since else "TRUE"
    received = "received >= %(since)s::timestamp AT TIME ZONE 'UTC'" if since else "TRUE"
    of_origin = "origin = %(origin)s" if origin else "TRUE"
    return f"""
        SELECT day, origin, COALESCE(d.due, 0) AS due, {_COUNTED}
        FROM (
            SELECT (received AT TIME ZONE 'UTC')::date AS day, origin, {_COUNTS} FROM crm_dialogue_message
            WHERE direction = 'out' AND {received} AND {of_origin} GROUP BY 1, 2
        ) AS counted FULL JOIN (
            SELECT day, origin, due FROM crm_dialogue_occasionday WHERE {of_day} AND {of_origin}
        ) AS d USING (day, origin)
    """  # noqa: S608 only names of ours


_COUNTS = ", ".join(
    f"count(*) FILTER (WHERE state IN ({', '.join(f"'{state}'" for state in states)})) AS {term}"
    for term, states in (TERMS | {"kept": (State.KEPT,)}).items()
)
_COUNTED = ", ".join(f"COALESCE({name}, 0) AS {name}" for name in (*TERMS, "kept"))
_ACCOUNTED = f"({' + '.join(TERMS)})"


CHECKS_KEPT = timedelta(days=30)


def check(*, at: datetime) -> LedgerCheck:
    """Add up everything, of all time and of each day, and note what does not come out; so are the checks before, for
    30 days. Four queries."""
    found = sums()
    labels = {one.origin: one.label for one in found}
    wrong: list[dict[str, object]] = [
        {"origin": origin, "label": labels.get(origin, ""), "due": due, "accounted": accounted, "day": day.isoformat()}
        for day, origin, due, accounted in wrong_days()
    ]
    named = {one["origin"] for one in wrong}
    wrong += [
        {"origin": one.origin, "label": one.label, "due": one.due, "accounted": one.accounted}
        for one in found
        if not one.adds_up and one.origin not in named
    ]
    LedgerCheck.objects.filter(at__lt=at - CHECKS_KEPT).delete()
    return LedgerCheck.objects.create(at=at, wrong=wrong)


def last_check() -> LedgerCheck | None:
    """The latest, or None before the first night. One query."""
    return LedgerCheck.objects.order_by("-at").first()
