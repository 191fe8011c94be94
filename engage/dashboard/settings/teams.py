"""Teams, what each colleague can be given, and whether new conversations go round: from the third agent on."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.business.actions import update_business
from crm.business.models import User
from crm.business.queries import fresh_business, has_teams, working_week
from crm.dialogue.actions.desks import TakenName, TooManyTeams, come_back, go_away, remove_team, save_team, set_desk
from crm.dialogue.models import Desk, Team
from engage.dashboard.settings.team_forms import DeskForm, TeamForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


def with_teams[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """There is no such page while two can keep it all in their heads."""

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not has_teams():
            raise Http404
        return view(*args, **kwargs)

    return shown


@require_GET
@role("owner")
@with_teams
def settings_teams(request: StaffRequest) -> HttpResponse:
    """Four queries."""
    today = clock.now().astimezone(working_week().zone).date()
    team = User.objects.filter(is_active=True).select_related("desk").order_by("name", "email")
    rows = [(one, desk := desk_of(one), desk.is_away(today)) for one in team]
    context = {"rows": rows, "teams": Team.objects.prefetch_related("members"), "hands_out": fresh_business().hands_out}
    return render(request, "settings/teams.html", context)


@require_POST
@role("owner")
@with_teams
def switch_turns(request: StaffRequest) -> HttpResponse:
    wanted = "on" in request.POST
    update_business(by=str(request.user), at=clock.now(), hands_out=wanted)
    said = _("New conversations are given to colleagues in turn.") if wanted else _("Whoever comes first takes them.")
    toast(request, said)
    return redirect("settings_teams")


@require_http_methods(["GET", "POST"])
@role("owner")
@with_teams
def edit_team(request: StaffRequest, uid: UUID | None = None) -> HttpResponse:
    team = get_object_or_404(Team, uid=uid) if uid else None
    members = [one.uid for one in team.members.all()] if team else []
    form = TeamForm(request.POST or None, initial={"name": team.name if team else "", "members": members})
    if form.is_valid():
        try:
            save_team(team, **form.cleaned_data, by=str(request.user), at=clock.now())
        except TakenName:
            form.add_error("name", _("There is a team of that name."))
        except TooManyTeams:
            form.add_error("name", _("There are as many as there can be. Remove one first."))
        else:
            toast(request, _("Saved."))
            return redirect("settings_teams")
    return render(request, "settings/team_edit.html", {"form": form, "team": team}, status=400 if form.errors else 200)


@require_POST
@role("owner")
@with_teams
def drop_team(request: StaffRequest, uid: UUID) -> HttpResponse:
    team = get_object_or_404(Team, uid=uid)
    remove_team(team, by=str(request.user), at=clock.now())
    toast(request, _("Removed: %(name)s.") % {"name": team.name})
    return redirect("settings_teams")


@require_http_methods(["GET", "POST"])
@role("owner")
@with_teams
def edit_desk(request: StaffRequest, uid: UUID) -> HttpResponse:
    colleague = get_object_or_404(User.objects.select_related("desk"), uid=uid, is_active=True)
    desk = desk_of(colleague)
    before = {"takes_turns": desk.takes_turns, "languages": desk.languages, "skills": ", ".join(desk.skills)}
    form = DeskForm(request.POST if request.method == "POST" else None, initial=before)
    if form.is_valid():
        set_desk(colleague, **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("settings_teams")
    context = {"form": form, "colleague": colleague}
    return render(request, "settings/desk.html", context, status=400 if form.errors else 200)


@require_POST
@role("owner")
@with_teams
def send_away(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Somebody else is ill, or there again."""
    colleague = get_object_or_404(User, uid=uid, is_active=True)
    if "here" in request.POST:
        come_back(colleague)
    else:
        go_away(colleague, back=None, at=clock.now())
    return redirect("settings_teams")


def desk_of(colleague: User) -> Desk:
    """As it will be once somebody is given something. The desk must be loaded."""
    known: Desk | None = getattr(colleague, "desk", None)
    return known or Desk(colleague=colleague, takes_turns=colleague.role == User.Role.AGENT)
