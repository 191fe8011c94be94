"""What a broadcast waits for: nothing is "going out" without moving and without saying why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.pacing import Used, allowed, next_at
from campaigns.broadcasts.queueing import looks_through
from campaigns.broadcasts.reaching import EVERY
from campaigns.broadcasts.releasing import halted, pace_of
from campaigns.guards.reasons import NAMES_OF_WAITS
from engage.lib import sql

State = Broadcast.State
MOST = 10_000
"""Nobody needs to know how far above this a number is, and counting it would cost."""


@dataclass(frozen=True, slots=True)
class Cause:
    """`code` for programs; `number` of messages concerned, MOST for more; `until` when it is known; `detail` a word."""

    code: str
    number: int = 0
    until: datetime | None = None
    detail: str = ""

    @property
    def words(self) -> str:
        return _WORDS[self.code](self)

    @property
    def many(self) -> str:
        return _("more than {n}").format(n=f"{MOST:,}") if self.number >= MOST else f"{self.number:,}"


def causes(broadcast: Broadcast, *, at: datetime) -> list[Cause]:
    """What it waits for, the weightiest first; empty while it moves by itself, and where it is over. Five queries at
    most."""
    match broadcast.state:
        case State.SCHEDULED if broadcast.starts is None:
            return [Cause("first_not_done", detail=broadcast.follows.name if broadcast.follows else "")]
        case State.SCHEDULED | State.STARTING:
            return [Cause(broadcast.state, until=broadcast.starts)]
        case State.PAUSED if broadcast.brake:
            return [Cause(f"brake_{broadcast.brake}")]
        case State.PAUSED:
            return [Cause("paused", detail=broadcast.state_by)]
        case State.RUNNING:
            return list(_running(broadcast, at))
        case State.CANCELLED if broadcast.finished is None:
            return [Cause("cancelling")]
    return []


def _running(broadcast: Broadcast, at: datetime) -> Iterator[Cause]:
    if broadcast.problem:
        yield Cause("unbalanced" if broadcast.problem == "unbalanced" else "fault", detail=broadcast.problem)
    if why := halted(broadcast):
        yield Cause(why)
    if broadcast.probe:
        yield Cause("unreachable", until=datetime.fromtimestamp(broadcast.probe["at"], UTC) + EVERY)
    if looks_through(broadcast):
        yield Cause("queueing", broadcast.due)
        return
    ready, later, rest, soonest = _turns(broadcast, at)
    pace, used = pace_of(broadcast), Used(broadcast.paced, broadcast.batch_left)
    if ready and allowed(pace, used, at) == 0:
        yield Cause("throttle", ready, next_at(pace, used, at))
    if later:
        yield Cause("later", later, soonest)
    if rest and not broadcast.winner:
        yield Cause("winner", rest, broadcast.decide_at)
    for why, number, until in sql.rows(_WAITING, [broadcast.origin, MOST]):
        yield Cause("waiting", number, until, why)


def _turns(broadcast: Broadcast, at: datetime) -> tuple[int, int, int, datetime | None]:
    """Turns that have come, that come later, that wait for the winner; and when the first of the later ones comes."""
    rest = bool(broadcast.winner)
    params = {"broadcast": broadcast.pk, "at": at, "rest": rest, "most": MOST}
    (found,) = sql.rows(_TURNS, params)
    return found


_TURNS = """
    SELECT (SELECT count(*) FROM (SELECT FROM campaigns_broadcasts_turn WHERE broadcast_id = %(broadcast)s
            AND rest <= %(rest)s AND due <= %(at)s LIMIT %(most)s) AS r),
        (SELECT count(*) FROM (SELECT FROM campaigns_broadcasts_turn WHERE broadcast_id = %(broadcast)s
            AND rest <= %(rest)s AND due > %(at)s LIMIT %(most)s) AS l),
        (SELECT count(*) FROM (SELECT FROM campaigns_broadcasts_turn WHERE broadcast_id = %(broadcast)s
            AND rest LIMIT %(most)s) AS w),
        (SELECT min(due) FROM campaigns_broadcasts_turn WHERE broadcast_id = %(broadcast)s
            AND rest <= %(rest)s AND due > %(at)s)
"""

_WAITING = """
    SELECT why, count(*), min(until) FROM (
        SELECT why, until FROM crm_dialogue_message
        WHERE direction = 'out' AND origin = %s AND state = 'waiting' LIMIT %s) AS m
    GROUP BY why ORDER BY count(*) DESC, why
"""


def _waiting(cause: Cause) -> str:
    words = ngettext("{n} waits: {why}.", "{n} wait: {why}.", cause.number)
    return words.format(n=cause.many, why=NAMES_OF_WAITS.get(cause.detail, cause.detail))


def _people(one: str, many: str):
    return lambda cause: ngettext(one, many, cause.number).format(n=cause.many)


_WORDS = {
    "scheduled": lambda c: _("It is put down for later."),
    "starting": lambda c: _("It starts in a moment; until then it can be cancelled."),
    "first_not_done": lambda c: _("It waits until “{name}” is done.").format(name=c.detail),
    "paused": lambda c: _("{who} paused it.").format(who=c.detail),
    "brake_complaints": lambda c: _("It paused itself: people marked it as spam."),
    "brake_bounces": lambda c: _("It paused itself: too many addresses do not exist."),
    "cancelling": lambda c: _("It is being cancelled."),
    "fault": lambda c: _("Something in our program failed ({fault}). It is tried again.").format(fault=c.detail),
    "unbalanced": lambda c: _("Nothing waits any more, and the sums do not agree: it is not called done."),
    "everything_stopped": lambda c: _("Everything is paused."),
    "belt_stopped": lambda c: _("Sending stopped itself, because something is wrong: look at Health."),
    "queueing": _people("Its people are being gathered: {n} so far.", "Its people are being gathered: {n} so far."),
    "throttle": _people("{n} has their turn later, by the throttle.", "{n} have their turn later, by the throttle."),
    "later": _people("{n} has their turn at another hour.", "{n} have their turn at another hour."),
    "winner": _people(
        "{n} waits until it shows which version is better.", "{n} wait until it shows which version is better."
    ),
    "held": lambda c: _("A colleague holds it."),
    "unreachable": lambda c: _("The mail server cannot be reached. A few messages try again each minute."),
    "sender_stopped": lambda c: _("Mail servers refuse whatever comes from us: marketing waits until that is mended."),
    "waiting": _waiting,
}
