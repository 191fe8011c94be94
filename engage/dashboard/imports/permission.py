"""Who gave permission: the owner says it of a file, with the proof."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from crm.business.queries import business
from crm.contacts.imports import actions
from crm.contacts.imports.actions import NotNow
from crm.contacts.models import Import, Topic
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

SAID = (Import.State.DRAFT, Import.State.CHECKED, Import.State.FAILED)


class PermissionForm(forms.Form):
    """`given` yes needs its proof; no needs nothing."""

    given = forms.ChoiceField(
        label=gettext_lazy("Did these people agree that you write to them?"),
        choices=[
            ("yes", gettext_lazy("Yes, and I can say how")),
            ("no", gettext_lazy("No, or I do not know: keep them, and do not write to them")),
        ],
        widget=forms.RadioSelect,
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("About what"),
        queryset=Topic.objects.order_by("position", "id"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    where = forms.CharField(
        label=gettext_lazy("Where did they agree?"),
        help_text=gettext_lazy("Such as: the order form of our web shop, the paper list at the counter"),
        max_length=80,
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("In which words?"),
        help_text=gettext_lazy("As they read it, as near as you can"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    on = forms.DateField(
        label=gettext_lazy("On which day, at the latest?"),
        help_text=gettext_lazy("For rows that have no date of their own"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("given") == "yes":
            for name in ("topics", "where", "words", "on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Somebody may ask for this proof one day. Say it, or answer No above."))
            if data.get("on") and data["on"] > clock.now().date():
                self.add_error("on", _("This day has not come yet."))
        return data

    def said(self, zone: ZoneInfo) -> dict[str, Any]:
        data = self.cleaned_data
        if data["given"] != "yes":
            return {"given": False}
        at = datetime.combine(data["on"], time(), zone)
        topics = [topic.pk for topic in data["topics"]]
        return {"given": True, "topics": topics, "where": data["where"], "words": data["words"], "at": at.isoformat()}


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def import_permission(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Consent, asked for explicitly with its proof; then the check begins."""
    job = get_object_or_404(Import, uid=uid, state__in=SAID)
    form = PermissionForm(request.POST or None, initial=_initial(job))
    if form.is_valid():
        try:
            actions.say_permission(job, form.said(ZoneInfo(business().timezone)))
            actions.check(job, at=clock.now())
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            return redirect("one_import", uid)
    context = {"job": job, "form": form, "by_row": "permission" in job.columns, "leaves": "unsubscribed" in job.columns}
    return render(request, "imports/permission.html", context, status=400 if form.is_bound else 200)


def _initial(job: Import) -> dict[str, Any]:
    said = job.permission
    if not said:
        return {}
    on: date | None = datetime.fromisoformat(said["at"]).date() if said.get("at") else None
    return {**said, "given": "yes" if said["given"] else "no", "on": on}
