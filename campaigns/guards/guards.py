"""The reasons not to send: each a pure function of the facts and the time, in one table with the classes it is for.

A guard answers None (nothing against it), Withhold (final) or Wait (tried again at `until`, or when its condition
ends). The first that answers decides; those that withhold stand before those that wait.
"""

from collections.abc import Callable
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
    return None if facts.address else Withhold("no_address")


def suppressed(facts: Facts, now: datetime) -> Verdict:
    if not facts.suppressed:
        return None
    at = facts.suppressed_at.isoformat() if facts.suppressed_at else None
    return Withhold("suppressed", {"reason": facts.suppressed, "at": at})


def no_consent(facts: Facts, now: datetime) -> Verdict:
    if facts.consent is None:
        return Withhold("no_consent", {"topic": facts.topic})
    if not facts.consent.granted:
        return Withhold("unsubscribed", {"topic": facts.topic, "at": facts.consent.at.isoformat()})
    return None


def stopped(facts: Facts, now: datetime) -> Verdict:
    """The contact's own switch without an end."""
    return Withhold("stopped") if facts.stopped else None


def too_late(facts: Facts, now: datetime) -> Verdict:
    days = facts.limits.useful.days
    return Withhold("too_late", {"days": days}) if now - facts.due > facts.limits.useful else None


def everything_stopped(facts: Facts, now: datetime) -> Verdict:
    return Wait("everything_stopped") if facts.everything_stopped else None


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


_EVERY = frozenset({"conversation", "security", "transactional", "marketing"})
_MARKETING = frozenset({"marketing"})

GUARDS: tuple[tuple[Guard, frozenset[str]], ...] = (
    (no_address, _EVERY),
    (suppressed, _EVERY - {"security"}),
    (no_consent, _MARKETING),
    (stopped, _MARKETING),
    (too_late, _MARKETING),
    (everything_stopped, _MARKETING),
    (paused, _MARKETING),
    (leaving, _MARKETING),
    (talking, _MARKETING),
    (weekly_cap, _MARKETING),
    (asked_recently, _MARKETING),
    (quiet_hours, _MARKETING),
)
"""Which guard applies to which class of message. Receipts, security mail and staff's words pass all switches."""


def judge(facts: Facts, now: datetime) -> Verdict:
    """The first reason against sending this message at `now`, or None."""
    for guard, classes in GUARDS:
        if facts.klass in classes and (verdict := guard(facts, now)):
            return verdict
    return None
