"""A colleague leaves: what they have in hand, to whom it goes, and the way back."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.business.actions import LastOwner
from crm.business.models import User
from crm.business.queries import has_teams
from crm.dialogue.actions.handover import hand_over, in_hand, undo_handover
from crm.dialogue.models import Handover, Team
from crm.leaving.actions import follow_tasks
from engage.dashboard.inbox.lists import LABELS
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

NOBODY = "nobody"


class HandoverForm(forms.Form):
    """To whom it goes: a colleague who stays, a team, or nobody."""

    to = forms.ChoiceField(label=gettext_lazy("What they have in hand goes to"))

    def __init__(self, *args, colleague: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        staying = User.objects.filter(is_active=True).exclude(pk=colleague.pk).order_by("name", "email")
        self.people = {f"person:{one.uid}": one for one in staying}
        self.teams = {f"team:{one.uid}": one for one in Team.objects.all()} if has_teams() else {}
        choices = [
            ("", _("Choose …")),
            *((key, str(one)) for key, one in self.people.items()),
            *((key, _("Team: %(name)s") % {"name": one}) for key, one in self.teams.items()),
            (NOBODY, _("Nobody: whoever comes first takes it")),
        ]
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@require_http_methods(["GET", "POST"])
@role("owner")
def hand_over_colleague(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What they have in hand, before it goes; then it goes, and they cannot sign in any more."""
    colleague = get_object_or_404(User, uid=uid, is_active=True)
    form = HandoverForm(request.POST or None, colleague=colleague)
    if form.is_valid():
        return _hand_over(request, colleague, form)
    held = in_hand(colleague)
    context = {
        "colleague": colleague,
        "form": form,
        "held": held,
        "lists": [(LABELS[state], count) for state, count in held.conversations.items()],
    }
    return render(request, "settings/handover.html", context, status=400 if form.errors else 200)


@require_POST
@role("owner")
def undo_hand_over(request: StaffRequest, uid: UUID) -> HttpResponse:
    handover = get_object_or_404(Handover.objects.select_related("colleague", "to"), uid=uid)
    with transaction.atomic():
        undone = undo_handover(handover=handover, by=str(request.user), at=clock.now())
        follow_tasks(handover.tasks)
    if undone:
        said = _("%(name)s can sign in again, and has back what nobody else has taken.")
        toast(request, said % {"name": handover.colleague})
    return redirect("settings_team")


def _hand_over(request: StaffRequest, colleague: User, form: HandoverForm) -> HttpResponse:
    chosen = form.cleaned_data["to"]
    to, team = form.people.get(chosen), form.teams.get(chosen)
    try:
        with transaction.atomic():
            handover = hand_over(colleague=colleague, to=to, team=team, by=str(request.user), at=clock.now())
            follow_tasks(handover.tasks)
    except LastOwner:
        toast(request, _("Nothing was changed: somebody has to own the shop."), wrong=True)
        return redirect("settings_team")
    talks, tasks = len(handover.conversations), len(handover.tasks)
    told = {
        "name": colleague,
        "talks": ngettext("%(n)d conversation", "%(n)d conversations", talks) % {"n": talks},
        "tasks": ngettext("%(n)d task", "%(n)d tasks", tasks) % {"n": tasks},
    }
    said = _("%(name)s cannot sign in any more. Handed over: %(talks)s, %(tasks)s.")
    toast(request, said % told, undo=reverse("undo_hand_over", args=[handover.uid]))
    return redirect("settings_team")
