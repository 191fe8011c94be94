"""Saved replies as they stand in an answer to one person."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from liquid.exceptions import LiquidError

from campaigns.channels.environment import environment
from campaigns.channels.liquid import recall_keys
from campaigns.channels.variables import people, recall_variables, shop_variables
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.dialogue.models import SavedReply
from crm.preferences.recall import recall
from engage.dashboard.inbox.views import conversation_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock


@require_GET
@role()
def saved_replies(request: StaffRequest, uid: UUID) -> HttpResponse:
    """For the script: all of them, written for whoever this conversation is with. Five queries."""
    replies = list(SavedReply.objects.all())
    texts = written(replies, conversation_or_404(uid).contact)
    found = [
        {"shortcut": reply.shortcut, "title": reply.title, "text": text}
        for reply, text in zip(replies, texts, strict=True)
    ]
    return JsonResponse({"replies": found}, headers={"Cache-Control": "no-store"})


def written(replies: list[SavedReply], contact: Contact) -> list[str]:
    """The words of each. What cannot be written for this person stands as it was saved. Two queries."""
    at, keys = clock.now(), {key for reply in replies for key in _keys(reply)}
    cited = recall({contact.pk}, keys, at=at).get(contact.pk, {})
    variables = {
        "contact": people([contact.pk])[contact.pk],
        "business": shop_variables(business()),
        "recall": recall_variables(cited, at),
    }
    return [_written(reply, variables) for reply in replies]


def _written(reply: SavedReply, variables: dict) -> str:
    try:
        return environment("text").from_string(reply.text).render(variables).strip()
    except LiquidError:
        return reply.text


def _keys(reply: SavedReply) -> list[str]:
    try:
        return recall_keys(reply.text)
    except LiquidError:
        return []
