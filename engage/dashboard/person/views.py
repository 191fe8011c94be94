"""One person: everything we know, said and did. Open to everybody who has signed in."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from campaigns.offers.queries import given_to
from crm.contacts.models import Contact
from crm.contacts.queries import origins_of
from crm.dialogue.queries import conversations_of, tasks_to_do
from crm.leaving.models import Case
from crm.leaving.queries import case_of
from crm.preferences.models import Preference
from crm.preferences.queries import visible_to
from engage.dashboard.person.forms import PermissionForm
from engage.dashboard.person.standing import standing
from engage.dashboard.person.summary import on_closing, summary
from engage.dashboard.person.timeline import FILTERS, timeline
from engage.dashboard.shell.frame import Link
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock


@require_GET
@role()
@vary_on_headers("HX-Request")
def person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One person: everything we know, said and did. For htmx more of the timeline."""
    contact = contact_or_404(uid)
    if contact.merged_into is not None:
        return redirect("person", contact.merged_into.uid)
    show = request.GET.get("show", "")
    story = timeline(contact, role=str(request.user.role), show=show, before=_moment(request.GET.get("before", "")))
    context = {"contact": contact, "timeline": story, "filters": _filters(contact, show)}
    if request.htmx:
        return render(request, "person/person.html#timeline", context)
    return render(request, "person/person.html", context | _beside(contact, str(request.user.role)))


def show_person(request: StaffRequest, contact: Contact, *, permission: PermissionForm, status: int) -> HttpResponse:
    """The page again, after a form that could not be taken."""
    role = str(request.user.role)
    story = timeline(contact, role=role)
    context = {"contact": contact, "timeline": story, "filters": _filters(contact, ""), **_beside(contact, role)}
    return render(request, "person/person.html", context | {"permission_form": permission}, status=status)


def contact_or_404(uid: UUID) -> Contact:
    return get_object_or_404(Contact.objects.select_related("merged_into", "company"), uid=uid)


def _filters(contact: Contact, show: str) -> list[Link]:
    page = reverse("person", args=[contact.uid])
    choices = {"": _("Everything")} | {key: str(label) for key, (label, _sources) in FILTERS.items()}
    return [
        Link(key, label, f"{page}?show={key}" if key else page, current=key == (show if show in FILTERS else ""))
        for key, label in choices.items()
    ]


def _beside(contact: Contact, role: str) -> dict[str, object]:
    short = summary(contact, role=role, orders=5)
    past = (Preference.State.SUPERSEDED, Preference.State.CONFLICT)
    superseded = contact.preferences.filter(visible_to(role), state__in=past).exclude(typed=[]).select_related("key")
    return {
        "summary": short,
        "origins": origins_of([contact.pk]).get(contact.pk),
        "standing": standing(contact, short.identities, clock.now()),
        "superseded": superseded.order_by("-at")[:20],
        "tasks": tasks_to_do().filter(contact=contact),
        "case": case_of(contact.pk),
        "outcomes": Case.Outcome.choices,
        "now": clock.now(),
        "conversations": conversations_of(contact.pk),
        "waiting": contact.messages.filter(state="waiting").select_related("content").order_by("until", "at")[:20],
        "on_closing": on_closing(),
        "gifts": given_to(contact.pk),
        "permission_form": PermissionForm(),
    }


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
