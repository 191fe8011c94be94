"""Who works here."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.business.actions import LastOwner, add_colleague, change_role, open_account
from crm.business.models import User
from crm.dialogue.models import Handover
from engage.dashboard.settings.forms import ColleagueForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@role("owner")
def settings_team(request: StaffRequest) -> HttpResponse:
    """The team, and a form for one more. A new colleague gets a link to set a password, shown once."""
    form = ColleagueForm(request.POST or None)
    last = Prefetch("handovers", Handover.objects.filter(undone=None).order_by("-pk"), to_attr="handed_over")
    context: dict[str, object] = {
        "team": User.objects.prefetch_related(last).order_by("-is_active", "name", "email"),
        "roles": User.Role.choices,
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        user = add_colleague(**form.cleaned_data, by=str(request.user), at=clock.now())
        context |= {"invited": user, "link": password_link(user), "form": ColleagueForm()}
    return render(request, "settings/team.html", context)


def password_link(user: User) -> str:
    """Where the colleague sets a password; valid for three days, and once."""
    key = default_token_generator.make_token(user)
    place = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{settings.PUBLIC_URL}{place}"


@require_POST
@role("owner")
def change_colleague(request: StaffRequest, uid: str) -> HttpResponse:
    """Another role, or a way in again."""
    user = get_object_or_404(User, uid=uid)
    try:
        _change(request, user)
    except LastOwner:
        toast(request, _("Nothing was changed: somebody has to own the shop."), wrong=True)
    return redirect("settings_team")


def _change(request: StaffRequest, user: User) -> None:
    by, at = str(request.user), clock.now()
    wanted = request.POST.get("role", "")
    if wanted in User.Role.values:
        change_role(user, role=wanted, by=by, at=at)
        toast(request, _("%(name)s has another role now.") % {"name": user})
    elif "open" in request.POST:
        open_account(user, by=by, at=at)
        toast(request, _("%(name)s can sign in again.") % {"name": user})
