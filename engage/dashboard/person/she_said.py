"""She said …: words heard at the counter or by phone, written down in ten seconds."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from crm.business import queries as business_queries
from crm.business.models import User
from crm.contacts import normal
from crm.contacts.actions.add import add_contact
from crm.contacts.models import Contact
from crm.dialogue.actions import say
from crm.lists.finding import everyone
from crm.lists.paging import page_of_people
from crm.preferences.models import PreferenceKey
from engage.dashboard.messages.words import channel_text
from engage.dashboard.people.finding import Row, rows_of
from engage.dashboard.person.forms import SheSaidForm
from engage.dashboard.person.telling import tell
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids

NEW = "new"
OFFERED = 6


@require_http_methods(["GET", "POST"])
@role()
def she_said(request: StaffRequest) -> HttpResponse:
    """The dialog (a page without script), and what it sends.

    Whom `who` means is chosen among those it finds; if it finds exactly one, that is the one.
    """
    form = SheSaidForm(request.POST or None, initial={"who": request.GET.get("who", "")})
    offered = _offered(form["who"].value() or "")
    if form.is_valid():
        contact = _meant(form, offered, request.user)
        if contact is not None:
            _write_down(form, contact, request.user)
            toast(request, _("Written down: %(name)s.") % {"name": contact})
            return _to(request, reverse("person", args=[contact.uid]))
        form.add_error("who", _("Choose who it was."))
    return _show(request, form, offered)


@require_GET
@role()
def people_meant(request: StaffRequest) -> HttpResponse:
    """For htmx: whom the text in `who` finds."""
    who = request.GET.get("who", "").strip()
    return render(request, "person/she_said.html#meant", {"offered": _offered(who), "who": who, "chosen": ""})


def _show(request: StaffRequest, form: SheSaidForm, offered: Sequence[Row]) -> HttpResponse:
    context = {
        "form": form,
        "offered": offered,
        "who": form["who"].value() or "",
        "chosen": form["person"].value() or "",
        "keys": PreferenceKey.objects.order_by("label"),
    }
    part = "#dialog" if request.htmx else ""
    return render(request, f"person/she_said.html{part}", context, status=400 if form.is_bound else 200)


def _offered(who: str) -> list[Row]:
    who = who.replace("\x00", "").strip()
    return rows_of(page_of_people(everyone(search=who), "", size=OFFERED).rows) if len(who) > 1 else []


def _meant(form: SheSaidForm, offered: Sequence[Row], by: User) -> Contact | None:
    chosen, who = form.cleaned_data["person"], form.cleaned_data["who"]
    if chosen == NEW or not offered:
        return _add(who, by)
    if not chosen:
        return offered[0].contact if len(offered) == 1 else None
    try:
        return everyone(search=who).filter(uid=UUID(chosen)).first()
    except ValueError:
        return None


def _add(who: str, by: User) -> Contact:
    """Somebody new, by address, phone or name."""
    key = normal.email(who.strip()) or normal.phone(who, business_queries.business().country)
    contact, _new = add_contact(name="" if key else who, keys=[key] if key else [], by=str(by), at=clock.now())
    return contact


def _write_down(form: SheSaidForm, contact: Contact, by: User) -> None:
    said, at = form.cleaned_data, clock.now()
    if said["kind"] != "memory":
        subject = _("A complaint") if said["kind"] == "complaint" else _("A question")
        say(contact=contact, text=said["words"], channel=said["heard"], subject=subject, written_by=by, at=at)
        return
    tell(
        contact=contact.pk,
        recorded_for=contact.pk,
        key=said["key"],
        value=said["value"],
        words=said["words"],
        source_kind=said["heard"],
        source_id=str(ids.uuid7()),
        source_label=_("Heard %(where)s") % {"where": channel_text(said["heard"])},
        said=at,
        by=by,
        at=at,
    )


def _to(request: StaffRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
