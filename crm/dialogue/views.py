"""The public page for writing to a person. It reads no cookie and shows nothing of what we know."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from crm.dialogue.actions import say, say_as_stranger
from crm.dialogue.actions.answering import may_answer
from crm.dialogue.expecting import when_answered
from crm.dialogue.faq import Match
from crm.dialogue.forms import StrangerForm, TalkForm, once
from crm.dialogue.links import answered_path
from crm.dialogue.models import Message
from engage.lib import clock, tokens
from engage.lib.patience import PASSING
from engage.lib.public import public, too_often
from engage.lib.spoken import speak

CHANNEL = "site"
LIMIT, WINDOW_SECONDS = 20, 600
TROUBLE = _("We could not take your words just now. They are still here: please try again in a moment.")
TOO_MUCH = _("That was a lot at once. Your words are still here: please try again in some minutes.")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest) -> HttpResponse:
    """Write to a person; with the link of a message (`?t=`), about that message.

    The POST is one transaction of its own: when the page says thank you, the words stand in the inbox.
    """
    about = _quoted(request.GET.get("t", ""))
    language = about.contact.language if about else ""
    with speak(language):
        form = _form(request, about)
        if request.method == "POST":
            return _receive(request, form, about)
        return _page(request, form, about, status=200)


def _receive(request: HttpRequest, form: TalkForm, about: Message | None) -> HttpResponse:
    refused = too_often("talk", request.META["REMOTE_ADDR"], limit=LIMIT, seconds=WINDOW_SECONDS)
    if not form.is_valid():
        return _page(request, form, about, status=400)
    if refused:
        form.add_error(None, TOO_MUCH)
        return _page(request, form, about, status=429)
    try:
        said = _keep(form, about)
    except PASSING:
        form.add_error(None, TROUBLE)
        return _page(request, form, about, status=503)
    return render(
        request,
        "talk/thanks.html",
        {"text": form.cleaned_data["text"], "expected": when_answered(said.at), **_answer(said)},
    )


def _quoted(token: str) -> Message | None:
    """The message that carried the link, if it was made here and its person is still known."""
    try:
        (uid,) = tokens.read("t", token)
    except ValueError:
        return None
    messages = Message.objects.select_related("contact").filter(contact__erased=None)
    return messages.filter(uid=uid, direction=Message.Direction.OUT).first()


def _form(request: HttpRequest, about: Message | None) -> TalkForm:
    kind = TalkForm if about else StrangerForm
    return kind(request.POST) if request.method == "POST" else kind(initial={"once": once()})


def _answer(said: Message) -> dict[str, object]:
    """The answer to what they asked, where the owner lets it be given without a colleague and they did not ask for a
    person; a person reads it all the same."""
    found: Match | None = said.recognised
    if found is None or not found.sure or not may_answer(found.entry) or said.conversation is None:
        return {}
    return {"entry": found.entry, "answered": answered_path(said.conversation.uid, found.entry.uid)}


def _keep(form: TalkForm, about: Message | None) -> Message:
    given = form.cleaned_data
    words = {"text": given["text"], "uid": given["once"], "at": clock.now(), "channel": CHANNEL}
    words |= {"chosen": given.get("subject")}
    if about:
        recorded_for = about.recorded_for_id
        return say(contact=about.contact, about=about, subject=about.subject[:200], recorded_for=recorded_for, **words)
    return say_as_stranger(name=given["name"], address=given["email"], **words)


def _page(request: HttpRequest, form: TalkForm, about: Message | None, *, status: int) -> HttpResponse:
    stale = bool(request.GET.get("t")) and about is None
    context = {"form": form, "about": about, "stale": stale, "expected": when_answered(clock.now())}
    return render(request, "talk/talk.html", context, status=status)
