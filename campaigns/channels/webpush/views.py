"""Where a visitor allows notifications: a page of ours, which the site script opens when they ask for it. No cookie and
no login; the device's id comes behind the `#`, which browsers send to nobody."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.channels.queries import account
from campaigns.channels.webpush import actions, browsers
from campaigns.channels.webpush.browsers import NoBrowser
from campaigns.channels.webpush.keys import public_key
from crm.business.models import Key
from crm.business.queries import business
from crm.contacts import normal
from crm.contacts.models import Consent, Topic
from crm.events import keys
from engage.lib import clock
from engage.lib.patience import PASSING
from engage.lib.public import came_from, public, too_often

MAX_BODY = 4000
_DEVICE = re.compile("[0-9a-f-]{18,36}")
"""As the site script makes them; other anonymous ids can be guessed."""
AN_HOUR = 30
"""Browsers that one network address may switch on."""


@public
def ask(request: HttpRequest, site: str) -> HttpResponse:
    """The page; and, by POST, that a browser allows it: `device`, `topics` and `subscription` as JSON."""
    if keys.kind_of(site) != Key.Kind.SITE:
        raise Http404
    if request.method == "POST":
        return _allowed(request)
    context = {"topics": Topic.objects.all(), "words": wording(), "shop_name": business().name or "Engage"}
    return render(request, "webpush/ask.html", context)


@public
@require_POST
def key(request: HttpRequest) -> HttpResponse:
    """What browsers bind a permission to."""
    try:
        return JsonResponse({"key": public_key(at=clock.now())})
    except PASSING:
        return HttpResponse(status=503)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """It has a folder of its own, so that it never stands between a page and us."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def wording() -> str:
    """What people say yes to; the topic's name is put behind it. One query."""
    known = account(actions.CHANNEL)
    return (known.options["words"] if known else "") or _("Notify me in this browser about:")


def said(request: HttpRequest) -> dict[str, Any]:
    """What a page of ours sent as JSON; empty if it is none."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return {}
    try:
        sent = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return {}
    return sent if isinstance(sent, dict) else {}


def topics_in(sent: dict[str, Any]) -> list[str]:
    topics = sent.get("topics")
    return [topic for topic in topics if isinstance(topic, str)] if isinstance(topics, list) else []


def _allowed(request: HttpRequest) -> HttpResponse:
    sent, address = said(request), came_from(request)
    device = normal.identity("anonymous", sent["device"]) if _DEVICE.fullmatch(str(sent.get("device"))) else None
    if too_often("push", address or "", limit=AN_HOUR, seconds=3600):
        return HttpResponse(status=429)
    try:
        actions.subscribe(
            browser=browsers.of(sent.get("subscription")),
            topics=topics_in(sent),
            words=wording(),
            how=Consent.How.FORM,
            source=_("Notifications"),
            device=device,
            network_address=address,
            at=clock.now(),
        )
    except NoBrowser:
        return HttpResponse(status=400)
    except PASSING:
        return HttpResponse(status=503)
    return HttpResponse(status=204)


@cache
def _worker() -> str:
    return Path(__file__).with_name("worker.js").read_text()
