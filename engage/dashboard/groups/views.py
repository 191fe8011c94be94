"""Groups of people: which rule makes each, how many match it, who they are, and why somebody does or does not."""

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
from crm.segments.seeing import hidden_names, seen_by, speaks_of
from engage.dashboard.groups.forms import GroupForm
from engage.dashboard.rules.editor import Editor, begun, edited_by, opened, page_or_part
from engage.dashboard.rules.looking import look_at
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.templatetags.paper import people as people_text
from engage.lib import clock

SAMPLE = 10


@require_GET
@role()
def groups(request: StaffRequest) -> HttpResponse:
    """The groups that this role may see, by name, with their rules in words. Three queries at most; each number comes
    by itself when the page is there."""
    found = seen_by(str(request.user.role))
    return render(request, "groups/groups.html", {"rows": [(group, sentence(group)) for group in found]})


@require_GET
@role()
def count_group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """For htmx: how many people match now. Two queries."""
    number = queries.count(_rule(_group(request, uid)), at=clock.now())
    return HttpResponse(format_html("{}", people_text(number)))


@require_http_methods(["GET", "POST"])
@role()
def group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One group. A post changes nothing: it finds people to ask about, and says why one is in it or not."""
    found = _group(request, uid)
    context: dict[str, Any] = {"group": found, "sentence": sentence(found)}
    try:
        rule = parse(found.rule)
    except InvalidRule:
        return render(request, "groups/group.html", context)
    context |= {"picked": is_picked(found), "look": look_at(rule, request.POST, size=SAMPLE)}
    return render(request, f"groups/group.html{'#look' if request.htmx else ''}", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_group(request: StaffRequest) -> HttpResponse:
    """Write a group; what it means so far stands beside it."""
    return _write(request, None)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit_group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Its name and its rule."""
    return _write(request, _group(request, uid))


@require_POST
@role("owner", "marketer")
def delete_group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Forget the rule, unless something depends on it: then it says what."""
    found = _group(request, uid)
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
    found, contact = _group(request, uid), _person(str(person))
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
    """The form with its rows; every button but *Keep* changes only what is on the page."""
    editor = edited_by(request.POST) or (opened(found.rule) if found else begun())
    editor.hidden = hidden_names(str(request.user.role))
    may_see = editor.rule is None or not speaks_of(editor.rule, editor.hidden)
    if not may_see:
        editor.refuse(_("It speaks of what only others in the team may see."))
    keeps = "keep" in request.POST
    form = GroupForm(request.POST if keeps else None, initial=_said(request, found))
    if keeps and may_see and form.is_valid() and (kept := _keep(request, found, form.cleaned_data["name"], editor)):
        return redirect("group", kept.uid)
    context: dict[str, Any] = {"group": found, "form": form, "editor": editor, "keeps": keeps}
    if editor.rule is not None and may_see:
        context["look"] = look_at(editor.rule, request.POST)
    return render(request, page_or_part(request, "groups/edit_group.html"), context, status=400 if keeps else 200)


def _said(request: StaffRequest, found: Segment | None) -> dict[str, str]:
    name = found.name if found else ""
    return {"name": request.POST.get("name", name)}


def _keep(request: StaffRequest, found: Segment | None, name: str, editor: Editor) -> Segment | None:
    """None where the rule is not finished, or cannot be this group's: the editor says why."""
    by, at = str(request.user), clock.now()
    if editor.rule is None:
        return None
    try:
        if found:
            kept = edit_segment(found, name=name, rule=editor.json, by=by, at=at)
        else:
            kept = create_segment(name=name, rule=editor.json, by=by, at=at)
    except InvalidRule as refused:
        editor.refuse(refused.problems[0].message)
        return None
    toast(request, _("Kept."))
    return kept


def _group(request: StaffRequest, uid: UUID) -> Segment:
    if str(uid) in hidden_names(str(request.user.role)):
        raise Http404
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
