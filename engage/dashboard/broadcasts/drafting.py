"""A one-off message is written in a few steps: to whom, what, when. Each can be gone back to until it starts."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.broadcasts import actions
from campaigns.broadcasts.audience import sentences
from campaigns.broadcasts.estimating import Outlook, outlook
from campaigns.broadcasts.models import Broadcast
from campaigns.guards.reasons import NAMES, NAMES_OF_WAITS
from crm.business.queries import business
from crm.contacts.models import Topic
from crm.rules import InvalidRule
from crm.segments.estimating import Estimate
from crm.segments.models import Segment
from engage.dashboard.broadcasts.finding import broadcast_or_404
from engage.dashboard.broadcasts.forms import WhenForm, WhomForm
from engage.dashboard.broadcasts.words import about_how_many
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.local_time import zone_of


def of_draft[**P](
    view: Callable[Concatenate[StaffRequest, Broadcast, P], HttpResponse],
) -> Callable[Concatenate[StaffRequest, UUID, P], HttpResponse]:
    """A step's view is given the draft; of a message that was started meanwhile its page says so."""

    @wraps(view)
    def found(request: StaffRequest, uid: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        draft = broadcast_or_404(uid)
        if draft.state != Broadcast.State.DRAFT:
            return _started_meanwhile(request, draft)
        return view(request, draft, *args, **kwargs)

    return found


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_broadcast(request: StaffRequest) -> HttpResponse:
    """The first step of a draft that is not there yet; `?group=` begins with a group."""
    blank = Broadcast(rule=None, include=_group(request), topic=Topic.objects.first())
    form = WhomForm.of(blank, request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = actions.create_broadcast(**form.fields_of_draft(), by=str(request.user), at=clock.now())
        return redirect("broadcast_what", draft.uid)
    context = {"form": form, "broadcast": None, "step": 1}
    return render(request, "broadcasts/whom.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
@of_draft
def broadcast_whom(request: StaffRequest, draft: Broadcast) -> HttpResponse:
    form = WhomForm.of(draft, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return keep(request, draft, "broadcast_what", **form.fields_of_draft())
    own = sentences(Broadcast(rule=draft.rule)) if form.keeps_rule else []
    context = {"form": form, "broadcast": draft, "own_rule": own, "step": 1}
    return render(request, "broadcasts/whom.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
@of_draft
def broadcast_when(request: StaffRequest, draft: Broadcast) -> HttpResponse:
    """Times are those of the shop's clock."""
    with timezone.override(zone_of(business().timezone)):
        form = WhenForm.of(draft, request.POST or None)
        if request.method == "POST" and form.is_valid():
            return keep(request, draft, "broadcast", **form.fields_of_draft())
        context = {"form": form, "broadcast": draft, "step": 3}
        return render(request, "broadcasts/when.html", context, status=400 if form.is_bound else 200)


@require_POST
@role("owner", "marketer")
def broadcast_estimate(request: StaffRequest) -> HttpResponse:
    """How many people the choices of the first step come to, and who of them would not get it, and why. Nothing is
    kept. About four dozen queries at most; the time is bounded by asking 2,000 people."""
    of = request.POST.get("of", "")
    draft = broadcast_or_404(_uid_or_zero(of)) if of else Broadcast()
    form = WhomForm.of(draft, request.POST)
    for field in form.fields.values():
        field.required = False
    context: dict[str, object] = {}
    if form.is_valid():
        for name, value in form.fields_of_draft().items():
            setattr(draft, name, value)
        _people, context = estimated(draft)
    return render(request, "broadcasts/estimate.html", context)


def estimated(draft: Broadcast) -> tuple[Estimate | None, dict[str, object]]:
    """How many people a draft is for, saved or not, None where nobody was chosen; and what `broadcasts/estimate.html`
    shows of it."""
    try:
        found = outlook(draft, at=clock.now())
    except InvalidRule as refused:
        return None, {"problems": [problem.message for problem in refused.problems]}
    return found.people, {
        "outlook": found,
        "people": about_how_many(found.people),
        "would_go": found.share(found.would_go),
        "never": _reasons(found, found.never, NAMES),
        "later": _reasons(found, found.later, NAMES_OF_WAITS),
    }


def keep(request: StaffRequest, draft: Broadcast, onward: str, *, to: str = "", **fields: Any) -> HttpResponse:
    """Change the draft and go on, to another of its pages or `to` an address; a message that was started meanwhile
    stays as it is."""
    try:
        actions.edit_broadcast(draft, by=str(request.user), at=clock.now(), **fields)
    except actions.WrongState:
        return _started_meanwhile(request, draft)
    return redirect(to) if to else redirect(onward, draft.uid)


def _started_meanwhile(request: StaffRequest, broadcast: Broadcast) -> HttpResponse:
    toast(
        request,
        _("It was started: nothing was changed. Only a draft can be changed; copy it to begin anew."),
        wrong=True,
    )
    return redirect("broadcast", broadcast.uid)


def _reasons(found: Outlook, counted: dict[str, int], names: dict) -> list[tuple[str, int]]:
    rows = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [(str(names.get(why, why)), found.share(number)) for why, number in rows]


def _group(request: StaffRequest) -> list[str]:
    uid = _uid_or_zero(request.GET.get("group", ""))
    return [str(uid)] if Segment.objects.filter(uid=uid).exists() else []


def _uid_or_zero(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
