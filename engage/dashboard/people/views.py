"""Everyone we know. Open to everybody who has signed in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from crm.contacts.actions.add import add_contact
from crm.contacts.queries import companies
from crm.contacts.searching import words_of
from crm.lists.acts import ACTS
from crm.lists.finding import everyone
from crm.lists.narrowing import FILTERS
from crm.lists.paging import page_of_people
from engage.dashboard.people import searches
from engage.dashboard.people.forms import PersonForm
from engage.dashboard.people.looking import address, look_of, rows_of
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.templatetags.paper import people as people_text
from engage.lib import clock

MOST_COUNTED = 10_000
MOST_COMPANIES = 5


@require_GET
@role()
@vary_on_headers("HX-Request")
def people(request: StaffRequest) -> HttpResponse:
    """The list, narrowed by the filters of `narrowing`; `?found=` names a search of this session, `?visitors=1` shows
    those we do not know, `?cursor=` goes on or back, `?order=` sorts, `?view=` names a view whose columns it has."""
    if any(not value for value in request.GET.values()):
        return redirect(address(request.GET.dict()))
    look = look_of(request)
    found = everyone(search=look.search, visitors=look.visitors, filters=look.filters).select_related("company")
    page = page_of_people(found, request.GET.get("cursor", ""), order=look.ordering, within=look.within)
    rows = rows_of(page.rows, look, str(request.user.role))
    context = {
        "look": look,
        "rows": rows,
        "page": page,
        "search": look.search,
        "visitors": look.visitors,
        "acts": [(key, act.verb) for key, act in ACTS.items() if request.user.role in act.roles],
    }
    if look.search:
        context["companies"] = companies(look.search)[:MOST_COMPANIES]
    part = "#rows" if request.htmx else ""
    return render(request, f"people/people.html{part}", context)


@require_GET
@role()
def count_people(request: StaffRequest) -> HttpResponse:
    """For htmx: how many are in the list, up to MOST_COUNTED."""
    look = look_of(request)
    found = everyone(search=look.search, visitors=look.visitors, filters=look.filters)
    number = found.values("pk")[: MOST_COUNTED + 1].count()
    text = _("more than %(n)s people") % {"n": f"{MOST_COUNTED:,}"} if number > MOST_COUNTED else people_text(number)
    return HttpResponse(format_html("{}", text))


@require_POST
@role()
def find_people(request: StaffRequest) -> HttpResponse:
    """Keeps what is searched for with the session: a name or an address stands in no url and in no log. The filters of
    the list that it is searched in stay."""
    search, query = words_of(request.POST.get("q", "")), request.GET.dict()
    if search:
        query["found"] = searches.keep(request, search)
    return redirect(address(query))


@require_GET
@role()
def filter_people(request: StaffRequest) -> HttpResponse:
    """What the list can be narrowed by, for the dialog (a page without script). A query for each kind of choices."""
    chosen, role = request.GET, str(request.user.role)
    fields = [(one.key, one.label(), one.choices(role), chosen.get(one.key, "")) for one in FILTERS]
    kept = {key: chosen[key] for key in ("found", "visitors", "view", "order") if chosen.get(key)}
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
