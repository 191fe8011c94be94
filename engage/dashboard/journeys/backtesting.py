"""Backtest: what the draft would have done, counted, and one person's simulated path."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.journeys.backtest.actions import AlreadyRunning, begin
from campaigns.journeys.backtest.history import people
from campaigns.journeys.backtest.simulation import Journeyed, simulate
from campaigns.journeys.describe import sentence
from campaigns.journeys.models import Backtest
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition
from crm.contacts.models import Contact
from engage.dashboard.journeys.findings import bound_of, definition_of, examples_of
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.journeys.verdicts import FATES, reason
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

PERIODS = (("12", gettext_lazy("12 months")), ("3", gettext_lazy("3 months")), ("1", gettext_lazy("1 month")))


class PeriodForm(forms.Form):
    months = forms.ChoiceField(label=gettext_lazy("Over the last"), choices=PERIODS, initial="12")


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
        definition = definition_of(job)
        context |= {
            "bounds": [bound_of(job, name, definition) for name in job.result["bounds"]],
            "depends": job.result["depends"],
            **examples_of(job, request.GET.get("from", ""), request.GET.get("why", "")),
            "goal": bool(definition and definition.goal),
            "changed": written_out(job.journey.draft) != job.definition,
        }
    return render(request, "journeys/backtest.html", context)


@require_GET
@role("owner", "marketer")
def backtest_person(request: StaffRequest, uid: UUID, backtest: UUID, person: UUID) -> HttpResponse:
    """The simulated walks of one person, if nobody reacts."""
    job = _backtest_or_404(uid, backtest)
    contact = get_object_or_404(Contact, uid=person, merged_into=None)
    definition = definition_of(job)
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
            line |= {"fate": FATES[message.fate], "why": reason(message.why), "went": message.went}
        elif decision.kind == "branch":
            line["fate"] = _("yes") if decision.record()["answer"] else _("no")
        elif decision.kind == "end" and decision.record()["goal"]:
            line |= {"text": _("Did what the journey is for.")}
        yield line


def _backtest_or_404(uid: UUID, backtest: UUID) -> Backtest:
    return get_object_or_404(Backtest.objects.select_related("journey"), uid=backtest, journey__uid=uid)
