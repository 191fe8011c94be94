"""One shape for everything that goes wrong: ``{"errors": [{"index", "field", "message"}]}``."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

log = logging.getLogger(__name__)

WHOLE = "non_field_errors"


class ErrorSerializer(serializers.Serializer):
    index = serializers.IntegerField(allow_null=True, help_text="Which of several items; null where there is one")
    field = serializers.CharField(help_text="Where, as a path such as lines[0].price; empty for all of it")
    message = serializers.CharField(help_text="What is wrong, for people")


class ErrorsSerializer(serializers.Serializer):
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]


class Refused(APIException):
    """400 with several problems: (path into `field` such as "$.all[0]" or "", message)."""

    status_code = 400

    def __init__(self, field: str, problems: Iterable[tuple[str, str]]) -> None:
        self.errors: list[dict[str, Any]] = [
            {"index": None, "field": f"{field}{_inside(path)}".lstrip("."), "message": message}
            for path, message in problems
        ]
        super().__init__("; ".join(error["message"] for error in self.errors))


class Forbidden(APIException):
    """403: not with this key."""

    status_code = 403
    default_detail = "Not with this key."


class Conflict(APIException):
    """409: right in itself, but not as things stand."""

    status_code = 409
    default_detail = "This cannot be done as things stand."


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, in our shape. A database that is away is 503, which clients try again."""
    if isinstance(exception, OperationalError | InterfaceError | PoolTimeout):
        log.warning("the interface answers 503: %s", type(exception.__cause__ or exception).__name__)
        set_rollback()
        errors = [_error("", "The database is away or busy. Try again.")]
        return Response({"errors": errors}, status=503, headers={"Retry-After": "2"})
    response = exception_handler(exception, context)
    if response is not None:
        response.data = {"errors": _errors(exception)}
    return response


def _errors(exception: Exception) -> list[dict[str, Any]]:
    if isinstance(exception, Refused):
        return exception.errors
    if isinstance(exception, ValidationError):
        return list(_flat(exception.detail))
    detail = getattr(exception, "detail", None) or "There is nothing here."
    return [_error("", str(detail))]


def _flat(detail: Any, field: str = "", index: int | None = None) -> Iterator[dict[str, Any]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, field if name == WHOLE else _join(field, name), index)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            if not isinstance(inner, dict | list):
                yield _error(field, str(inner), index)
            elif field:
                yield from _flat(inner, f"{field}[{place}]", index)
            else:
                yield from _flat(inner, field, place)
    else:
        yield _error(field, str(detail), index)


def _join(field: str, name: Any) -> str:
    if isinstance(name, int):
        return f"{field}[{name}]"
    return f"{field}.{name}" if field else str(name)


def _inside(path: str) -> str:
    path = path.removeprefix("$")
    return path if not path or path[0] in ".[" else f".{path}"


def _error(field: str, message: str, index: int | None = None) -> dict[str, Any]:
    return {"index": index, "field": field, "message": message}
