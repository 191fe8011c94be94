"""Segments over REST."""

import time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.once import once
from crm.contacts.models import Contact
from crm.contacts.queries import present_of
from crm.contacts.serializers import MemberSerializer
from crm.rules import Explanation, InvalidRule, Rule, describe, parse, phrase, readable
from crm.segments import actions, queries
from crm.segments.models import Segment
from engage.lib.rest.errors import Conflict, Refused
from engage.lib.rest.fields import Body, PublicId
from engage.lib.rest.resource import Resource

RULE = """A condition, or a group of them.

* of the person: `{"field": "contact.language", "op": "is", "value": "en"}`
* of what they did: `{"did": "order", "within": {"days": 30}, "count": {"op": "at_least", "value": 2}}`; with `name`
  (of an event, a preference, a topic, a segment's id), `where` (conditions on a `column` or a `property`), `between`
  two dates, and one of `count`, `sum`, `first`, `last`
* groups, nested as deep as you like: `{"all": […]}`, `{"any": […]}`, `{"none": […]}`

What is not understood is refused at its place, with what would be."""


class SegmentSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    rule = serializers.DictField(help_text=RULE)
    sentence = serializers.SerializerMethodField(help_text="The rule in words")

    class Meta:
        model = Segment
        fields = ("id", "name", "rule", "sentence", "ready", "watched", "created", "changed", "changed_by")

    def get_sentence(self, segment: Segment) -> str:
        try:
            return describe(parse(segment.rule))
        except InvalidRule as refused:
            return str(refused)


class SegmentBody(Body):
    name = serializers.CharField(max_length=actions.LONGEST_NAME)
    rule = serializers.DictField(help_text=RULE)


class CountSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="How long counting took")


class ExplanationSerializer(serializers.Serializer):
    holds = serializers.BooleanField()
    condition = serializers.CharField(help_text="The part of the rule in words")
    actual = serializers.CharField(allow_null=True, help_text="What was found; null for a group and where nothing was")
    children = serializers.ListField(child=serializers.DictField(), help_text="The parts of a group, of the same shape")


class ExplainFilters(serializers.Serializer):
    contact = PublicId(Contact.objects.filter(erased=None))


class Segments(ListModelMixin, RetrieveModelMixin, Resource):
    """Groups of contacts, each a rule."""

    serializer_class = SegmentSerializer
    queryset = Segment.objects.all()

    def get_queryset(self) -> QuerySet[Segment]:
        if self.action != "explain":
            self.asked()
        return super().get_queryset()

    @extend_schema(request=SegmentBody, responses={201: SegmentSerializer})
    @once
    def create(self, request: Request) -> Response:
        said = self.stated(SegmentBody)
        try:
            segment = actions.create_segment(by=self.by, at=self.at, **said)
        except InvalidRule as refused:
            raise _refused(refused) from refused
        return Response(SegmentSerializer(segment).data, status=201)

    @extend_schema(request=SegmentBody)
    def partial_update(self, request: Request, id: UUID) -> Response:
        said = self.stated(SegmentBody, partial=True)
        try:
            segment = actions.edit_segment(self.get_object(), by=self.by, at=self.at, **said)
        except InvalidRule as refused:
            raise _refused(refused) from refused
        return Response(SegmentSerializer(segment).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        try:
            actions.delete_segment(self.get_object(), by=self.by, at=self.at)
        except actions.InUse as error:
            raise Conflict(f"This depends on it: {', '.join(error.dependents)}.") from error
        return Response(status=204)

    @extend_schema(responses={200: CountSerializer})
    @action(detail=True)
    def count(self, request: Request, id: UUID) -> Response:
        """How many contacts match now, exactly."""
        rule = self._rule()
        began = time.perf_counter()
        number = queries.count(rule, at=self.at)
        return Response({"count": number, "seconds": round(time.perf_counter() - began, 4)})

    @extend_schema(responses={200: MemberSerializer(many=True)})
    @action(detail=True, pagination_class=None)
    def sample(self, request: Request, id: UUID) -> Response:
        """Some of those who match."""
        return Response(MemberSerializer(queries.members(self._rule(), at=self.at), many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("contact", UUID, required=True)], responses={200: ExplanationSerializer}
    )
    @action(detail=True, filters=ExplainFilters)
    def explain(self, request: Request, id: UUID) -> Response:
        """Why this contact matches or not, condition by condition."""
        contact = present_of(self.asked()["contact"])
        return Response(explained(queries.explain(self._rule(), contact, at=self.at)))

    def _rule(self) -> Rule:
        try:
            return parse(self.get_object().rule)
        except InvalidRule as refused:
            raise _refused(refused) from refused


def explained(why: Explanation) -> dict[str, Any]:
    """An explanation as plain data."""
    return {
        "holds": why.holds,
        "condition": phrase(why.rule),
        "actual": None if why.actual is None else readable(why.actual),
        "children": [explained(child) for child in why.children],
    }


def _refused(refused: InvalidRule) -> Refused:
    return Refused("rule", [(problem.path, problem.message) for problem in refused.problems])
