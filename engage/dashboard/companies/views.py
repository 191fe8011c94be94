"""Companies: a list, and a page for each with its people, what they bought and what is being talked about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.catalog.queries import bought_by_company
from crm.contacts import queries
from crm.contacts.actions.companies import add_company, put_into_company, rename_company
from crm.contacts.models import Company, Contact
from crm.contacts.searching import words_of
from crm.dialogue.queries import talks_of_company
from crm.lists.finding import everyone
from crm.lists.paging import page_of_people
from engage.dashboard.companies.forms import CompanyForm, CompanyNameForm
from engage.dashboard.people import searches
from engage.dashboard.people.finding import rows_of
from engage.dashboard.person.views import contact_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

SIZE = 50
MOST_OFFERED = 8


@require_GET
@role()
def companies(request: StaffRequest) -> HttpResponse:
    """By name with how many people each has; `?found=` names a search of this session, `?after=` goes on. Three
    queries at most."""
    search, after = searches.kept(request, request.GET.get("found", "")), _company_after(request.GET.get("after", ""))
    rows = list(queries.companies(search, after=after)[: SIZE + 1])
    people = queries.people_in([company.pk for company in rows[:SIZE]])
    context = {
        "rows": [(company, people[company.pk]) for company in rows[:SIZE]],
        "next": str(rows[SIZE - 1].uid) if len(rows) > SIZE else "",
        "search": search,
    }
    return render(request, "companies/companies.html", context)


@require_POST
@role()
def find_companies(request: StaffRequest) -> HttpResponse:
    """Keeps what is searched for with the session, as the list of people does."""
    search = words_of(request.POST.get("q", ""))
    found = f"?found={searches.keep(request, search)}" if search else ""
    return redirect(f"{reverse('companies')}{found}")


@require_http_methods(["GET", "POST"])
@role()
def new_company(request: StaffRequest) -> HttpResponse:
    form = CompanyNameForm(request.POST or None)
    if form.is_valid():
        made, new = add_company(name=form.cleaned_data["name"], by=str(request.user), at=clock.now())
        toast(request, _("Added.") if new else _("We know this company already: here it is, unchanged."))
        return redirect("company", made.uid)
    return render(request, "companies/new_company.html", {"form": form}, status=400 if form.is_bound else 200)


@require_GET
@role()
def company(request: StaffRequest, uid: UUID) -> HttpResponse:
    """`?cursor=` goes on among its people; `?found=` names a search for somebody to put in."""
    found = _company_or_404(uid)
    return _show(request, found, CompanyNameForm(initial={"name": found.name}))


@require_POST
@role()
def rename(request: StaffRequest, uid: UUID) -> HttpResponse:
    found, form = _company_or_404(uid), CompanyNameForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=400)
    rename_company(found, name=form.cleaned_data["name"], by=str(request.user), at=clock.now())
    toast(request, _("It is called so now."))
    return redirect("company", uid)


@require_POST
@role()
def find_for_company(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Who might be put in; what is searched for stays with the session."""
    found, search = _company_or_404(uid), words_of(request.POST.get("q", ""))
    query = f"?found={searches.keep(request, search)}#put-in" if search else ""
    return redirect(f"{reverse('company', args=[found.uid])}{query}")


@require_POST
@role()
def join_company(request: StaffRequest, uid: UUID, person: UUID) -> HttpResponse:
    return _move(request, _living_or_404(person), _company_or_404(uid), back=reverse("company", args=[uid]))


@require_POST
@role()
def leave_company(request: StaffRequest, uid: UUID, person: UUID) -> HttpResponse:
    """Out of this company; somebody who is elsewhere by now stays there."""
    contact, found = _living_or_404(person), _company_or_404(uid)
    if contact.company_id != found.pk:
        return redirect("company", uid)
    return _move(request, contact, None, back=reverse("company", args=[uid]))


@require_http_methods(["GET", "POST"])
@role()
def company_of_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Where one person belongs, by name: a company we know, a new one, or none."""
    contact = _living_or_404(uid)
    form = CompanyForm(request.POST or None, initial={"company": contact.company.name if contact.company else ""})
    if not form.is_valid():
        context = {"form": form, "contact": contact, "known": queries.companies()[:MOST_OFFERED]}
        return render(request, "companies/of_person.html", context, status=400 if form.is_bound else 200)
    name, at = form.cleaned_data["company"], clock.now()
    into = add_company(name=name, by=str(request.user), at=at)[0] if name else None
    return _move(request, contact, into, back=reverse("person", args=[contact.uid]))


def _move(request: StaffRequest, contact: Contact, into: Company | None, *, back: str) -> HttpResponse:
    before = put_into_company(contact=contact, company=into, by=str(request.user), at=clock.now())
    if before != into:
        text = _("%(name)s belongs to %(company)s.") if into else _("%(name)s no longer belongs to %(company)s.")
        undo = reverse("join_company", args=[before.uid, contact.uid]) if before else ""
        undo = undo or (reverse("leave_company", args=[into.uid, contact.uid]) if into else "")
        toast(request, text % {"name": contact, "company": into or before}, undo=undo)
    return redirect(back)


def _show(request: StaffRequest, found: Company, form: CompanyNameForm, status: int = 200) -> HttpResponse:
    search = searches.kept(request, request.GET.get("found", ""))
    page = page_of_people(queries.present().filter(company=found), request.GET.get("cursor", ""))
    context = {
        "company": found,
        "form": form,
        "page": page,
        "rows": rows_of(page.rows),
        "people": queries.people_in([found.pk])[found.pk],
        "traits": _traits(found),
        "bought": bought_by_company(found.pk),
        "talks": talks_of_company(found.pk),
        "search": search,
        "offered": rows_of(list(everyone(search=search).exclude(company=found)[:MOST_OFFERED])) if search else [],
    }
    return render(request, "companies/company.html", context, status=status)


def _traits(found: Company) -> list[dict[str, Any]]:
    """What the server said of it, but for its name."""
    said = sorted((name, one) for name, one in found.attributes.items() if name != "name")
    return [{"name": name, "value": one["value"], "at": datetime.fromisoformat(one["at"])} for name, one in said]


def _company_or_404(uid: UUID) -> Company:
    return get_object_or_404(Company, uid=uid)


def _company_after(text: str) -> Company | None:
    """Whose place in the list a page begins after; the top where there is none."""
    try:
        return Company.objects.filter(uid=UUID(text)).first() if text else None
    except ValueError:
        return None


def _living_or_404(uid: UUID) -> Contact:
    contact = contact_or_404(uid)
    return get_object_or_404(Contact.objects.select_related("company"), pk=contact.pk, erased=None)
