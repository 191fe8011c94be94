"""Designs over REST, as `templates`: their contents by language, and what is wrong with them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.channels.api import Templates
from campaigns.designs import actions, queries
from campaigns.designs.checks import check
from campaigns.designs.models import Design
from campaigns.designs.parse import KINDS, InvalidContents
from crm.business.once import once
from crm.business.queries import business
from engage.lib.former import Overtaken
from engage.lib.rest.errors import Conflict, Refused
from engage.lib.rest.fields import Body

CONTENTS = """By language, as `en` or `zh-hans`: `{"subject", "preheader", "text", "body"}`. `text` is the plain text,
null while it is made of the body. The body of a letter: `{"text", "picture", "alt", "label", "url"}`; of a designed
one: `{"blocks": […]}`; of html and mjml: `{"source"}`. docs/designs.md says what blocks there are."""


class InDesignSerializer(serializers.Serializer):
    language = serializers.CharField()
    place = serializers.CharField(help_text="As subject, body.text or <block>.label; empty for the whole")
    message = serializers.CharField()
    line = serializers.IntegerField(help_text="Counts from 1; 0 where there is none")
    column = serializers.IntegerField()
    stops = serializers.BooleanField(help_text="Must be mended before it can be sent")


class DesignSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    kind = serializers.ChoiceField(KINDS)

    class Meta:
        model = Design
        fields: tuple[str, ...] = ("id", "name", "kind", "language", "revision", "created", "changed", "by")


class OneDesignSerializer(DesignSerializer):
    contents = serializers.DictField(help_text=CONTENTS)
    found = serializers.SerializerMethodField(help_text="What is wrong with it, or may go wrong")

    class Meta(DesignSerializer.Meta):
        fields = (*DesignSerializer.Meta.fields, "contents", "found")

    @extend_schema_field(InDesignSerializer(many=True))
    def get_found(self, design: Design) -> list[dict[str, Any]]:
        shop = business()
        found = check(design.kind, design.contents, queries.look(shop), shop)
        return list(InDesignSerializer(found, many=True).data)


class DesignBody(Body):
    name = serializers.CharField(max_length=actions.LONGEST_NAME)
    kind = serializers.ChoiceField(KINDS)
    language = serializers.CharField(max_length=12, help_text="Read by those whose own language it lacks")
    contents = serializers.DictField(required=False, help_text=CONTENTS)


class DesignChanges(Body):
    revision = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="The one that the changes are made from"
    )
    name = serializers.CharField(max_length=actions.LONGEST_NAME, required=False)
    language = serializers.CharField(max_length=12, required=False)
    contents = serializers.DictField(required=False, help_text=CONTENTS)


class DesignFilters(serializers.Serializer):
    kind = serializers.ChoiceField(KINDS, required=False)


class Designs(ListModelMixin, Templates):
    """What messages are made of. What was sent is kept as it was, whatever becomes of its design."""

    serializer_class = DesignSerializer  # type: ignore[assignment]
    filters = DesignFilters
    queryset = queries.designs()

    def get_queryset(self) -> QuerySet[Design]:
        return queries.designs().filter(**self.asked()) if self.action == "list" else Design.objects.all()

    @extend_schema(responses={200: OneDesignSerializer})
    def retrieve(self, request: Request, id: UUID) -> Response:
        return self._one(self.get_object())

    @extend_schema(request=DesignBody, responses={201: OneDesignSerializer})
    @once
    def create(self, request: Request) -> Response:
        said = self.stated(DesignBody)
        try:
            made = actions.create_design(by=self.by, at=self.at, **said)
        except InvalidContents as refused:
            raise _refused(refused) from refused
        return self._one(made, status=201)

    @extend_schema(request=DesignChanges, responses={200: OneDesignSerializer})
    def partial_update(self, request: Request, id: UUID) -> Response:
        """409 if somebody changed it since that revision; nothing is kept of this change then."""
        said, found = self.stated(DesignChanges), self.get_object()
        try:
            actions.edit_design(found, seen=said.pop("revision"), by=self.by, at=self.at, **said)
        except InvalidContents as refused:
            raise _refused(refused) from refused
        except Overtaken as error:
            raise Conflict(f"It was changed since: revision {Design.objects.get(pk=found.pk).revision}.") from error
        return self._one(found)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Puts it away: out of the list, while what uses it goes on."""
        actions.put_away_design(self.get_object(), by=self.by, at=self.at)
        return Response(status=204)

    def _one(self, design: Design, status: int = 200) -> Response:
        return Response(OneDesignSerializer(design).data, status=status)


def _refused(refused: InvalidContents) -> Refused:
    """The language itself is a field of its own."""
    problems = refused.problems
    if [problem.path for problem in problems] == ["language"]:
        return Refused("language", [("", problem.message) for problem in problems])
    return Refused("contents", [(f"$.{problem.path}" if problem.path else "", problem.message) for problem in problems])
