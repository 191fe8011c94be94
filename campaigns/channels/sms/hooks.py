"""What Twilio, or a gateway, tells us: how a text message fared, and what people answer.

A call of Twilio is taken if it is signed with the account's token; one of a gateway if its address holds the secret
that we made for it.
"""

import hmac
from collections.abc import Mapping
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns.channels.queries import account
from campaigns.channels.sms.hearing import hear
from campaigns.channels.sms.twilio import STOPPED, signature
from crm.dialogue import reports
from crm.dialogue.models import Report
from crm.dialogue.reports import Heard
from engage.lib import clock, ids
from engage.lib.patience import PASSING

NOBODY_THERE = frozenset({STOPPED, 21211, 21214, 21217, 21265, 21614, 30005, 30006})
"""Codes of Twilio that say that the number is none, takes no text messages, or wants none."""
_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@csrf_exempt
@require_POST
def twilio_status(request: HttpRequest, message: UUID) -> HttpResponse:
    """How one message fared: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status"""
    if not _is_twilios(request):
        return _refused("The signature is wrong.")
    status, code = request.POST.get("MessageStatus", ""), request.POST.get("ErrorCode", "")
    number = int(code) if code.isascii() and code.isdigit() else 0
    return _report(message, status, f"Twilio {code}".strip(), hard=number in NOBODY_THERE)


@csrf_exempt
@require_POST
def twilio_incoming(request: HttpRequest) -> HttpResponse:
    """A text message of somebody: https://www.twilio.com/docs/messaging/guides/webhook-request"""
    if not _is_twilios(request):
        return _refused("The signature is wrong.")
    said = request.POST
    heard = _heard(said.get("From", ""), said.get("Body", ""), f"twilio:{said.get('MessageSid', '')}")
    return heard or HttpResponse(_TWIML, content_type="text/xml")


@csrf_exempt
@require_POST
def gateway(request: HttpRequest, secret: str) -> HttpResponse:
    """Either `from`, `text` and `id`: somebody's words; or `message`, our id, and `status`, delivered or failed. As a
    form or as JSON."""
    known = account("sms")
    hook = known.secrets.get("hook", "") if known else ""
    if not hook or not hmac.compare_digest(hook.encode(), secret.encode()):
        return _refused("This address is not known.")
    said = _fields(request)
    if "message" in said:
        try:
            return _report(UUID(said["message"]), said.get("status", ""), "", hard=False)
        except ValueError:
            return _unread("message")
    if not said.get("from") or "text" not in said:
        return _unread("from")
    return _heard(said["from"], said["text"], f"gateway:{said.get('id') or ids.uuid7()}") or HttpResponse(status=204)


def _is_twilios(request: HttpRequest) -> bool:
    known = account("sms")
    if known is None or known.provider != "twilio":
        return False
    url = settings.PUBLIC_URL + request.get_full_path()
    signed = signature(known.secrets["token"], url, dict(request.POST.lists()))
    return hmac.compare_digest(signed.encode(), request.headers.get("X-Twilio-Signature", "").encode())


def _report(message: UUID, status: str, words: str, *, hard: bool) -> HttpResponse:
    """Kept for the returning belt, which lists the number after a `hard` refusal; what says nothing of the end is not
    kept. One INSERT."""
    bounced = {"bounce": "hard" if hard else "soft", "cause": "number", "words": words}
    kinds = {"delivered": Report.Kind.DELIVERED, "undelivered": Report.Kind.BOUNCED, "failed": Report.Kind.BOUNCED}
    if kind := kinds.get(status):
        detail = bounced if kind == Report.Kind.BOUNCED else {}
        try:
            reports.accept([Heard(kind, clock.now(), message=message, detail=detail)])
        except PASSING:
            return _away()
    return HttpResponse(status=204)


def _heard(number: str, words: str, unique: str) -> HttpResponse | None:
    try:
        hear(number=number, words=words, unique=unique, at=clock.now())
    except PASSING:
        return _away()
    return None


def _fields(request: HttpRequest) -> Mapping[str, str]:
    """Texts by name; what is none is left out."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        said = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return {}
    return {name: value for name, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}


def _refused(message: str) -> HttpResponse:
    return _answer(403, "", message)


def _unread(field: str) -> HttpResponse:
    return _answer(400, field, "This could not be read.")


def _away() -> HttpResponse:
    answer = _answer(503, "", "The database is away. Try again.")
    answer.headers["Retry-After"] = "5"
    return answer


def _answer(status: int, field: str, message: str) -> HttpResponse:
    return JsonResponse({"errors": [{"index": None, "field": field, "message": message}]}, status=status)
