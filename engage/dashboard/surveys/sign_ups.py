"""Sign-up forms: where people ask us to write to them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.surveys import actions, queries
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.asked.parse import parse
from crm.preferences.queries import keys_by_label
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.forms import SignUpFormForm
from engage.dashboard.surveys.words import state_of
from engage.lib import clock


@require_GET
@role("owner", "marketer")
def sign_up_forms(request: StaffRequest) -> HttpResponse:
    """All of them, with how many asked and how many confirmed. One query."""
    at = clock.now()
    rows = [(form, state_of(form, at), asked) for form, asked in queries.sign_up_forms()]
    return render(request, "surveys/sign_up_forms.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_sign_up_form(request: StaffRequest) -> HttpResponse:
    """Make one. It is a draft, to be looked at and published on its page."""
    request.tab = "sign_up_forms"
    form = SignUpFormForm(request.POST or None, initial={"words": _("Yes, write to me.")})
    if form.is_valid():
        try:
            definition = parse(form.raw(keys_by_label()))
        except BadDefinition as error:
            form.add_error(None, error.problems[0].message)
        else:
            made = actions.create(definition=definition, by=str(request.user), at=clock.now())
            toast(request, _("Made. Look at it as customers do, and publish it."))
            return redirect("survey", made.uid)
    return render(request, "surveys/new_sign_up_form.html", {"form": form}, status=400 if request.POST else 200)
