"""Backtest: what the draft would have done, counted, and one person's simulated path."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.guards.reasons import NAMES
from campaigns.journeys.backtest import tallies
from campaigns.journeys.backtest.actions import AlreadyRunning, begin
from campaigns.journeys.backtest.history import people
from campaigns.journeys.backtest.simulation import Journeyed, simulate
from campaigns.journeys.definition import Definition
from campaigns.journeys.describe import lines, sentence
from campaigns.journeys.models import Backtest, Journey
from campaigns.journeys.parse import InvalidDefinition, parse
from crm.contacts.models import Contact
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

PERIODS = (("12", gettext_lazy("12 months")), ("3", gettext_lazy("3 months")), ("1", gettext_lazy("1 month")))
BOUNDS = {tallies.NOBODY: gettext_lazy("If nobody reacts"), tallies.EVERYBODY: gettext_lazy("If everybody reacts")}
WAITS = {
    "everything_stopped": gettext_lazy("everything was paused"),
    "paused": gettext_lazy("paused by themselves"),
    "talking": gettext_lazy("talking with us"),
    "weekly_cap": gettext_lazy("enough messages that week"),
    "asked_recently": gettext_lazy("asked something a short while before"),
    "quiet_hours": gettext_lazy("quiet hours"),
}
FATES = {
    "went": gettext_lazy("went at once"),
    "later": gettext_lazy("went later"),
    "withheld": gettext_lazy("withheld"),
    "dropped": gettext_lazy("dropped"),
    "waiting": gettext_lazy("still waiting at the end"),
}


class PeriodForm(forms.Form):
    months = forms.ChoiceField(label=gettext_lazy("Over the last"), choices=PERIODS, initial="12")


@dataclass(frozen=True)
class Bound:
    """One of the two cases. `bars` are (label, went, held back); `steps` are (words, visits)."""

    name: str
    finding: str
    bars: list[tuple[str, int, int]]
    steps: list[tuple[str, int]]
    fates: list[tuple[str, int]]
    reasons: list[tuple[str, int]]
    others: list[tuple[str, int]]
    entered: int
    people: int
    anyway: int


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def backtest_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Choose a time, or find those that were done."""
    found = journey_or_404(uid)
    form = PeriodForm(request.POST or None)
    context = {"journey": found, "form": form, "earlier": found.backtests.order_by("-pk").defer("result")[:5]}
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        since = now - timedelta(days=365 * int(form.cleaned_data["months"]) // 12)
        try:
            job = begin(found, since=since, until=now, by=str(request.user), at=now)
        except InvalidDefinition as error:
            return render(request, "journeys/backtest_form.html", context | {"problems": error.problems}, status=400)
        except AlreadyRunning:
            toast(request, _("One of this journey is under way already."), wrong=True)
            job = found.backtests.get(state=Backtest.State.RUNNING)
        return redirect("backtest", uid, job.uid)
    return render(request, "journeys/backtest_form.html", context, status=400 if form.is_bound else 200)


@require_GET
@role("owner", "marketer")
def backtest(request: StaffRequest, uid: UUID, backtest: UUID) -> HttpResponse:
    """How far it is, or what it found."""
    job = _backtest_or_404(uid, backtest)
    context = {"journey": job.journey, "job": job, "percent": round(job.fraction * 100)}
    if job.state == Backtest.State.DONE:
        definition = _definition(job)
        context |= {
            "bounds": [_bound(job, name, definition) for name in job.result["bounds"]],
            "depends": job.result["depends"],
            "examples": Contact.objects.filter(uid__in=job.result["examples"], merged_into=None).order_by("pk"),
            "goal": bool(definition and definition.goal),
            "changed": job.journey.draft != job.definition,
        }
    return render(request, "journeys/backtest.html", context)


@require_GET
@role("owner", "marketer")
def backtest_person(request: StaffRequest, uid: UUID, backtest: UUID, person: UUID) -> HttpResponse:
    """The simulated walks of one person, if nobody reacts."""
    job = _backtest_or_404(uid, backtest)
    contact = get_object_or_404(Contact, uid=person, merged_into=None)
    definition = _definition(job)
    if definition is None:
        raise Http404
    name = f"journey:{job.journey.uid}"
    found = people(definition, [contact.pk], since=job.since, until=job.until, besides=name)
    walks = [walk for one in found for walk in simulate(definition, one, job.until, origin=name, reacts=False)]
    context = {"journey": job.journey, "job": job, "contact": contact, "walks": [list(_path(walk)) for walk in walks]}
    return render(request, "journeys/backtest_person.html", context)


def _path(walk: Journeyed) -> Iterator[dict]:
    """Each visit in words, with what became of its message."""
    messages = iter(walk.messages)
    for at, decision in walk.decided:
        line = {"at": at, "text": sentence(decision.step), "number": decision.visit, "fate": "", "why": ""}
        if decision.kind == "send":
            message = next(messages)
            line |= {"fate": FATES[message.fate], "why": _reason(message.why), "went": message.went}
        elif decision.kind == "branch":
            line["fate"] = _("yes") if decision.record()["answer"] else _("no")
        elif decision.kind == "end" and decision.record()["goal"]:
            line |= {"text": _("Did what the journey is for.")}
        yield line


def _bound(job: Backtest, name: str, definition: Definition | None) -> Bound:
    bound = job.result["bounds"][name]
    words = {line.step.id: f"{line.number}. {line.text}" for line in lines(definition)} if definition else {}
    names: dict[str, str] = {f"journey:{uid}": called for uid, called in Journey.objects.values_list("uid", "name")}
    return Bound(
        name=str(BOUNDS[name]) if job.result["depends"] else "",
        finding=_finding(bound, bool(definition and definition.goal)),
        bars=_bars(job, bound["days"]),
        steps=[(text, bound["steps"].get(step, 0)) for step, text in words.items()],
        fates=[(str(FATES[fate]), bound["fates"][fate]) for fate in FATES if fate in bound["fates"]],
        reasons=_most((_reason(why), count) for why, count in bound["reasons"].items()),
        others=_most(
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


def _bars(job: Backtest, days: dict[str, list[int]]) -> list[tuple[str, int, int]]:
    """Months of a long time, else weeks, each from its first day."""
    first, last = job.since.date(), job.until.date()
    by_month = (last - first).days > 100
    sums: dict[date, list[int]] = {}
    day = first
    while day <= last + timedelta(days=1):
        sums.setdefault(_bucket(day, by_month), [0, 0])
        day += timedelta(days=1)
    for text, (went, held) in days.items():
        pair = sums.setdefault(_bucket(date.fromisoformat(text), by_month), [0, 0])
        pair[0] += went
        pair[1] += held
    format_ = "M" if by_month else "j M"
    return [(date_format(day, format_), went, held) for day, (went, held) in sorted(sums.items())]


def _bucket(day: date, by_month: bool) -> date:
    return day.replace(day=1) if by_month else day - timedelta(days=day.weekday())


def _reason(why: str) -> str:
    return str((WAITS | NAMES).get(why, why))


def _most(counts: Iterator[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


def _definition(job: Backtest) -> Definition | None:
    """None where it can no longer be read."""
    try:
        return parse(job.definition)
    except InvalidDefinition:
        return None


def _backtest_or_404(uid: UUID, backtest: UUID) -> Backtest:
    return get_object_or_404(Backtest.objects.select_related("journey"), uid=backtest, journey__uid=uid)
