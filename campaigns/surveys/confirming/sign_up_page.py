"""Confirming that it was really them: the page behind the link in the mail. GET shows, POST says it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.surveys import links, queries
from campaigns.surveys.asked.languages import as_read_in
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.confirming import signing
from campaigns.surveys.links import BadLink
from campaigns.surveys.models import SignUp
from campaigns.surveys.themed import themed
from crm.dialogue.links import memory_path, talk_path
from engage.lib import clock
from engage.lib.public import came_from, notice, public, too_often
from engage.lib.spoken import speak


@public
@themed
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_sign_up(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """What they would agree to, in the exact words; a machine that opens every link of a mail agrees to nothing."""
    at = clock.now()
    try:
        asked, expired = links.read_confirmation(token, key, at)
    except BadLink:
        return _gone(request, key)
    with speak(asked.language):
        if done := queries.settled_by(asked):
            return _done(request, done)
        if expired:
            context = {"token": token, "key": key, "form": _form(key)}
            return render(request, "surveys/public/confirm_again.html", context, status=410)
        if request.method != "POST":
            return _page(request, asked, token)
        confirmed = signing.confirm(sign_up=asked, network_address=came_from(request), at=at)
        return _done(request, confirmed) if confirmed else _gone(request, key)


@public
@themed
@require_POST
def send_confirmation_again(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """A fresh link in place of one that is too old, to the same address."""
    at = clock.now()
    try:
        asked, _expired = links.read_confirmation(token, key, at)
    except BadLink:
        return _gone(request, key)
    with speak(asked.language):
        if not queries.settled_by(asked) and not too_often(
            "sign-up-again", request.META["REMOTE_ADDR"], limit=20, seconds=3600
        ):
            signing.send_link(sign_up=asked, at=at)
        text = _("If the address is still yours, a fresh link arrives there within a minute or two.")
        return notice(request, _("Look into your mail"), text)


def _page(request: HttpRequest, asked: SignUp, token: str) -> HttpResponse:
    definition = as_read_in(parse(asked.version.definition), asked.language)
    context = {
        "form": definition,
        "asked": asked,
        "topics": signing.topics_of(definition.permission),
        "answers": queries.said_on(asked),
        "token": token,
        "talk_url": talk_path(),
    }
    return render(request, "surveys/public/confirm.html", context)


def _done(request: HttpRequest, asked: SignUp) -> HttpResponse:
    topics = signing.topics_of(parse(asked.version.definition).permission)
    text = _("You have confirmed it. We write to you about: %(topics)s. Every mail has a way out.") % {
        "topics": ", ".join(topic.label for topic in topics)
    }
    link = (memory_path(asked.contact.uid, "", at=clock.now()), _("See or change what we write to you"))
    return notice(request, _("You are on the list"), text, link=link)


def _gone(request: HttpRequest, key: str) -> HttpResponse:
    text = _("A mail program may have cut it, or nobody confirmed it in time and we forgot the address.")
    link = (_form(key), _("Ask again")) if queries.find(key) else None
    return notice(request, _("This link does not work"), text, status=404, link=link)


def _form(key: str) -> str:
    return reverse("answer_survey", args=[key])
