"""How an import stands, in words and figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from crm.contacts.models import Import

WORDS = {
    "new": lambda: _("new people"),
    "changed": lambda: _("people we know, completed"),
    "unchanged": lambda: _("known already, nothing new"),
    "repeated": lambda: _("more rows about the same people"),
    "refused": lambda: _("not taken"),
}
ALWAYS = frozenset({"new", "changed", "refused"})
UNDONE = {
    "gone": lambda: _("people who came with it are gone"),
    "restored": lambda: _("people are as they were before"),
    "stays": lambda: _("people stay: something happened to them since"),
}
STAYS = {
    "merged": lambda: _("merged with somebody"),
    "edited": lambda: _("changed by a colleague"),
    "identity": lambda: _("another address or number came"),
    "consent": lambda: _("they said something about permission"),
    "event": lambda: _("they did something"),
    "order": lambda: _("they bought something"),
    "message": lambda: _("we wrote to them, or they to us"),
    "conversation": lambda: _("they talked with us"),
    "preference": lambda: _("they told us more"),
    "response": lambda: _("they answered a survey"),
    "enrolment": lambda: _("they are on a journey"),
    "imported": lambda: _("another file had them too"),
    "pause": lambda: _("they paused"),
    "bulkchange": lambda: _("a colleague did something to many, and to them"),
    "picked": lambda: _("a colleague put them into a group"),
}


@dataclass(frozen=True)
class Standing:
    """`figures` are (number, what it counts); `left` is None while nobody can tell."""

    figures: list[tuple[int, str]]
    undone: list[tuple[int, str]]
    stays: list[tuple[str, int]]
    percent: int
    rate: int
    left: timedelta | None


def standing(job: Import, now: datetime) -> Standing:
    seconds = (now - job.began).total_seconds() if job.began else 0
    told = job.fraction > 0 and seconds > 1
    return Standing(
        figures=[
            (job.counts.get(name, 0), word()) for name, word in WORDS.items() if name in ALWAYS or job.counts.get(name)
        ],
        undone=[(job.counts.get(name, 0), word()) for name, word in UNDONE.items()],
        stays=[(STAYS[name]() if name in STAYS else name, number) for name, number in job.reasons.items()],
        percent=round(job.fraction * 100),
        rate=round(job.cursor / seconds) if told else 0,
        left=timedelta(seconds=seconds / job.fraction - seconds) if told else None,
    )
