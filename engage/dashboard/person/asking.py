"""Ask by phone: a colleague opens a survey for somebody, and types what they say."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from campaigns.surveys.in_person import ask_in_person
from campaigns.surveys.links import answer_path
from campaigns.surveys.models import Survey
from campaigns.surveys.queries import to_ask
from crm.contacts.models import Contact
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role()
def ask_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What can be asked, with what they answered before; a POST opens one. Four queries."""
    person = get_object_or_404(Contact.objects.filter(erased=None, merged_into=None), uid=uid)
    if request.method != "POST":
        return render(request, "person/ask_person.html", {"contact": person, "surveys": to_ask(person)})
    open_ones = Survey.objects.filter(state=Survey.State.PUBLISHED)
    survey = get_object_or_404(open_ones, key=request.POST.get("survey", ""))
    message = ask_in_person(contact=person, survey=survey, by=request.user, at=clock.now())
    return redirect(answer_path(message.uid, survey.key))
