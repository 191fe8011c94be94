"""Something done to many people: whom, what, how far it is, and the way back.

Agents may act on those they ticked on one page, and take back what they did themselves; all who fit is for others.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from crm.contacts import searching
from crm.contacts.models import Contact
from crm.lists import bulk
from crm.lists.acts import ACTS
from crm.lists.acts.act import WRITERS, Act
from crm.lists.finding import everyone
from crm.lists.models import BulkAct
from crm.lists.paging import SIZE
from engage.dashboard.people.act_forms import FORMS, ActForm
from engage.dashboard.people.looking import Look, address, look_of
from engage.dashboard.people.standing import left_words, standing
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.templatetags.paper import people as people_text
from engage.lib import clock

SHOWN = 50
MOST_FOUND = 10_000
"""So many that a search found can be acted on: their ids are kept, never what was searched for."""


@dataclass(frozen=True)
class Whom:
    """`chosen` are ids; without them all whom the filters fit. `everyone`: all of the list was asked for."""

    number: int
    everyone: bool
    chosen: list[int] | None
    uids: list[str]


@require_POST
@role()
def act_on_people(request: StaffRequest) -> HttpResponse:
    """From the list: asks what this act must be told and says the number; with `sure`, does it."""
    act = _act(request)
    look = look_of(request)
    whom = _whom(request, look)
    if not whom.number:
        toast(request, _("Choose somebody first."), wrong=True)
        return redirect(address(request.GET.dict()))
    sure = "sure" in request.POST
    form = _form(request, sure)
    if sure and form.is_valid():
        return _begin(request, look, whom, form)
    context = {"key": request.POST["act"], "act": act, "form": form, "whom": whom, "look": look}
    return render(request, "people/act_on_people.html", context, status=400 if form.is_bound else 200)


@require_GET
@role("owner", "marketer")
def bulk_acts(request: StaffRequest) -> HttpResponse:
    """What was done to many, the latest first. One query."""
    jobs = BulkAct.objects.order_by("-pk").defer("chosen")[:SHOWN]
    return render(request, "people/bulk_acts.html", {"rows": [(job, ACTS[job.act].words(job.said)) for job in jobs]})


@require_GET
@role()
@vary_on_headers("HX-Request")
def bulk_act(request: StaffRequest, uid: UUID) -> HttpResponse:
    """How far it is, or what it did. For htmx the state alone."""
    job, now = _job(request, uid), clock.now()
    context = {
        "job": job,
        "words": ACTS[job.act].words(job.said),
        "standing": standing(job, now),
        "at_work": job.state in job.AT_WORK,
        "may_be_undone": bulk.may_be_undone(job, now),
    }
    return render(request, f"people/bulk_act.html{'#state' if request.htmx else ''}", context)


@require_POST
@role()
def undo_act(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Take back exactly what it did; what others changed since stays."""
    job = _job(request, uid)
    try:
        bulk.undo(job, by=str(request.user), at=clock.now())
    except bulk.NotNow:
        toast(request, _("It cannot be taken back: it was already, or it is under way."), wrong=True)
        return redirect("bulk_act", uid)
    if job.state != BulkAct.State.UNDONE:
        return redirect("bulk_act", uid)
    stays = job.counts.get("stays", 0)
    more = ngettext("%(n)d stays: changed since.", "%(n)d stay: changed since.", stays) % {"n": stays} if stays else ""
    toast(request, f"{_('Taken back: %(people)s.') % {'people': people_text(job.counts.get('back', 0))}} {more}")
    return redirect("people")


@require_POST
@role("owner", "marketer")
def stop_act(request: StaffRequest, uid: UUID) -> HttpResponse:
    return _try(request, uid, bulk.stop)


@require_POST
@role("owner", "marketer")
def go_on_act(request: StaffRequest, uid: UUID) -> HttpResponse:
    return _try(request, uid, bulk.go_on)


def _try(request: StaffRequest, uid: UUID, verb) -> HttpResponse:
    try:
        verb(_job(request, uid), at=clock.now())
    except bulk.NotNow:
        toast(request, _("It has ended meanwhile."), wrong=True)
    return redirect("bulk_act", uid)


def _job(request: StaffRequest, uid: UUID) -> BulkAct:
    """Agents find what they did themselves."""
    job = get_object_or_404(BulkAct, uid=uid)
    if request.user.role not in WRITERS and job.colleague_id != request.user.pk:
        raise Http404
    return job


def _act(request: StaffRequest) -> Act:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    if request.user.role not in act.roles:
        raise PermissionDenied
    return act


def _whom(request: StaffRequest, look: Look) -> Whom:
    if "all" in request.POST:
        if request.user.role not in WRITERS:
            raise PermissionDenied
        return _all_of(look)
    uids = [uid for uid in request.POST.getlist("who")[:SIZE] if _is_uid(uid)]
    found = dict(Contact.objects.filter(uid__in=uids, merged_into=None, erased=None).values_list("pk", "uid"))
    return Whom(len(found), False, list(found), [str(uid) for uid in found.values()])


def _all_of(look: Look) -> Whom:
    """All whom the list shows, counted exactly; whom a search found, by their ids."""
    found = everyone(filters=look.filters)
    if not look.search:
        return Whom(found.count(), True, None, [])
    ids = searching.after(look.search, 0, most=MOST_FOUND)
    chosen = list(found.filter(pk__in=ids).values_list("pk", flat=True))
    return Whom(len(chosen), True, chosen, [])


def _form(request: StaffRequest, sure: bool) -> ActForm:
    said = request.POST if sure else None
    return FORMS[request.POST["act"]](said, role=str(request.user.role), by=str(request.user))


def _begin(request: StaffRequest, look: Look, whom: Whom, form: ActForm) -> HttpResponse:
    job = bulk.begin(
        request.POST["act"],
        form.said(),
        number=whom.number,
        colleague=request.user,
        at=clock.now(),
        chosen=whom.chosen,
        filters={one.key: one.value for one in look.filters},
        narrowed=[one.words for one in look.filters],
    )
    if job.state != BulkAct.State.DONE:
        return redirect("bulk_act", job.uid)
    changed = job.counts.get("changed", 0)
    done = _("%(act)s: %(people)s.") % {"act": ACTS[job.act].words(job.said), "people": people_text(changed)}
    left = " ".join(left_words(Counter(job.reasons)))
    toast(request, f"{done} {left}", undo=reverse("undo_act", args=[job.uid]) if changed else "")
    return redirect(address(request.GET.dict()))


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
