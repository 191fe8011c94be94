"""What a backtest found, as its page shows it: a chart over time, sums, reasons, and people to look at."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.journeys.backtest import tallies
from campaigns.journeys.definition import Definition
from campaigns.journeys.describe import lines
from campaigns.journeys.models import Backtest, Journey
from campaigns.journeys.parse import InvalidDefinition, parse
from crm.contacts.models import Contact
from engage.dashboard.journeys.verdicts import FATES, most, reason

MOST_OF_A_BAR = 24
BOUNDS = {tallies.NOBODY: gettext_lazy("If nobody reacts"), tallies.EVERYBODY: gettext_lazy("If everybody reacts")}


@dataclass(frozen=True)
class Bound:
    """One of the two cases. `bars` are (label, went, held back, url); `steps` are (words, visits); `reasons` are
    (words, messages, url)."""

    name: str
    finding: str
    bars: list[tuple[str, int, int, str]]
    steps: list[tuple[str, int]]
    fates: list[tuple[str, int]]
    reasons: list[tuple[str, int, str]]
    others: list[tuple[str, int]]
    entered: int
    people: int
    anyway: int


def definition_of(job: Backtest) -> Definition | None:
    """None where it can no longer be read."""
    try:
        return parse(job.definition)
    except InvalidDefinition:
        return None


def bound_of(job: Backtest, name: str, definition: Definition | None) -> Bound:
    bound = job.result["bounds"][name]
    words = {line.step.id: f"{line.number}. {line.text}" for line in lines(definition)} if definition else {}
    names: dict[str, str] = {f"journey:{uid}": called for uid, called in Journey.objects.values_list("uid", "name")}
    return Bound(
        name=str(BOUNDS[name]) if job.result["depends"] else "",
        finding=_finding(bound, bool(definition and definition.goal)),
        bars=_bars(job, bound["days"], linked=name == tallies.NOBODY),
        steps=[(text, bound["steps"].get(step, 0)) for step, text in words.items()],
        fates=[(str(FATES[fate]), bound["fates"][fate]) for fate in FATES if fate in bound["fates"]],
        reasons=[
            (reason(why), count, f"?why={why}#examples" if name == tallies.NOBODY else "")
            for why, count in most(bound["reasons"].items())
        ],
        others=most(
            (str(names.get(key) or _("a journey that is gone")), count) for key, count in bound["others"].items()
        ),
        entered=bound["entered"],
        people=bound["people"],
        anyway=bound["anyway"],
    )


def _finding(bound: tallies.Counts, has_goal: bool) -> str:
    """The title is what was found."""
    count = bound["people"]
    found = ngettext(
        "{count} person, at most {peak} a day, {held} held",
        "{count} people, at most {peak} a day, {held} held",
        count,
    )
    text = found.format(count=count, peak=tallies.peak(bound), held=tallies.held(bound))
    return _("{found}; {anyway} came back anyway").format(found=text, anyway=bound["anyway"]) if has_goal else text


def examples_of(job: Backtest, begin: str, why: str) -> dict:
    """Some of the people: of the month or week that begins on that day, of a reason, or of all."""
    if why and why in job.result["because"]:
        uids, words = job.result["because"][why], _("Held: {reason}").format(reason=reason(why))
    elif begin and (found := [(day, uids) for day, uids in job.result["on"].items() if _named(job, day) == begin]):
        uids = sorted({uid for _day, some in found for uid in some})[:MOST_OF_A_BAR]
        words = _("From {day}").format(day=date_format(date.fromisoformat(found[0][0]), "F Y"))
    else:
        uids, words = job.result["examples"], ""
    people = Contact.objects.filter(uid__in=uids, merged_into=None, erased=None).order_by("pk")
    return {"examples": people, "examples_of": words}


def _named(job: Backtest, day: str) -> str:
    return _bucket(date.fromisoformat(day), _by_month(job)).isoformat()


def _by_month(job: Backtest) -> bool:
    return (job.until - job.since).days > 100


def _bars(job: Backtest, days: dict[str, list[int]], *, linked: bool) -> list[tuple[str, int, int, str]]:
    """Months of a long time, else weeks, each from its first day, and with the way to some of its people."""
    first, last = job.since.date(), job.until.date()
    by_month = _by_month(job)
    sums: dict[date, list[int]] = {}
    day = first
    while day <= last:
        sums.setdefault(_bucket(day, by_month), [0, 0])
        day += timedelta(days=1)
    for text, (went, held) in days.items():
        pair = sums.setdefault(_bucket(date.fromisoformat(text), by_month), [0, 0])
        pair[0] += went
        pair[1] += held
    format_ = "M" if by_month else "j M"
    return [
        (date_format(day, format_), went, held, f"?from={day}#examples" if linked and went + held else "")
        for day, (went, held) in sorted(sums.items())
    ]


def _bucket(day: date, by_month: bool) -> date:
    return day.replace(day=1) if by_month else day - timedelta(days=day.weekday())
