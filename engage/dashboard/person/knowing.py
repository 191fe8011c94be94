"""A colleague adds or corrects what we know, under any key that they may see, or under a new one."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.contacts.models import Contact
from crm.preferences.actions import Statement, take_back
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.queries import keys_for, visible_to
from crm.preferences.stating import state
from engage.dashboard.person.knowing_forms import KnownForm, NewKeyForm
from engage.dashboard.person.views import contact_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids

NEW = "new"
UNDO_LIVES = timedelta(hours=1)
BY_HAND = ("staff", "counter", "phone", "whatsapp", "letter", "elsewhere")
"""Sources of what a colleague wrote down about somebody."""


@require_http_methods(["GET", "POST"])
@role()
def know_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """`?key=` says what it is about, `new` for something new; without it that is asked first. For htmx the fields."""
    contact, seen_by = contact_or_404(uid), str(request.user.role)
    if contact.erased or contact.merged_into is not None:
        raise Http404
    asked = request.GET.get("key", "").replace("\x00", " ")
    key = get_object_or_404(keys_for(seen_by), key=asked) if asked not in ("", NEW) else None
    form = _form(request, contact, key, asked)
    if form is not None and form.is_valid():
        _keep(request, contact, key, form)
        return redirect("person", contact.uid)
    context = {"contact": contact, "keys": keys_for(seen_by), "key": key, "asked": asked, "form": form}
    part = "#fields" if request.htmx else ""
    status = 400 if form is not None and form.is_bound else 200
    return render(request, f"person/know_person.html{part}", context, status=status)


@require_POST
@role()
def take_back_memory(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Undo, for an hour, of what was written down by whoever wrote it; what held before holds again."""
    at = clock.now()
    kept = get_object_or_404(
        Preference.objects.select_related("contact"),
        visible_to(str(request.user.role)),
        uid=uid,
        source_kind__in=BY_HAND,
        by=str(request.user),
        received__gt=at - UNDO_LIVES,
    )
    take_back(kept, by=str(request.user), at=at)
    toast(request, _("Taken back."))
    return redirect("person", kept.contact.uid)


def _form(request: StaffRequest, contact: Contact, key: PreferenceKey | None, asked: str) -> KnownForm | None:
    if key is not None:
        held = contact.preferences.filter(key=key, state=Preference.State.ACTIVE).first()
        return KnownForm(request.POST or None, key=key, held=held)
    return NewKeyForm(request.POST or None) if asked == NEW else None


def _keep(request: StaffRequest, contact: Contact, key: PreferenceKey | None, form: KnownForm) -> None:
    key = key or form.make_key()
    statement = Statement(
        contact=contact.pk,
        recorded_for=contact.pk,
        key=key.key,
        value=form.cleaned_data["value"],
        kind=form.cleaned_data["how"],
        words=form.cleaned_data["words"],
        source_kind="staff",
        source_id=str(ids.uuid7()),
        source_label=_("Written down by %(name)s") % {"name": request.user},
        by=str(request.user),
        at=clock.now(),
    )
    kept = state(statement, at=statement.at)
    if kept is None:
        toast(request, _("We know that already."))
        return
    words = {"key": key.label, "value": kept.value}
    text = _("Kept: %(key)s, %(value)s.") if kept.state == "active" else _("Kept, but what they told us counts more.")
    toast(request, text % words, undo=reverse("take_back_memory", args=[kept.uid]))
