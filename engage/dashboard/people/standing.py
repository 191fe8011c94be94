"""How an act on many stands, in words and figures."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from campaigns.journeys.entering import WhyNot
from crm.lists.acts.memory import FORGOTTEN
from crm.lists.acts.pauses import LONGER, OWN_WORD
from crm.lists.models import BulkAct
from crm.lists.running import GONE

LEFT = {
    GONE: lambda n: _("%(n)s not there any more.") % {"n": n},
    OWN_WORD: lambda n: _("%(n)s left as they are: they paused or stopped themselves.") % {"n": n},
    LONGER: lambda n: _("%(n)s left as they are: their pause lasts longer.") % {"n": n},
    FORGOTTEN: lambda n: _("%(n)s left as they are: they had us forget it.") % {"n": n},
    WhyNot.NOT_RUNNING: lambda n: _("%(n)s did not begin: the journey did not run.") % {"n": n},
    WhyNot.RULE: lambda n: _("%(n)s did not begin: it is not for them.") % {"n": n},
    WhyNot.NO_THING: lambda n: _("%(n)s did not begin: it was not said what it is about.") % {"n": n},
    WhyNot.ON_IT: lambda n: _("%(n)s did not begin: they are on it now.") % {"n": n},
    WhyNot.ONCE: lambda n: _("%(n)s did not begin: they were on it already.") % {"n": n},
    WhyNot.TOO_SOON: lambda n: _("%(n)s did not begin: they were on it not long ago.") % {"n": n},
    WhyNot.FULL: lambda n: _("%(n)s did not begin: so many a day are the limit.") % {"n": n},
}


@dataclass(frozen=True)
class Standing:
    """`figures` are (number, what it counts); `left` is None while nobody can tell."""

    figures: list[tuple[int, str]]
    remarks: list[str]
    percent: int
    left: timedelta | None


def standing(job: BulkAct, now: datetime) -> Standing:
    seconds = (now - job.began).total_seconds() if job.began else 0
    told = job.fraction > 0 and seconds > 1
    changed, looked_at = job.counts.get("changed", 0), job.counts.get("looked_at", 0)
    figures = [(changed, _("people changed")), (looked_at - changed, _("had nothing to change, or were left"))]
    if job.undone:
        figures = [
            (job.counts.get("back", 0), _("people are as they were before")),
            (job.counts.get("stays", 0), _("stay: somebody changed it since")),
        ]
    return Standing(
        figures,
        left_words(Counter(job.reasons)),
        round(job.fraction * 100),
        timedelta(seconds=seconds / job.fraction - seconds) if told else None,
    )


def left_words(reasons: Counter[str]) -> list[str]:
    """Why some were left as they are, for how many."""
    return [LEFT[reason](f"{number:,}") for reason, number in reasons.items() if reason in LEFT]
