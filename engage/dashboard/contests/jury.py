"""Who is on the jury, each with a link, and how far they are; nobody's points before the end."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.contests.models import Contest, Juror
from campaigns.contests.voting import jury
from crm.business.models import User
from engage.dashboard.contests.views import around, contest_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids

MOST_LISTED = 50


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def contest_jurors(request: StaffRequest, uid: UUID) -> HttpResponse:
    """POST appoints a guest by `name`, or colleagues by `who`. A constant number of queries."""
    found = contest_or_404(uid)
    if found.by != Contest.By.JURY:
        raise Http404
    if request.method == "POST":
        _appoint(request, found)
        return redirect("contest_jurors", uid)
    jurors = list(Juror.objects.filter(contest=found).select_related("user").order_by("id"))
    progress, seated = jury.progress(found), {one.user_id for one in jurors if one.left is None}
    left = jury.unjudged(found)
    context = {
        **around(found),
        "jurors": [(one, jury.jury_url(one), progress[one.pk]) for one in jurors if one.left is None],
        "gone": [one for one in jurors if one.left],
        "colleagues": User.objects.filter(is_active=True).exclude(pk__in=filter(None, seated)).order_by("name", "pk"),
        "unjudged": left[:MOST_LISTED],
        "unjudged_count": len(left),
    }
    return render(request, "contests/jury.html", context)


@require_POST
@role("owner", "marketer")
def dismiss_juror(request: StaffRequest, uid: UUID, juror: UUID) -> HttpResponse:
    one = _juror(uid, juror)
    if one.contest.ended:
        return _over(request, uid)
    jury.dismiss(juror=one, at=clock.now())
    text = _("%(name)s judges no more: the link shows nothing, and what they gave does not count.") % {"name": one.name}
    toast(request, text, undo=reverse("restore_juror", args=[uid, juror]))
    return redirect("contest_jurors", uid)


@require_POST
@role("owner", "marketer")
def restore_juror(request: StaffRequest, uid: UUID, juror: UUID) -> HttpResponse:
    one = _juror(uid, juror)
    if one.contest.ended:
        return _over(request, uid)
    jury.restore(juror=one)
    toast(request, _("%(name)s judges again.") % {"name": one.name})
    return redirect("contest_jurors", uid)


def _appoint(request: StaffRequest, found: Contest) -> None:
    if found.ended:
        toast(request, _("It has ended: nothing was changed."), wrong=True)
        return
    at, picked = clock.now(), [one for one in request.POST.getlist("who") if ids.is_uid(one)][: jury.MOST_JURORS]
    colleagues = list(User.objects.filter(uid__in=picked, is_active=True)) if picked else []
    try:
        made = [jury.appoint(contest=found, user=one, at=at) for one in colleagues]
        made.append(jury.appoint(contest=found, name=request.POST.get("name", ""), at=at))
    except jury.FullJury:
        toast(request, _("At most %(n)d can judge.") % {"n": jury.MOST_JURORS}, wrong=True)
        return
    if any(made):
        toast(request, _("On the jury. Hand each their own link."))
    else:
        toast(request, _("Write a name, or tick a colleague."), wrong=True)


def _over(request: StaffRequest, uid: UUID) -> HttpResponse:
    toast(request, _("It has ended: nothing was changed."), wrong=True)
    return redirect("contest_jurors", uid)


def _juror(uid: UUID, juror: UUID) -> Juror:
    return get_object_or_404(Juror.objects.select_related("contest"), uid=juror, contest__uid=uid)
