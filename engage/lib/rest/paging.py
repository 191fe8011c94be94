"""Lists page by key, the newest row first: ``{"results": […], "next": url or null}``."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

SIZE = 50
MOST = 200
DIGITS = 18


class Pages(BasePagination):
    """``?limit=`` rows after ``?cursor=``, which clients take from `next` and never make themselves. One query."""

    names = ("limit", "cursor")

    def paginate_queryset(
        self, queryset: QuerySet[Any, Any] | Sequence[Any], request: Request, view: Any = None
    ) -> list[Any]:
        if not isinstance(queryset, QuerySet):
            raise TypeError("only rows of the database page by key")
        size = self.size(request)
        cursor = _whole(request, "cursor", 1, 10**DIGITS)
        found = queryset.filter(pk__lt=cursor) if cursor else queryset
        rows = list(found.order_by("-pk")[: size + 1])
        self.next = self._url(request, rows[size - 1].pk) if len(rows) > size else None
        return rows[:size]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": "string", "format": "uri", "nullable": True, "description": "The next page"},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
            return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}

        number = {"type": "integer", "minimum": 1}
        return [
            parameter("limit", number | {"maximum": MOST, "default": SIZE}, "How many rows a page has"),
            parameter("cursor", number | {"maximum": 10**DIGITS}, "Taken from `next`"),
        ]

    def size(self, request: Request) -> int:
        return _whole(request, "limit", 1, MOST) or SIZE

    def _url(self, request: Request, key: int | str) -> str:
        return replace_query_param(request.build_absolute_uri(), "cursor", key)


def _whole(request: Request, name: str, least: int, most: int) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS + 1 and least <= int(text) <= most):
        raise ValidationError({name: [f"This must be a whole number from {least} to {most}."]})
    return int(text)
