""" "Still right?": what a message cited is confirmed or changed with one tap. GET shows, POST says it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.dialogue.links import MEMORY_LIVES, memory_path, talk_path
from crm.dialogue.models import Message
from crm.preferences import values
from crm.preferences.models import Preference
from crm.preferences.statement import Statement
from crm.preferences.stating import state
from engage.lib import clock
from engage.lib.public import notice, public
from engage.lib.spoken import speak
from engage.memory.links import BadLink, read_right
from engage.memory.remembered import expected
from engage.memory.views.everything import LONGEST
from engage.memory.views.switches import bad_link


@public
@require_http_methods(["GET", "HEAD", "POST"])
def still_right(request: HttpRequest, token: str) -> HttpResponse:
    """Shows no more than the message did: what it cited, as long as that is what we know. Three queries to show."""
    at = clock.now()
    try:
        message, pk = read_right(token)
    except BadLink:
        return bad_link(request)
    with speak(message.contact.language):
        found = Preference.objects.select_related("key").filter(pk=pk, contact=message.contact_id).first()
        if found is None or found.state != Preference.State.ACTIVE or at - message.at > MEMORY_LIVES:
            return _over(request, message, at)
        if request.method != "POST":
            return _page(request, token, message, found, at)
        value = request.POST.get("value", found.value).strip() if "change" in request.POST else found.value
        if len(value) > LONGEST or not _fits(found, value):
            return _page(request, token, message, found, at, problem=expected(found.key), status=400)
        _say(message, found, value, at)
        text = _("We remember: %(value)s. Thank you.") % {"value": value}
        return notice(request, _("Noted"), text, link=_memory(message, at))


def _fits(found: Preference, value: str) -> bool:
    return not values.nothing(value) and values.read(found.key.type, value, found.key.choices).fits


def _say(message: Message, found: Preference, value: str, at: datetime) -> None:
    """Her own word, as in a survey: a new statement with the message as its source."""
    statement = Statement(
        contact=found.contact_id,
        recorded_for=message.recorded_for_id,
        key=found.key.key,
        value=values.raw(found.value, found.typed) if value == found.value else value,
        kind=Preference.Kind.STATED,
        at=at,
        words=found.words if value == found.value else value,
        question=_("%(what)s: still right?") % {"what": found.key.label},
        source_kind="survey",
        source_id=f"right:{message.uid}:{found.pk}",
        source_label="Still right?",  # for the team
    )
    state(statement, at=at)


def _page(
    request: HttpRequest,
    token: str,
    message: Message,
    found: Preference,
    at: datetime,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "token": token,
        "preference": found,
        "problem": problem,
        "longest": LONGEST,
        "memory": _memory(message, at)[0],
        "talk": talk_path(message.uid),
    }
    return render(request, "memory/right.html", context, status=status)


def _over(request: HttpRequest, message: Message, at: datetime) -> HttpResponse:
    text = _("You have told us something newer, or had it forgotten. Nothing was changed.")
    return notice(request, _("This is no longer asked"), text, link=_memory(message, at))


def _memory(message: Message, at: datetime) -> tuple[str, str]:
    return memory_path(message.contact.uid, message.uid, at=at), _("See or change what we remember")
