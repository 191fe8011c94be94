"""What is noticed by itself: rules that the owner sees and edits."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.segments.models import ObservedRule
from crm.segments.observed import look_back, save_rule, switch_rule
from engage.dashboard.remembering.forms import RuleForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

AT_ONCE = 3


@role("owner", "marketer")
def new_rule(request: StaffRequest) -> HttpResponse:
    return _edit(request, ObservedRule())


@role("owner", "marketer")
def edit_rule(request: StaffRequest, uid: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(ObservedRule.objects.select_related("key"), uid=uid))


@require_POST
@role("owner", "marketer")
def switch_observed_rule(request: StaffRequest, uid: UUID) -> HttpResponse:
    rule = get_object_or_404(ObservedRule, uid=uid)
    switch_rule(rule, active=not rule.active, by=str(request.user), at=clock.now())
    look_back(at=clock.now(), slices=AT_ONCE)
    toast(request, _("On. It looks back at everybody now.") if rule.active else _("Off. What was noticed stays."))
    return redirect("settings_memory")


def _edit(request: StaffRequest, rule: ObservedRule) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        save_rule(form.save_with(), by=str(request.user), at=at)
        look_back(at=at, slices=AT_ONCE)
        toast(request, _("Saved. It looks back at everybody now."))
        return redirect("settings_memory")
    context = {"form": form, "rule": rule if rule.pk else None}
    return render(request, "remembering/rule.html", context, status=400 if form.is_bound else 200)
