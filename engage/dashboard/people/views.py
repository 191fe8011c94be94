"""Everyone we know. Open to everybody who has signed in."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from crm.contacts.actions.add import add_contact
from crm.segments.models import Segment
from engage.dashboard.people.finding import everyone, page_of_people, rows_of
from engage.dashboard.people.forms import PersonForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

LONGEST_SEARCH = 100


@require_GET
@role()
@vary_on_headers("HX-Request")
def people(request: StaffRequest) -> HttpResponse:
    """The list: `?q=` searches, `?group=` narrows, `?visitors=1` shows those we do not know, `?cursor=` goes on."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    visitors = request.GET.get("visitors") == "1"
    group = _group(request.GET.get("group", ""))
    found = everyone(search=search, visitors=visitors, group=group)
    page = page_of_people(found, request.GET.get("cursor", ""))
    context = {
        "rows": rows_of(page.rows),
        "next": page.next,
        "search": search,
        "visitors": visitors,
        "group": group,
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"people/people.html{part}", context)


@require_http_methods(["GET", "POST"])
@role()
def new_person(request: StaffRequest) -> HttpResponse:
    """Add one person. Somebody we know already is shown instead."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        person, new = add_contact(
            name=form.cleaned_data["name"],
            keys=form.keys,
            language=form.cleaned_data["language"],
            by=str(request.user),
            at=clock.now(),
        )
        toast(request, _("Added.") if new else _("We know this person already: here they are, unchanged."))
        return redirect("person", person.uid)
    return render(request, "people/new_person.html", {"form": form}, status=400 if form.is_bound else 200)


def _group(uid: str) -> Segment | None:
    """The group asked for; one that does not exist is a page that does not."""
    if not uid:
        return None
    try:
        return get_object_or_404(Segment, uid=UUID(uid))
    except ValueError:
        raise Http404 from None
