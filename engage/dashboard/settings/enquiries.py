"""What people can say they write about, and what often comes before leaving: of it, of their answers, of their tags."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.business.actions import update_business
from crm.business.queries import fresh_business
from crm.dialogue import actions as dialogue
from crm.dialogue.actions.subjects import MOST, TooMany
from crm.dialogue.links import talk_path
from crm.dialogue.models import Subject
from crm.leaving.actions import tick, untick
from crm.leaving.models import Kind, Sign
from engage.dashboard.settings.enquiry_forms import SubjectForm, TagForm, WhoForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role("owner")
def settings_enquiries(request: StaffRequest) -> HttpResponse:
    """The subjects with their ticks, what else is ticked, and who talks with these people, when."""
    form = WhoForm(request.POST or None, instance=fresh_business())
    if request.method == "POST" and form.is_valid():
        update_business(by=str(request.user), at=clock.now(), **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("settings_enquiries")
    signs = list(Sign.objects.order_by("kind", "label"))
    shown = {sign.ref for sign in signs if sign.kind == Kind.SUBJECT}
    context = {
        "form": form,
        "subjects": [(subject, subject.key in shown) for subject in Subject.objects.all()],
        "answers": [sign for sign in signs if sign.kind == Kind.ANSWER],
        "tags": [sign for sign in signs if sign.kind == Kind.TAG],
        "talk": talk_path(),
    }
    return render(request, "settings/enquiries.html", context, status=400 if form.errors else 200)


@require_POST
@role("owner")
def add_subject(request: StaffRequest) -> HttpResponse:
    form = SubjectForm(request.POST)
    if form.is_valid():
        try:
            added = dialogue.add_subject(label=form.cleaned_data["label"], by=str(request.user), at=clock.now())
        except TooMany:
            toast(request, _("%(n)d subjects are as many as there can be.") % {"n": MOST}, wrong=True)
        else:
            _set_tick(request, added, form.cleaned_data["leaving"])
            toast(request, _("Added: %(subject)s.") % {"subject": added.label})
    else:
        toast(request, _("Write what it is about, in at most 120 characters."), wrong=True)
    return redirect("settings_enquiries")


@require_POST
@role("owner")
def change_subject(request: StaffRequest, key: str) -> HttpResponse:
    """Another wording, the tick, or away with it."""
    subject, form = get_object_or_404(Subject, key=key), SubjectForm(request.POST)
    by, at = str(request.user), clock.now()
    if "remove" in request.POST:
        untick(kind=Kind.SUBJECT, ref=subject.key, by=by, at=at)
        dialogue.remove_subject(subject, by=by, at=at)
        toast(request, _("Not offered any more: %(subject)s.") % {"subject": subject.label})
    elif form.is_valid():
        dialogue.rename_subject(subject, label=form.cleaned_data["label"], by=by, at=at)
        subject.label = form.cleaned_data["label"]
        _set_tick(request, subject, form.cleaned_data["leaving"])
        toast(request, _("Saved."))
    else:
        toast(request, _("Write what it is about, in at most 120 characters."), wrong=True)
    return redirect("settings_enquiries")


@require_POST
@role("owner")
def add_leaving_tag(request: StaffRequest) -> HttpResponse:
    form = TagForm(request.POST)
    if form.is_valid():
        tag = form.cleaned_data["tag"]
        tick(kind=Kind.TAG, ref=tag, label=tag, by=str(request.user), at=clock.now())
        toast(request, _("From now on whoever is tagged “%(tag)s” becomes a task.") % {"tag": tag})
    else:
        toast(request, _("Write a tag of at most 120 characters, without a comma."), wrong=True)
    return redirect("settings_enquiries")


@require_POST
@role("owner")
def remove_sign(request: StaffRequest, pk: int) -> HttpResponse:
    sign = get_object_or_404(Sign, pk=pk)
    untick(kind=Kind(sign.kind), ref=sign.ref, by=str(request.user), at=clock.now())
    toast(request, _("“%(label)s” begins nothing any more.") % {"label": sign.label})
    return redirect("settings_enquiries")


def _set_tick(request: StaffRequest, subject: Subject, leaving: bool) -> None:
    by, at = str(request.user), clock.now()
    if leaving:
        tick(kind=Kind.SUBJECT, ref=subject.key, label=subject.label, by=by, at=at)
    else:
        untick(kind=Kind.SUBJECT, ref=subject.key, by=by, at=at)
