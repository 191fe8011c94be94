"""An import on its way: what will happen, progress, report, and the way back."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from crm.contacts.imports import actions, refusals
from crm.contacts.imports.actions import NotNow
from crm.contacts.models import Import
from crm.preferences.models import PreferenceKey
from engage.dashboard.imports.standing import standing
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

SHOWN = 20


@require_GET
@role("owner", "marketer")
@vary_on_headers("HX-Request")
def one_import(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Where it stands: what will happen, how far it is, or what it did. For htmx the state alone."""
    job = get_object_or_404(Import, uid=uid)
    if job.state == Import.State.DRAFT:
        return redirect("import_permission" if job.permission else "import_columns", job.uid)
    return _show(request, job)


@require_POST
@role("owner", "marketer")
def start_import(request: StaffRequest, uid: UUID) -> HttpResponse:
    job = get_object_or_404(Import, uid=uid)
    if job.state not in (Import.State.CHECKED, Import.State.FAILED):
        return redirect("one_import", job.uid)
    for key, made in job.keys.items():
        PreferenceKey.objects.get_or_create(key=key, defaults={"label": made["label"], "type": made["type"]})
    try:
        actions.start(job, at=clock.now())
    except NotNow as why:
        toast(request, str(why), wrong=True)
    return redirect("one_import", job.uid)


@require_POST
@role("owner", "marketer")
def drop_import(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Give up a draft: the file goes at once."""
    job = get_object_or_404(Import, uid=uid)
    try:
        actions.drop(job)
    except NotNow as why:
        toast(request, str(why), wrong=True)
        return redirect("one_import", uid)
    toast(request, _("The file is deleted. Nobody was brought in."))
    return redirect("import_people")


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def undo_import(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Asks first; then everything it wrote is taken back, but for whom something happened to since."""
    job = get_object_or_404(Import, uid=uid, state__in=[Import.State.DONE, Import.State.FAILED])
    if request.method == "GET":
        return render(request, "imports/undo.html", {"job": job})
    try:
        actions.undo(job, by=str(request.user), at=clock.now())
    except NotNow as why:
        toast(request, str(why), wrong=True)
    return redirect("one_import", uid)


@require_GET
@role("owner", "marketer")
def not_taken(request: StaffRequest, uid: UUID) -> HttpResponseBase:
    """The rows that were not taken, as a CSV to mend and bring again."""
    job = get_object_or_404(Import, uid=uid)
    response = StreamingHttpResponse(refusals.lines(job), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="not-taken.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _show(request: StaffRequest, job: Import) -> HttpResponse:
    context = {
        "job": job,
        "at_work": job.state in job.AT_WORK,
        "standing": standing(job, clock.now()),
        "not_taken": job.not_taken.order_by("id")[:SHOWN],
        "some_not_taken": job.not_taken.exists(),
        "stay": job.journal.exclude(stays="").select_related("contact").order_by("id")[:SHOWN],
    }
    return render(request, f"imports/one.html{'#state' if request.htmx else ''}", context)
