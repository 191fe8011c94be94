"""She said …: words heard at the counter or by phone, written down in ten seconds."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from crm.business import queries as business_queries
from crm.business.models import User
from crm.contacts import normal
from crm.contacts.actions.add import add_contact
from crm.contacts.models import Contact
from crm.dialogue.actions import say, unsay
from crm.dialogue.models import Message
from crm.lists.finding import everyone
from crm.lists.paging import page_of_people
from crm.preferences.queries import keys_for
from crm.preferences.suggesting import suggest
from engage.dashboard.messages.words import channel_text
from engage.dashboard.people.finding import Row, rows_of
from engage.dashboard.person.forms import SheSaidForm
from engage.dashboard.person.telling import tell
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids

NEW = "new"
OFFERED = 4
UNDO_LIVES = timedelta(hours=1)
HEARD_LAST = "heard_last"
"""Where this colleague heard something last: most often that is where they stand."""


@require_http_methods(["GET", "POST"])
@role()
def she_said(request: StaffRequest) -> HttpResponse:
    """The dialog (a page without script), and what it sends.

    Whom `who` means is chosen among those it finds; if it finds exactly one, that is the one. Before anything is typed
    those are offered who were here last, and first the person whose page `?person=` was open.
    """
    first = {"person": request.GET.get("person", ""), "heard": request.session.get(HEARD_LAST, "counter")}
    form = SheSaidForm(request.POST or None, initial=first, role=str(request.user.role))
    offered = _offered(form["who"].value() or "", form["person"].value() or "")
    if form.is_valid():
        contact = _meant(form, offered, request.user)
        if contact is not None:
            _write_down(request, form, contact)
            request.session[HEARD_LAST] = form.cleaned_data["heard"]
            return _done(request, contact)
        form.add_error("who", _("Choose who it was."))
    return _show(request, form, offered)


@require_POST
@role()
def people_meant(request: StaffRequest) -> HttpResponse:
    """For htmx: whom the text in `who` finds. Posted, so that no name stands in an address."""
    who = request.POST.get("who", "").strip()
    context = {"offered": _offered(who, ""), "who": who, "chosen": ""}
    return render(request, "person/she_said.html#meant", context)


@require_POST
@role()
def words_about(request: StaffRequest) -> HttpResponse:
    """For htmx: what the words may be about, unless that was written already."""
    if request.POST.get("key", "").strip() or request.POST.get("value", "").strip():
        return HttpResponse(status=204)
    found = suggest(request.POST.get("words", ""), str(request.user.role))
    if found is None:
        return HttpResponse(status=204)
    form = SheSaidForm(initial={"key": found.label, "value": found.value}, role=str(request.user.role))
    return render(request, "person/she_said.html#about", {"form": form})


@require_POST
@role()
def unsay_words(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Undo, for an hour, of a question or complaint by whoever wrote it down, unless somebody went on from there."""
    at = clock.now()
    message = get_object_or_404(
        Message.objects.select_related("contact"),
        uid=uid,
        direction=Message.Direction.IN,
        author=request.user,
        at__gt=at - UNDO_LIVES,
    )
    if unsay(message=message, by=request.user, at=at):
        toast(request, _("Taken back."))
    else:
        toast(request, _("Somebody has gone on from there: it stays."), wrong=True)
    return redirect("person", message.contact.uid)


def _show(request: StaffRequest, form: SheSaidForm, offered: Sequence[Row]) -> HttpResponse:
    context = {
        "form": form,
        "offered": offered,
        "who": form["who"].value() or "",
        "chosen": form["person"].value() or "",
        "keys": keys_for(str(request.user.role)),
    }
    part = "#dialog" if request.htmx else ""
    return render(request, f"person/she_said.html{part}", context, status=400 if form.is_bound else 200)


def _offered(who: str, chosen: str) -> list[Row]:
    """Whom `who` finds; without it the chosen one and those who were here last."""
    who = who.replace("\x00", "").strip()
    if who:
        return rows_of(page_of_people(everyone(search=who), "", size=OFFERED).rows) if len(who) > 1 else []
    first = _person(chosen)
    latest = page_of_people(everyone(), "", size=OFFERED).rows
    return rows_of([first, *(one for one in latest if one != first)][:OFFERED] if first else latest)


def _meant(form: SheSaidForm, offered: Sequence[Row], by: User) -> Contact | None:
    chosen, who = form.cleaned_data["person"], form.cleaned_data["who"]
    if not who:
        return _person(chosen)
    if chosen == NEW or not offered:
        return _add(who, by)
    if not chosen:
        return offered[0].contact if len(offered) == 1 else None
    found = _person(chosen)
    return everyone(search=who).filter(pk=found.pk).first() if found else None


def _person(uid: str) -> Contact | None:
    try:
        return Contact.objects.filter(uid=UUID(uid), merged_into=None, erased=None).first()
    except ValueError:
        return None


def _add(who: str, by: User) -> Contact:
    """Somebody new, by address, phone or name."""
    key = normal.email(who.strip()) or normal.phone(who, business_queries.business().country)
    contact, _new = add_contact(name="" if key else who, keys=[key] if key else [], by=str(by), at=clock.now())
    return contact


def _write_down(request: StaffRequest, form: SheSaidForm, contact: Contact) -> None:
    """Keeps it, and says what became of it, with a way back."""
    said, at, by = form.cleaned_data, clock.now(), request.user
    if said["kind"] != "memory":
        complains = said["kind"] == "complaint"
        subject = _("A complaint") if complains else _("A question")
        kept = say(contact=contact, text=said["words"], channel=said["heard"], subject=subject, written_by=by, at=at)
        text = (
            _("The complaint of %(name)s waits for an answer.")
            if complains
            else _("The question of %(name)s waits for an answer.")
        )
        toast(request, text % {"name": contact}, undo=reverse("unsay_words", args=[kept.uid]))
        return
    memory = tell(
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
    if memory is not None:
        words = {"name": contact, "key": memory.key.label, "value": memory.value}
        undo = reverse("take_back_memory", args=[memory.uid])
        toast(request, _("We remember of %(name)s: %(key)s, %(value)s.") % words, undo=undo)


def _done(request: StaffRequest, contact: Contact) -> HttpResponse:
    """In the dialog one stays where one was, but that the person's own page shows what is new."""
    url = reverse("person", args=[contact.uid])
    if not request.htmx:
        return redirect(url)
    if urlsplit(request.htmx.current_url or "").path == url:
        return HttpResponseClientRedirect(url)
    return render(request, "person/said.html")
