"""The schema tells what is common to all: errors, filters, Idempotency-Key, bodies that take nothing else."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from engage.lib.rest.errors import ErrorsSerializer

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="The same key again gets the answer of the first time, and nothing is done twice.",
)
ALWAYS = {
    "400": "What was sent cannot be used, and why",
    "401": "No key, or one that does not open this",
    "403": "Not with this key",
    "429": "More requests than we take in a minute: try again after `Retry-After` seconds",
    "503": "The database is away or busy: try again",
}
WITH_BODY = {
    "409": "Not as things stand",
    "413": "The body is larger than 1 MB",
    "415": "Bodies are application/json",
    "422": "This Idempotency-Key came with another request before",
}


class Schema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        handler = getattr(self.view, getattr(self.view, "action", None) or "", None)
        parameters: list[Any] = [IDEMPOTENCY] if getattr(handler, "idempotent", False) else []
        filters = getattr(self.view, "filters", None)
        if filters and self._is_list_view():
            parameters.append(filters)
        return parameters

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        responses = super()._get_response_bodies(direction)
        for code, words in self._refusals().items():
            if code not in responses:
                responses[code] = self._get_response_for_code(ErrorsSerializer, code) | {"description": words}
        return responses

    def _refusals(self) -> dict[str, str]:
        if not self.view.authentication_classes:
            return {}
        found = dict(ALWAYS)
        if self.method in ("POST", "PUT", "PATCH"):
            found |= WITH_BODY
        if self.method == "DELETE":
            found |= {"409": WITH_BODY["409"]}
        if "{" in self.path:
            found |= {"404": "There is nothing here"}
        return found


class BodyExtension(OpenApiSerializerExtension):
    target_class = "engage.lib.rest.fields.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        return auto_schema._map_serializer(self.target, direction, bypass_extensions=True) | {
            "additionalProperties": False
        }
