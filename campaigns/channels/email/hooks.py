"""What mail providers tell us over HTTP: read and checked by anymail, kept by one INSERT, then answered.

Without a secret nothing is taken: a provider must sign its calls (with the key that anymail knows of it), or give the
user name and password of ANYMAIL_WEBHOOK_SECRET.
"""

import logging
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from warnings import catch_warnings

from anymail.exceptions import AnymailConfigurationError, AnymailWarning, AnymailWebhookValidationFailure
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent
from anymail.urls import urlpatterns
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.channels.email.received import letters, places
from campaigns.channels.email.returned import mail
from campaigns.channels.email.returned.events import heard
from crm.dialogue import reports
from crm.dialogue.models import Report
from crm.dialogue.reports import Heard
from engage.lib import clock
from engage.lib.patience import PASSING

log = logging.getLogger(__name__)

MAX_BODY = 30 * 1024 * 1024
ASK = {"WWW-Authenticate": 'Basic realm="hooks"'}
_VIEWS: dict[tuple[str, str], type[AnymailCoreWebhookView]] = {
    (provider, what): pattern.callback.view_class
    for pattern in urlpatterns
    if (name := str(pattern.name).removesuffix("_webhook")).endswith(("_tracking", "_inbound"))
    for provider, _, what in [name.rpartition("_")]
}
_VIEWS["mandrill", "inbound"] = _VIEWS["mandrill", "tracking"]


class Refused(Exception):
    """The call is not taken: `status` and what is wrong with it."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def hook(request: HttpRequest, provider: str, what: str) -> HttpResponse:
    """One call of a provider. GET and HEAD only say that somebody is here."""
    view_class = _VIEWS.get((provider, what))
    if view_class is None:
        return _answer(404, "No such provider is known here.")
    if request.method != "POST":
        return HttpResponse(status=200)
    try:
        told = _told(_events(view_class, _whole(request)), clock.now())
        reports.accept(told)
    except Refused as error:
        return _answer(error.status, str(error), error.headers)
    except PASSING:
        return _answer(503, "The database is away. Try again.", {"Retry-After": "5"})
    return HttpResponse(status=200)


def _whole(request: HttpRequest) -> HttpRequest:
    """The request with its body read: mails with what is attached to them are larger than forms may be."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise Refused(413, "A call may have 30 MB.")
    request.upload_handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    request._body = request.read()
    return request


def _events(view_class: type[AnymailCoreWebhookView], request: HttpRequest) -> list[Any]:
    """What the call says, once it is proved whose it is."""
    try:
        with catch_warnings(action="ignore", category=AnymailWarning):
            view: Any = view_class()
        view.setup(request)
        if view.warn_if_no_basic_auth and not view.basic_auth:
            raise Refused(403, "Set ANYMAIL_WEBHOOK_SECRET to user:password, and put both into the address you call.")
        if view.basic_auth and not request.META.get("HTTP_AUTHORIZATION"):
            raise Refused(401, "The password is missing.", ASK)  # Amazon gives none before it was asked
        view.run_validators(request)
    except (AnymailConfigurationError, ImproperlyConfigured) as error:
        raise Refused(403, "This provider is not set up here: the key that signs its calls is missing.") from error
    except (AnymailWebhookValidationFailure, SuspiciousOperation) as error:
        raise Refused(403, "The signature or the password is wrong.") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused(400, "This could not be read.") from error
    try:
        return list(view.parse_events(request))
    except Exception as error:  # whatever a stranger's shape makes of a parser that expects another
        log.warning("a call of %s could not be read: %s", view.esp_name, type(error).__name__)
        raise Refused(400, "This could not be read.") from error


def _told(events: list[Any], now: datetime) -> list[Heard]:
    """The reports in the events. Refuses mail for nobody here, so that its sender hears of it."""
    told = [one for event in events if isinstance(event, AnymailTrackingEvent) for one in heard(event, now)]
    mails = [event.message for event in events if isinstance(event, AnymailInboundEvent)]
    kept = [report for message in mails if (report := _mail(message, now))]
    if mails and not kept:
        raise Refused(406, "Nobody of that name lives here.")
    return told + kept


def _mail(message: AnymailInboundMessage, now: datetime) -> Heard | None:
    """A mail that came in, if it is for an address that a message of ours gave, or of the shop; or a complaint."""
    named = [message.envelope_recipient or "", *letters.recipients(message)]
    to = places.taken(dict.fromkeys(named))
    raw = message.as_bytes()
    if not to and mail.read(raw, returned=False).what != mail.COMPLAINT:
        return None
    author = parseaddr(str(message.envelope_sender or ""))[1]
    return Heard(Report.Kind.MAIL, now, detail={"to": to, "from": author, "source": "hook"}, raw=raw)


def _answer(status: int, message: str, headers: dict[str, str] | None = None) -> JsonResponse:
    errors = {"errors": [{"index": None, "field": "", "message": message}]}
    return JsonResponse(errors, status=status, headers=headers or {})
