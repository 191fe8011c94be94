"""What the site script asks for once a known visitor acted, and what it tells us. No cookie, no login: the key is
public, the device's id is known to nobody else, and a message is named by its seal."""

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns.channels import contents
from campaigns.channels.onsite import actions
from campaigns.channels.queries import account
from campaigns.channels.skeleton import link_target, splice
from crm.business.models import Key
from crm.contacts import normal
from crm.dialogue.expecting import when_answered
from crm.dialogue.forms import TalkForm, once
from crm.dialogue.links import click_url
from crm.dialogue.models import Message
from crm.dialogue.views import LIMIT, TOO_MUCH, TROUBLE, WINDOW_SECONDS
from crm.events import keys
from engage.lib import clock, tokens
from engage.lib.patience import PASSING
from engage.lib.public import in_their_language, too_often
from engage.lib.spoken import speak

MAX_BODY = 1000
MAX_WORDS = 60_000
SLIDE, BANNER = "slide", "banner"
_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}


@csrf_exempt
@require_POST
def waiting(request: HttpRequest) -> HttpResponse:
    """The message that waits for this visitor, or 204. Four queries at most."""
    said = _said(request)
    key, device = said.get("writeKey"), normal.identity("anonymous", said.get("anonymousId"))
    if not isinstance(key, str) or device is None:
        return _nothing(400)
    try:
        if keys.kind_of(key) != Key.Kind.SITE:
            return _nothing(401)
        found = actions.offer(device.value, at=clock.now())
        return JsonResponse(shown(found), headers=_HEADERS) if found else _nothing(204)
    except PASSING:
        return _nothing(503)


@csrf_exempt
@require_POST
def heard(request: HttpRequest) -> HttpResponse:
    """It was seen, or put away."""
    said, at = _said(request), clock.now()
    deed = {"seen": actions.seen, "closed": actions.closed}.get(str(said.get("what")))
    if deed is None:
        return _nothing(400)
    try:
        message = tokens.unseal("w", str(said.get("token", "")))
        deed(message, at=at)
    except tokens.BadToken:
        return _nothing(404)
    except PASSING:
        return _nothing(503)
    return _nothing(204)


@in_their_language
@csrf_exempt
@require_POST
def said(request: HttpRequest) -> HttpResponse:
    """What they wrote beneath a message. When the answer thanks them, it stands in the inbox; else it says why not."""
    given = _said(request, most=MAX_WORDS)
    form = TalkForm({"text": given.get("text"), "once": given.get("once")})
    at, told = clock.now(), str(given.get("token", ""))
    try:
        message = tokens.unseal("w", told)
    except tokens.BadToken:
        return _nothing(404)
    with speak(_language(message)):
        if not form.is_valid():
            return _told(_("Write a few words first; at most 10,000 letters."), 400)
        if too_often("onsite", request.META["REMOTE_ADDR"], limit=LIMIT, seconds=WINDOW_SECONDS):
            return _told(TOO_MUCH, 429)
        try:
            if not actions.answered(message, text=form.cleaned_data["text"], uid=form.cleaned_data["once"], at=at):
                return _nothing(404)
        except PASSING:
            return _told(TROUBLE, 503)
        thanks = _("We have your words. A person reads them and answers by e-mail.")
        return _told(f"{thanks} {when_answered(at).text}", 200)


def _language(message: UUID) -> str:
    return Message.objects.filter(uid=message).values_list("contact__language", flat=True).first() or ""


def shown(pk: int) -> dict[str, Any]:
    """What the script draws: texts only. Its first link is a button."""
    message = Message.objects.select_related("contact", "rendered").get(pk=pk)
    skeleton, slots = contents.load(message.content_id or 0), message.rendered.slots
    rendered, link = splice(skeleton, slots), ""
    text = rendered.text
    if link_target(skeleton, slots, 0):
        link = f"{click_url(message.uid)}.0"
        text = text.replace(f"<{link}>", "").replace(link, "")
    known = account("onsite")
    with speak(message.contact.language):
        words = {"open": _("Look"), "close": _("Close"), "write": _("Write an answer"), "send": _("Send")}
        words |= {"trouble": str(TROUBLE)}
    return {
        "token": tokens.seal("w", message.uid),
        "once": once(),
        "shape": known.options["shape"] if known else SLIDE,
        "title": rendered.subject,
        "text": text.strip(),
        "link": link,
        **words,
    }


def _said(request: HttpRequest, *, most: int = MAX_BODY) -> dict[str, Any]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        return {}
    try:
        said = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _told(words: str | Promise, status: int) -> HttpResponse:
    return JsonResponse({"text": str(words)}, status=status, headers=_HEADERS)


def _nothing(status: int) -> HttpResponse:
    return HttpResponse(status=status, headers=_HEADERS)
