"""Unsubscribing by the link in a mail: GET shows, POST does, and mail programs do it with one click (RFC 8058)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.contacts.models import Topic
from crm.dialogue.links import memory_path
from crm.dialogue.models import Message
from engage.lib import clock, tokens
from engage.lib.public import came_from, from_anywhere, public
from engage.lib.spoken import speak
from engage.memory import switches
from engage.memory.links import BadLink, read_message
from engage.memory.views.switches import bad_link

UNDO_LIVES = timedelta(days=1)
ALL = "all"


@from_anywhere
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """From what the message was about, or with `what=all` from everything."""
    try:
        message = read_message("u", token)
    except BadLink:
        return bad_link(request)
    with speak(message.contact.language):
        if request.method == "POST":
            return _withdraw(request, message, token)
        return _page(request, message, token)


@public
@require_POST
def undo_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Give back what was just withdrawn, and nothing else."""
    try:
        message = read_message("u", token)
        until, *topics = tokens.read("resubscribe", request.POST.get("undo", ""))
    except BadLink:
        return bad_link(request)
    with speak(message.contact.language):
        if clock.now().timestamp() < int(until):
            switches.grant(topics=topics, **_ledger(request, message))
        return _page(request, message, token, undone=True)


def _withdraw(request: HttpRequest, message: Message, token: str) -> HttpResponse:
    topics = [] if request.POST.get("what") == ALL else _topics(message)
    gone = switches.withdraw(topics=[topic.key for topic in topics] or None, **_ledger(request, message))
    return _page(request, message, token, gone=gone, done=True, everything=not topics)


def _topics(message: Message) -> list[Topic]:
    """What the mail was about: the message itself, and what went inside it. One query."""
    inside = message.parts.exclude(topic=None).select_related("topic").order_by("at", "id")
    about = [message.topic, *(part.topic for part in inside)]
    return list(dict.fromkeys(topic for topic in about if topic))


def _ledger(request: HttpRequest, message: Message) -> dict[str, Any]:
    ledger = switches.Ledger(f"message:{message.uid}", came_from(request), message.channel)
    return {"contact": message.contact, "ledger": ledger, "at": clock.now()}


def _page(
    request: HttpRequest,
    message: Message,
    token: str,
    *,
    gone: Sequence[Topic] = (),
    done: bool = False,
    everything: bool = False,
    undone: bool = False,
) -> HttpResponse:
    at = clock.now()
    until = int((at + UNDO_LIVES).timestamp())
    context = {
        "token": token,
        "topic": _(" and ").join(topic.label for topic in _topics(message)),
        "done": done,
        "everything": everything,
        "undone": undone,
        "undo": tokens.sign("resubscribe", until, *(topic.key for topic in gone)) if gone else "",
        "memory_url": memory_path(message.contact.uid, message.uid, at=at),
    }
    return render(request, "memory/unsubscribe.html", context)
