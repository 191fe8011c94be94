"""Templates over REST: what a design would look like, or what is wrong with it and where."""

from typing import Any

from drf_spectacular.utils import extend_schema
from liquid.exceptions import LiquidError
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.channels.compile import compile_design
from campaigns.channels.document import BadMarkup
from campaigns.channels.liquid import MAX_SOURCE, MAX_SUBJECT, Problem, check
from campaigns.channels.names import SAMPLE
from campaigns.channels.skeleton import CannotRender, fill, splice
from engage.lib.rest.errors import Refused
from engage.lib.rest.fields import Body
from engage.lib.rest.resource import Resource

KINDS = ("letter", "html", "mjml")


class PreviewBody(Body):
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=MAX_SOURCE, trim_whitespace=False, help_text="Liquid in text, HTML, MJML"
    )
    subject = serializers.CharField(max_length=MAX_SUBJECT, default="", allow_blank=True)
    kind = serializers.ChoiceField(KINDS, required=False, help_text="Left out: seen from how the source begins")
    data = serializers.DictField(  # type: ignore[assignment]
        default=dict, help_text="Values by name; what is left out has sample values"
    )


class PreviewSerializer(serializers.Serializer):
    subject = serializers.CharField()
    html = serializers.CharField()
    text = serializers.CharField()


class Templates(Resource):
    """What owners write, in Liquid."""

    serializer_class = PreviewSerializer

    @extend_schema(request=PreviewBody, responses={200: PreviewSerializer})
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """Sends nothing. Errors name line and column, which count from 1."""
        said = self.stated(PreviewBody)
        source, subject, data = said["source"], said["subject"], said["data"]
        kind = said.get("kind") or _kind(source)
        problems = _problems("source", check(source, kind, data))
        if subject:
            problems += _problems("subject", check(subject, "subject", data))
        if problems:
            raise BadTemplate(problems)
        try:
            skeleton = compile_design(subject, source, kind)
            rendered = splice(skeleton, fill(skeleton, {**SAMPLE, **data}))
        except (LiquidError, BadMarkup, CannotRender) as error:
            raise BadTemplate([{"field": "source", "message": str(error), "line": 1, "column": 1}]) from error
        return Response(PreviewSerializer(rendered).data)


class BadTemplate(Refused):
    """400 whose errors have a line and a column."""

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__("source", [("", problem["message"]) for problem in problems])
        self.errors = [{"index": None, **problem} for problem in problems]


def _kind(source: str) -> str:
    start = source.lstrip()[:200].lower()
    if start.startswith(("<mjml", "<mj-")):
        return "mjml"
    return "html" if start.startswith(("<!doctype", "<html", "<body", "<table", "<div", "<p", "<h")) else "letter"


def _problems(field: str, found: list[Problem]) -> list[dict[str, Any]]:
    return [
        {"field": field, "message": problem.message, "line": problem.line, "column": problem.column}
        for problem in found
        if not problem.warning
    ]
