"""What the owner says about a file: what its columns are, and who gave permission."""

from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
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
from crm.contacts.imports.columns import FIELDS, REMEMBER, SKIP, key_of
from crm.contacts.imports.csv_file import NotATable
from crm.contacts.imports.tables import open_table
from crm.contacts.models import Import, Topic
from crm.preferences.models import PreferenceKey
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

SAID = (Import.State.DRAFT, Import.State.CHECKED, Import.State.FAILED)
NEW = "new"
LOOKED_AT = 200
"""Rows that samples are taken from."""
SAMPLES = 3
LONGEST_SAMPLE = 60


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
def import_columns(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What each column is, with samples; what we recognised is chosen already."""
    job = get_object_or_404(Import, uid=uid, state__in=SAID)
    problem = ""
    if request.method == "POST":
        meanings, keys = _meanings(request, job)
        try:
            actions.say_columns(job, meanings, keys)
            return redirect("import_permission", uid)
        except (NotATable, NotNow) as why:
            problem = str(why)
            job.columns, job.keys = meanings, keys
    return _columns_page(request, job, problem)


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


def _columns_page(request: StaffRequest, job: Import, problem: str) -> HttpResponse:
    known = dict(PreferenceKey.objects.order_by("label").values_list("key", "label"))
    try:
        samples = _samples(job)
    except (NotATable, OSError):
        samples = [[] for _title in job.header]
    rows = [
        _row(place, title, meaning, samples[place], known, job.keys)
        for place, (title, meaning) in enumerate(zip(job.header, job.columns, strict=True))
    ]
    context = {
        "job": job,
        "rows": rows,
        "fields": FIELDS.items(),
        "known": [(REMEMBER + key, label) for key, label in known.items()],
        "types": PreferenceKey.Type.choices,
        "problem": problem,
    }
    return render(request, "imports/columns.html", context, status=400 if problem else 200)


def _row(
    place: int, title: str, meaning: str, samples: list[str], known: dict[str, str], made: dict[str, Any]
) -> dict[str, Any]:
    key = meaning.removeprefix(REMEMBER)
    is_new = meaning.startswith(REMEMBER) and key not in known
    about = made.get(key, {})
    label = about.get("label") or key.replace("_", " ").capitalize() if is_new else ""
    chosen = NEW if is_new else meaning
    return {"n": place, "title": title, "samples": samples, "chosen": chosen, "label": label,
            "type": about.get("type", "text")}  # fmt: skip


def _meanings(request: StaffRequest, job: Import) -> tuple[list[str], dict[str, Any]]:
    """From the form; what is no choice of ours leaves the column out."""
    known = set(PreferenceKey.objects.values_list("key", flat=True))
    types, keys, meanings = set(PreferenceKey.Type.values), {}, list[str]()
    for place in range(len(job.header)):
        said = request.POST.get(f"c{place}", SKIP)
        if said == NEW:
            label = request.POST.get(f"k{place}", "").replace("\x00", "").strip()[:60] or job.header[place]
            key, type_ = key_of(label), request.POST.get(f"t{place}", "")
            said = REMEMBER + key if key else SKIP
            if key and key not in known:
                keys[key] = {"label": label[:120], "type": type_ if type_ in types else "text"}
        elif said not in FIELDS and said.removeprefix(REMEMBER) not in known:
            said = SKIP
        meanings.append(SKIP if said.startswith(REMEMBER) and said in meanings else said)
    return meanings, keys


def _samples(job: Import) -> list[list[str]]:
    """The first different values of each column. Read anew each time: nothing of the file is kept elsewhere."""
    found: list[list[str]] = [[] for _title in job.header]
    with open_table(Path(job.path), encoding=job.encoding) as table:
        for row in islice(table, LOOKED_AT):
            for kept, value in zip(found, row.values if not row.problem else (), strict=False):
                text = value.strip()[:LONGEST_SAMPLE]
                if text and len(kept) < SAMPLES and text not in kept:
                    kept.append(text)
    return found
