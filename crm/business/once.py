"""POSTs that can be sent again without doing anything twice: `Idempotency-Key`.

The key's row and the effect are one transaction, so that either both are there or neither is. A second request with
the same key waits for the first, and gets its answer. Answers that refuse are not kept: nothing was done.
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.db import OperationalError, transaction
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.models import KeptAnswer
from engage.lib import sql
from engage.lib.rest.errors import Conflict

HEADER = "Idempotency-Key"
WELL_FORMED = re.compile(r"[!-~]{1,100}")
PATIENCE = "5s"

type Handler = Callable[..., Response]


class OtherRequest(APIException):
    status_code = 422
    default_detail = "This Idempotency-Key came with another request before."


def once(handler: Handler) -> Handler:
    """Decorates a viewset's POST that has an effect."""

    @wraps(handler)
    def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        token = request.headers.get(HEADER)
        if token is None:
            return handler(view, request, *args, **kwargs)
        if not WELL_FORMED.fullmatch(token):
            raise ValidationError({HEADER: ["This must be 1 to 100 visible ASCII characters."]})
        digest = _digest(request)
        with transaction.atomic():
            if _is_first(request.auth.key, token, digest):
                response = handler(view, request, *args, **kwargs)
                _keep(request.auth.key, token, response)
                return response
        return _again(request.auth.key, token, digest)

    answered.idempotent = True  # type: ignore[attr-defined]
    return answered


def _digest(request: Request) -> bytes:
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(b"\x00".join((request.path.encode(), body))).digest()


def _is_first(key: int, token: str, digest: bytes) -> bool:
    """Whether this request takes the token. Waits for another one that has it and is under way."""
    sql.run("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    try:
        return bool(
            sql.run(
                "INSERT INTO crm_business_keptanswer (key_id, token, digest, status, body) VALUES (%s, %s, %s, 0, '') "
                "ON CONFLICT DO NOTHING",
                [key, token, digest],
            )
        )
    except OperationalError as error:
        raise Conflict("The first request with this Idempotency-Key is still under way.") from error


def _keep(key: int, token: str, response: Response) -> None:
    body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
    KeptAnswer.objects.filter(key=key, token=token).update(status=response.status_code, body=body)


def _again(key: int, token: str, digest: bytes) -> Response:
    kept = KeptAnswer.objects.get(key=key, token=token)
    if bytes(kept.digest) != digest:
        raise OtherRequest
    return Response(json.loads(kept.body) if kept.body else None, status=kept.status)
