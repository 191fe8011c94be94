"""Everyone we know. Open to everybody who has signed in."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from crm.contacts.actions.add import add_contact
from crm.contacts.searching import words_of
from engage.dashboard.people import searches
from engage.dashboard.people.finding import everyone, rows_of
from engage.dashboard.people.forms import PersonForm
from engage.dashboard.people.narrowing import FILTERS, filters_or_404
from engage.dashboard.people.paging import page_of_people
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_GET
@role()
@vary_on_headers("HX-Request")
def people(request: StaffRequest) -> HttpResponse:
    """The list, narrowed by the filters of `narrowing`; `?found=` names a search of this session, `?visitors=1` shows
    those we do not know, `?cursor=` goes on or back."""
    if any(not value for value in request.GET.values()):
        return redirect(_address(request.GET.dict()))
    search, visitors = searches.kept(request, request.GET.get("found", "")), request.GET.get("visitors") == "1"
    filters = filters_or_404(request.GET.dict(), clock.now())
    page = page_of_people(everyone(search=search, visitors=visitors, filters=filters), request.GET.get("cursor", ""))
    context = {"rows": rows_of(page.rows), "page": page, "search": search, "visitors": visitors, "filters": filters}
    part = "#rows" if request.htmx else ""
    return render(request, f"people/people.html{part}", context)


@require_POST
@role()
def find_people(request: StaffRequest) -> HttpResponse:
    """Keeps what is searched for with the session: a name or an address stands in no url and in no log. The filters of
    the list that it is searched in stay."""
    search, query = words_of(request.POST.get("q", "")), request.GET.dict()
    if search:
        query["found"] = searches.keep(request, search)
    return redirect(_address(query))


@require_GET
@role()
def filter_people(request: StaffRequest) -> HttpResponse:
    """What the list can be narrowed by, for the dialog (a page without script). A query for each kind of choices."""
    fields = [(one.key, one.label(), one.choices(), request.GET.get(one.key, "")) for one in FILTERS]
    kept = {key: request.GET[key] for key in ("found", "visitors") if request.GET.get(key)}
    part = "#dialog" if request.htmx else ""
    return render(request, f"people/filter_people.html{part}", {"fields": fields, "kept": kept})


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


def _address(query: Mapping[str, str]) -> str:
    """The list with these choices; what a form left empty is left out."""
    chosen = urlencode({key: value for key, value in query.items() if value})
    return f"{reverse('people')}?{chosen}" if chosen else reverse("people")
