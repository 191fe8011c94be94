"""What we remember: the keys, how many people have each, and what we do with them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from crm.preferences import queries
from crm.preferences.models import PreferenceKey
from crm.preferences.rereading import read_anew, save_key
from crm.segments.models import ObservedRule
from engage.dashboard.remembering.forms import KeyForm
from engage.dashboard.remembering.words import sentence
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

AT_ONCE = 5
"""Slices that are read while the page waits; the rest follows within a minute or so."""


@role("owner", "marketer")
def settings_memory(request: StaffRequest) -> HttpResponse:
    rules = ObservedRule.objects.select_related("key").filter(
        key__seen_by__in=queries.SEEN_BY[str(request.user.role)],
    )
    context = {
        "held": queries.held(str(request.user.role)),
        "rules": [(rule, sentence(rule)) for rule in rules],
        "most": queries.MOST_COUNTED,
    }
    return render(request, "remembering/keys.html", context)


@role("owner", "marketer")
def new_key(request: StaffRequest) -> HttpResponse:
    return _edit(request, PreferenceKey())


@role("owner", "marketer")
def edit_key(request: StaffRequest, key: str) -> HttpResponse:
    return _edit(request, get_object_or_404(queries.keys_for(str(request.user.role)), key=key))


def _edit(request: StaffRequest, key: PreferenceKey) -> HttpResponse:
    known = key.pk is not None
    form = KeyForm(request.POST or None, instance=key)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        save_key(form.instance, by=str(request.user), at=at)
        read_anew(at=at, slices=AT_ONCE)
        toast(request, _("Saved."))
        return redirect("edit_key", form.instance.key)
    shares = queries.shares(key) if known else []
    highest = max((people for _value, people in shares), default=1)
    context = {
        "form": form,
        "key": PreferenceKey.objects.get(pk=key.pk) if known else None,
        "bars": [(value, people, round(100 * people / highest)) for value, people in shares],
        "misfits": queries.misfits(key) if known else [],
    }
    return render(request, "remembering/key.html", context, status=400 if form.is_bound else 200)
