"""What the columns of a file are, and in which encoding its letters are to be read."""

from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.contacts.imports import actions
from crm.contacts.imports.actions import NotNow
from crm.contacts.imports.columns import FIELDS, REMEMBER, SKIP, key_of
from crm.contacts.imports.encoding import ENCODINGS, NotATable
from crm.contacts.imports.tables import open_table
from crm.contacts.models import Import
from crm.preferences.models import PreferenceKey
from crm.preferences.queries import keys_for
from engage.dashboard.imports.permission import SAID
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

NEW = "new"
LOOKED_AT = 200
"""Rows that samples are taken from."""
SAMPLES = 3
LONGEST_SAMPLE = 60


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


@require_POST
@role("owner", "marketer")
def import_encoding(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The letters look wrong: read them as something else. What was said about the columns is asked anew."""
    job = get_object_or_404(Import, uid=uid, state__in=SAID)
    encoding = request.POST.get("encoding", "")
    if encoding not in ENCODINGS:
        return _columns_page(request, job, _("Choose how the letters are to be read."))
    try:
        actions.say_encoding(job, encoding)
    except (NotATable, NotNow) as why:
        return _columns_page(request, job, str(why))
    except OSError:
        return _columns_page(request, job, _("The file cannot be read any more. Bring it again."))
    return redirect("import_columns", uid)


def _columns_page(request: StaffRequest, job: Import, problem: str) -> HttpResponse:
    known = dict(keys_for(str(request.user.role)).values_list("key", "label"))
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
        "encodings": ENCODINGS.items(),
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
