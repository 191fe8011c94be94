"""Groups of people: which rule makes each, how many match it, who they are, and why somebody does or does not."""

import time
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.contacts.models import Contact
from crm.rules import InvalidRule, Rule, describe, parse
from crm.segments import queries
from crm.segments.actions import InUse, create_segment, delete_segment, edit_segment
from crm.segments.models import Segment
from crm.segments.picking import create_picked_segment, is_picked, put_in, take_out
from engage.dashboard.groups.forms import GroupForm
from engage.dashboard.journeys.words import reasons_of
from engage.dashboard.people.finding import everyone
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.templatetags.paper import people as people_text
from engage.lib import clock

SAMPLE = 10
MOST_FOUND = 8
LONGEST_SEARCH = 100


@require_GET
@role()
def groups(request: StaffRequest) -> HttpResponse:
    """All groups by name with their rules in words. One query; each number comes by itself when the page is there."""
    return render(request, "groups/groups.html", {"rows": [(group, sentence(group)) for group in queries.segments()]})


@require_GET
@role()
def count_group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """For htmx: how many people match now. Two queries."""
    number = queries.count(_rule(_group(uid)), at=clock.now())
    return HttpResponse(format_html("{}", people_text(number)))


@require_GET
@role()
def group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One group: `?q=` finds people to ask about, `?person=` says why that one is in it or not."""
    found = _group(uid)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    context: dict[str, Any] = {"group": found, "sentence": sentence(found), "search": search}
    try:
        rule = parse(found.rule)
    except InvalidRule:
        return render(request, "groups/group.html", context)
    context |= _numbers(rule) | {
        "picked": is_picked(found),
        "sample": queries.members(rule, at=clock.now(), size=SAMPLE),
    }
    if search:
        context["found"] = list(everyone(search=search)[:MOST_FOUND])
    if asked := request.GET.get("person"):
        person = _person(asked)
        why = queries.explain(rule, person, at=clock.now())
        context |= {"person": person, "holds": why.holds, "reasons": list(reasons_of(why))}
    return render(request, "groups/group.html", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_group(request: StaffRequest) -> HttpResponse:
    """Write a group; *Look first* counts without keeping anything."""
    return _write(request, None)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit_group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Its name, its numbers, its rule; *Look first* counts without keeping anything."""
    return _write(request, _group(uid))


@require_POST
@role("owner", "marketer")
def delete_group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Forget the rule, unless something depends on it: then it says what."""
    found = _group(uid)
    try:
        delete_segment(found, by=str(request.user), at=clock.now())
    except InUse as used:
        by = ", ".join(used.dependents)
        toast(request, _("Kept, because this depends on it: {by}.").format(by=by), wrong=True)
        return redirect("group", uid)
    toast(request, _("The group is deleted. Nobody in it was touched."))
    return redirect("groups")


@require_POST
@role("owner", "marketer")
def new_picked_group(request: StaffRequest) -> HttpResponse:
    """A group of people who are put in by hand; first it has only its name."""
    name = request.POST.get("name", "").replace("\x00", "").strip()
    if not name:
        toast(request, _("Give the group a name."), wrong=True)
        return redirect("new_group")
    kept = create_picked_segment(name=name, by=str(request.user), at=clock.now())
    return redirect("group", kept.uid)


@require_POST
@role("owner", "marketer")
def pick_person(request: StaffRequest, uid: UUID, person: UUID) -> HttpResponse:
    """Put one person into a group that is kept by hand; `?out=1` takes them out."""
    found, contact = _group(uid), _person(str(person))
    if not is_picked(found):
        raise Http404
    if request.GET.get("out"):
        take_out(found, [contact.pk], at=clock.now())
        toast(request, _("{person} is no longer in the group.").format(person=contact))
    else:
        put_in(found, [contact.pk], by=str(request.user), at=clock.now())
        toast(request, _("{person} is in the group.").format(person=contact))
    return redirect("group", uid)


def sentence(found: Segment) -> str:
    """The rule in words, or that it can no longer be read."""
    try:
        return describe(parse(found.rule))
    except InvalidRule as refused:
        return _("This rule can no longer be read. {reason}").format(reason=refused.problems[0].message)


def _write(request: StaffRequest, found: Segment | None) -> HttpResponse:
    form = GroupForm(request.POST or None, found)
    context: dict[str, Any] = {"group": found, "form": form}
    if form.is_valid():
        name, rule = form.cleaned_data["name"], form.cleaned_data["rule"]
        if "look" in request.POST:
            read = parse(rule)
            return render(request, "groups/edit_group.html", context | _numbers(read) | {"sentence": describe(read)})
        said = {"by": str(request.user), "at": clock.now(), "name": name, "rule": rule}
        try:
            kept = edit_segment(found, **said) if found else create_segment(**said)
        except InvalidRule as refused:
            form.add_error("rule", refused.problems[0].message)
        else:
            toast(request, _("Kept."))
            return redirect("group", kept.uid)
    return render(request, "groups/edit_group.html", context, status=400 if form.is_bound else 200)


def _numbers(rule: Rule) -> dict[str, Any]:
    began = time.perf_counter()
    count = queries.count(rule, at=clock.now())
    return {"count": count, "seconds": time.perf_counter() - began}


def _group(uid: UUID) -> Segment:
    return get_object_or_404(Segment, uid=uid)


def _rule(found: Segment) -> Rule:
    try:
        return parse(found.rule)
    except InvalidRule as refused:
        raise Http404 from refused


def _person(asked: str) -> Contact:
    try:
        return get_object_or_404(Contact, uid=UUID(asked), merged_into=None, erased=None)
    except ValueError as error:
        raise Http404 from error
