"""Public pages for one tap: did the automatic answer help, and how many stars.

They show nothing of what we know, and nothing changes by looking at them.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.dialogue.actions import rate, want_person, was_helped
from crm.dialogue.expecting import when_answered
from crm.dialogue.forms import RatingForm
from crm.dialogue.links import talk_path
from crm.dialogue.models import Conversation, FaqEntry
from engage.lib import clock, tokens
from engage.lib.public import notice, public
from engage.lib.spoken import speak


@public
@require_http_methods(["GET", "HEAD", "POST"])
def answered(request: HttpRequest, token: str) -> HttpResponse:
    """The answer once more, with "this helped" and "ask a person"."""
    conversation, *rest = _read("a", token, 2)
    if conversation is None:
        return _lost(request)
    entry = FaqEntry.objects.filter(uid=rest[0]).first()
    with speak(conversation.contact.language, entry.language if entry else ""):
        if request.method != "POST":
            return render(request, "talk/answered.html", {"entry": entry})
        if "helped" in request.POST:
            was_helped(conversation=conversation, at=clock.now())
            return notice(request, _("Good to know"), _("Thank you for telling us. You can close this page."))
        now = clock.now()
        want_person(conversation=conversation, at=now)
        text = _("A colleague has all that you wrote before them, and answers you there. You can close this page.")
        return notice(request, _("A person answers you"), f"{text} {when_answered(now).text}".strip())


@public
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, token: str) -> HttpResponse:
    """Stars for a conversation that is over; those of the link are chosen beforehand, and count once they are sent."""
    (conversation,) = _read("g", token, 1)
    if conversation is None or conversation.spam:
        return _lost(request)
    with speak(conversation.contact.language):
        if conversation.rated:
            return _thanks(request)
        form = RatingForm(request.POST) if request.method == "POST" else RatingForm(initial=_chosen(request))
        if request.method != "POST" or not form.is_valid():
            status = 400 if form.errors else 200
            return render(request, "talk/rating.html", {"form": form}, status=status)
        rate(conversation=conversation, **form.cleaned_data, at=clock.now())
        return _thanks(request)


def _read(purpose: str, token: str, parts: int) -> list:
    """The conversation of a token, and what else it carries; None in the place of what is not to be found."""
    try:
        found = [UUID(part) for part in tokens.read(purpose, token)]
    except ValueError:
        return [None] * parts
    known = Conversation.objects.select_related("contact").filter(uid=found[0], contact__erased=None)
    return [known.first(), *found[1:]] if len(found) == parts else [None] * parts


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {"stars": request.GET.get("stars", "")}


def _thanks(request: HttpRequest) -> HttpResponse:
    return notice(request, _("Thank you"), _("We have your stars. You can close this page."))


def _lost(request: HttpRequest) -> HttpResponse:
    link = (talk_path(), _("Write to a person"))
    text = _("This link is not complete, or what it is about is gone.")
    return notice(request, _("We could not read this link"), text, status=404, link=link)
