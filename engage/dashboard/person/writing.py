"""We write first: a conversation is opened, and the page to write in is the inbox."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from crm.dialogue.actions import open_conversation
from engage.dashboard.person.views import contact_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock


@require_POST
@role()
def write_to_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """From now on automation to them holds, as in every conversation."""
    contact = contact_or_404(uid)
    conversation = open_conversation(contact=contact, channel="email", subject="", by=request.user, at=clock.now())
    return redirect("conversation", conversation.uid)
