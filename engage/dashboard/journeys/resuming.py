"""A paused journey goes on: what becomes of those who wait, with the numbers before anything happens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.journeys import actions
from campaigns.journeys.brake import brake_on
from campaigns.journeys.describe import span_words
from campaigns.journeys.models import Journey
from campaigns.journeys.resuming import SPANS, Pile, Waits, pile
from engage.dashboard.journeys.braking import brake_words
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

HOURS = {int(span.total_seconds() // 3600): span for span in SPANS}


class ResumeForm(forms.Form):
    """`braked` where it paused itself: then somebody must say that so many messages are right."""

    waits = forms.ChoiceField(choices=[(one.value, one.value) for one in Waits])
    hours = forms.TypedChoiceField(choices=[(hours, hours) for hours in HOURS], coerce=int, required=False)
    sure = forms.BooleanField(required=False)

    def __init__(self, *args, braked: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].required = braked
        self.fields["sure"].error_messages["required"] = _("Say that so many messages are right, or stop it instead.")

    def clean(self) -> dict:
        said = super().clean() or {}
        if said.get("waits") == Waits.LET_OUT and said.get("hours") not in HOURS:
            self.add_error("hours", _("Say for how long."))
        return said

    @property
    def longer_than(self) -> timedelta:
        return HOURS.get(self.cleaned_data["hours"], timedelta(0))


@dataclass(frozen=True)
class Stale:
    """So many are past their time for longer than that."""

    hours: int
    words: str
    people: int


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def resume_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Asks first; then it goes on."""
    found, now = journey_or_404(uid), clock.now()
    brake = brake_on(found)
    asked = request.POST if request.method == "POST" else None
    form = ResumeForm(asked, braked=brake is not None, initial={"waits": Waits.GO_ON})
    if request.method == "POST" and form.is_valid():
        return _resume(request, found, form, now)
    piled = pile(found, at=now) if found.state == Journey.State.PAUSED else None
    context = {
        "journey": found,
        "form": form,
        "brake": brake,
        "brake_words": brake_words(brake) if brake else "",
        "pile": piled,
        "stale": _stale(piled) if piled else [],
        "span": span_words(timedelta(minutes=max(1, piled.paused // timedelta(minutes=1)))) if piled else "",
    }
    return render(request, "journeys/resume.html", context, status=400 if form.is_bound else 200)


def _stale(piled: Pile) -> list[Stale]:
    return [
        Stale(hours, _("longer than {span}").format(span=span_words(span)), piled.stale[span])
        for hours, span in HOURS.items()
    ]


def _resume(request: StaffRequest, found: Journey, form: ResumeForm, now: datetime) -> HttpResponse:
    said = form.cleaned_data
    try:
        actions.resume_journey(
            found,
            by=str(request.user),
            at=now,
            waits=Waits(said["waits"]),
            longer_than=form.longer_than,
            sure=said["sure"],
        )
    except (actions.WrongState, actions.BrakeOn):
        toast(request, _("Somebody changed it meanwhile: look again."), wrong=True)
    else:
        toast(request, _("On again. People go on from where they stood."))
    return redirect("journey", found.uid)
