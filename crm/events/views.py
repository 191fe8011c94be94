"""The event API: compatible with Segment's HTTP tracking API.

A request is parsed only as far as needed to know that it can be used; then its raw body becomes one row of the
inbox, by one INSERT, and the answer is 200. Segment's clients retry 429 and 5xx only, so that 400 and 401 are kept
for what can never be accepted. https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
"""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from psycopg_pool import PoolTimeout

from crm.events import actions, keys
from crm.events.reading import Unreadable, dump, gunzip, load

MAX_BODY = 500 * 1024
MAX_EVENT = 32 * 1024
MAX_EVENTS = 2500
BATCHES = frozenset({"batch", "import"})
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding",
    "Access-Control-Max-Age": "86400",
}


@csrf_exempt
def collect(request: HttpRequest, call: str) -> HttpResponse:
    """Accept one call or a batch of them."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=_CORS)
    if request.method != "POST":
        return _answer({"errors": [_error("method", "Send this with POST.")]}, 405, {"Allow": "POST, OPTIONS"})
    try:
        text, body = _read(request)
        events = _count(call, text, body)
    except Unreadable as error:
        return _answer({"errors": [_error("body", str(error))]}, 400)
    try:
        kind = _key_kind(request, body)
        if kind is None:
            return _answer({"errors": [_error("writeKey", "This key is not known.")]}, 401)
        if events:
            source = "import" if call == "import" and kind == "write" else kind
            actions.accept(source=source, call="batch" if call in BATCHES else call, body=text, events=events)
    except (OperationalError, InterfaceError, PoolTimeout):
        return _answer({"errors": [_error("", "The database is away. Try again.")]}, 503, {"Retry-After": "2"})
    return _answer({"success": True}, 200)


def _read(request: HttpRequest) -> tuple[str, dict]:
    """The body as text and as an object. Raises Unreadable."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise Unreadable("The body is larger than 500 KB.")
    data = request.body
    if request.headers.get("Content-Encoding", "").strip().lower() == "gzip":
        data = gunzip(data, MAX_BODY)
    body = load(data)
    if not isinstance(body, dict):
        raise Unreadable("The body must be a JSON object.")
    return data.decode(), body


def _count(call: str, text: str, body: dict) -> int:
    """How many events the body holds. Raises Unreadable for what is over the limits."""
    if call not in BATCHES:
        if len(text) > MAX_EVENT and len(dump(body)) > MAX_EVENT:
            raise Unreadable("An event may have 32 KB.")
        return 1
    batch = body.get("batch")
    if not isinstance(batch, list):
        raise Unreadable("A batch needs a list named batch.")
    if len(batch) > MAX_EVENTS:
        raise Unreadable("A batch may have 2,500 events.")
    return len(batch)


def _key_kind(request: HttpRequest, body: dict) -> str | None:
    text = keys.basic_user(request.headers.get("Authorization", "")) or body.get("writeKey")
    return keys.kind_of(text) if isinstance(text, str) and text else None


def _error(field: str, message: str) -> dict:
    return {"index": None, "field": field, "message": message}


def _answer(data: dict, status: int, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse(data, status=status, headers=_CORS | (headers or {}))
