"""One answer as it was given, for whoever answers the person."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from campaigns.surveys import queries
from campaigns.surveys.models import Response
from crm.dialogue.models import Conversation
from crm.preferences.queries import hidden_from
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

ENDED = (Response.State.FINAL, Response.State.SCREENED)


@require_GET
@role()
def survey_answer(request: StaffRequest, uid: UUID) -> HttpResponse:
    """All that was said with it, but for what this role may not see. Six queries at most."""
    known = Response.objects.select_related("survey", "version", "contact")
    found = get_object_or_404(known.filter(contact__erased=None), uid=uid, state__in=ENDED)
    definition = queries.definition_of(found.version)
    hidden = hidden_from(str(request.user.role))
    kept_from = {one.id for one in definition.questions if one.remember and one.remember.key in hidden}
    context = {
        "response": found,
        "definition": definition,
        "answers": [one for one in queries.given(found, definition) if one.id not in kept_from],
        "talk": Conversation.objects.filter(messages__uid=found.uid).first(),
    }
    return render(request, "surveys/one_answer.html", context)
