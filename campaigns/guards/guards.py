"""The reasons not to send: each a pure function of the facts and the time, in one table with the classes it is for.

A guard answers None (nothing against it), Withhold (final) or Wait (tried again at `until`, or when its condition
ends). The first that answers decides; those that withhold stand before those that wait, but for what
is sold out: that counts when the message would go, because it may be there again by then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.guards.facts import Facts
from campaigns.guards.quiet import quiet_ends

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Withhold:
    why: str
    detail: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` None: until the condition ends."""

    why: str
    until: datetime | None = None
    detail: dict = field(default_factory=dict)


type Verdict = Withhold | Wait | None
type Guard = Callable[[Facts, datetime], Verdict]


def no_address(facts: Facts, now: datetime) -> Verdict:
    if facts.address or not facts.needs_address:
        return None
    return Withhold("no_address", {"channel": facts.channel})


def suppressed(facts: Facts, now: datetime) -> Verdict:
    if not facts.suppressed:
        return None
    at = facts.suppressed_at.isoformat() if facts.suppressed_at else None
    until = {"until": facts.suppressed_until.isoformat()} if facts.suppressed_until else {}
    return Withhold("suppressed", {"reason": facts.suppressed, "at": at, **until})


def no_consent(facts: Facts, now: datetime) -> Verdict:
    if facts.consent is None and not facts.asks_permission:
        return None
    if facts.consent is None:
        return Withhold("no_consent", {"topic": facts.topic})
    if not facts.consent.granted:
        return Withhold("unsubscribed", {"topic": facts.topic, "at": facts.consent.at.isoformat()})
    return None


def stopped(facts: Facts, now: datetime) -> Verdict:
    """The contact's own switch without an end."""
    return Withhold("stopped") if facts.stopped else None


def too_late(facts: Facts, now: datetime) -> Verdict:
    useful = facts.useful or facts.limits.useful
    return Withhold("too_late", {"days": useful.days}) if now - facts.due > useful else None


def everything_stopped(facts: Facts, now: datetime) -> Verdict:
    return Wait("everything_stopped") if facts.everything_stopped else None


def held(facts: Facts, now: datetime) -> Verdict:
    """A colleague holds all that comes from where this does."""
    if facts.held is None:
        return None
    known = facts.held
    return Wait("held", detail={"since": known.since.isoformat(), "by": known.by, "because": known.because})


def sender_refused(facts: Facts, now: datetime) -> Verdict:
    """Mail servers refuse whatever comes from us: until the owner has mended it."""
    return Wait("sender_refused") if facts.sender_refused else None


def warming_up(facts: Facts, now: datetime) -> Verdict:
    """The domain is new to mail servers, and today's share has left."""
    return Wait("warming_up", facts.warming_until) if facts.warming_until else None


def paused(facts: Facts, now: datetime) -> Verdict:
    return Wait("paused", facts.paused_until) if facts.paused_until and facts.paused_until > now else None


def leaving(facts: Facts, now: datetime) -> Verdict:
    """They may be leaving, and a colleague talks with them: until it is said what came of it."""
    if facts.leaving is None:
        return None
    known = facts.leaving
    return Wait("leaving", detail={"since": known.since.isoformat(), "asked": known.asked, "who": known.who})


def talking(facts: Facts, now: datetime) -> Verdict:
    if facts.talking_since is None:
        return None
    return Wait("talking", detail={"since": facts.talking_since.isoformat()})


def weekly_cap(facts: Facts, now: datetime) -> Verdict:
    """Never more than the limit in any seven days: wait until the oldest that counts falls out."""
    recent = sorted(at for at in facts.sent_this_week if at > now - WEEK)
    if len(recent) < facts.limits.weekly_cap:
        return None
    free = recent[len(recent) - facts.limits.weekly_cap] + WEEK if facts.limits.weekly_cap else None
    return Wait("weekly_cap", free, {"count": len(recent), "limit": facts.limits.weekly_cap})


def asked_recently(facts: Facts, now: datetime) -> Verdict:
    """One question in so many days: the next waits for its turn."""
    if not facts.asks or facts.asked is None:
        return None
    free = facts.asked + facts.limits.between_questions
    return Wait("asked_recently", free, {"at": facts.asked.isoformat()}) if free > now else None


def quiet_hours(facts: Facts, now: datetime) -> Verdict:
    """Quiet hours hold what we start, never an answer to what the customer did just now."""
    if facts.did_something and now - facts.did_something <= facts.limits.answering:
        return None
    ends = quiet_ends(now, facts.zone, facts.limits.quiet_from, facts.limits.quiet_until)
    return Wait("quiet_hours", ends) if ends else None


def sold_out(facts: Facts, now: datetime) -> Verdict:
    """It is about nothing but what is not to be had any more."""
    return Withhold("sold_out") if facts.sold_out else None


_EVERY = frozenset({"conversation", "security", "transactional", "marketing"})
_MARKETING = frozenset({"marketing"})
BY_ITSELF = frozenset({"transactional", "marketing"})
"""What we send by ourselves: only that can be held by its origin."""

GUARDS: tuple[tuple[Guard, frozenset[str]], ...] = (
    (no_address, _EVERY),
    (suppressed, _EVERY - {"security"}),
    (no_consent, _MARKETING),
    (stopped, _MARKETING),
    (too_late, _MARKETING),
    (everything_stopped, _MARKETING),
    (held, BY_ITSELF),
    (sender_refused, _MARKETING),
    (paused, _MARKETING),
    (leaving, _MARKETING),
    (talking, _MARKETING),
    (weekly_cap, _MARKETING),
    (asked_recently, _MARKETING),
    (warming_up, _MARKETING),
    (quiet_hours, _MARKETING),
    (sold_out, BY_ITSELF),
)
"""Which guard applies to which class of message. Receipts, security mail and staff's words pass all switches; only
a receipt that a colleague holds by its own origin waits."""

_CHANNEL_GUARDS = tuple((guard, classes) for guard, classes in GUARDS if guard in {no_address, suppressed, no_consent})


def judge(facts: Facts, now: datetime) -> Verdict:
    """The first reason against sending this message at `now`, or None."""
    return _first(GUARDS, facts, now)


def closed(facts: Facts, now: datetime) -> Verdict:
    """Why this message cannot go by this channel, though it may go by another; None if it can."""
    return _first(_CHANNEL_GUARDS, facts, now)


def _first(guards: Sequence[tuple[Guard, frozenset[str]]], facts: Facts, now: datetime) -> Verdict:
    for guard, classes in guards:
        if facts.klass in classes and (verdict := guard(facts, now)):
            return verdict
    return None
