"""Polls over REST. Their votes are answers of the survey behind them: `responses/?survey=`."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.polls import actions, counting
from campaigns.polls.links import poll_url
from campaigns.polls.models import Poll
from campaigns.surveys import actions as surveys
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.limits.limits import Once, parse_limits
from crm.business.once import once
from engage.lib.rest.errors import Refused
from engage.lib.rest.fields import Body, Moment
from engage.lib.rest.resource import Resource

ONCE = [(value, value) for value in (Once.ADDRESS.value, Once.LINK.value, Once.DEVICE.value)]


class PollBarSerializer(serializers.Serializer):
    no = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    votes = serializers.IntegerField()
    share = serializers.IntegerField(help_text="Whole per cent")


class PollSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    survey = serializers.UUIDField(source="survey.uid")
    question = serializers.CharField(source="survey.title")
    url = serializers.SerializerMethodField()
    once = serializers.SerializerMethodField(help_text="What a vote is known by: address, link or device")
    closes = serializers.SerializerMethodField()
    over = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()

    class Meta:
        model = Poll
        fields = ("id", "survey", "question", "url", "once", "shows", "closes", "over", "results", "at", "by")

    def get_url(self, poll: Poll) -> str:
        return poll_url(poll.survey.key)

    def get_once(self, poll: Poll) -> str:
        return parse_limits(poll.survey.limits).once.value

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_closes(self, poll: Poll) -> Any:
        return parse_limits(poll.survey.limits).closes

    def get_over(self, poll: Poll) -> bool:
        return counting.is_over(poll, self.context["view"].at)

    @extend_schema_field(PollBarSerializer(many=True))
    def get_results(self, poll: Poll) -> Any:
        return PollBarSerializer(counting.standing(poll, self.context["view"].at).bars, many=True).data


class PollBody(Body):
    question = serializers.CharField(max_length=actions.LONGEST_QUESTION)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=actions.LONGEST_CHOICE),
        min_length=actions.LEAST,
        max_length=actions.MOST,
    )
    once = serializers.ChoiceField(ONCE, default=Once.ADDRESS.value)
    shows = serializers.ChoiceField(Poll.Shows.choices, default=Poll.Shows.AFTER)
    closes = Moment(required=False, allow_null=True, default=None)
    remember = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class Polls(ListModelMixin, RetrieveModelMixin, Resource):
    """One question with what came of it, shown to those who vote."""

    serializer_class = PollSerializer
    queryset = Poll.objects.select_related("survey__current")

    def get_queryset(self) -> Any:
        self.asked()
        return super().get_queryset()

    @extend_schema(request=PollBody, responses={201: PollSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Makes it, open at once."""
        said = self.stated(PollBody)
        try:
            made = actions.make(asked=actions.Asked(**said | {"once": Once(said["once"])}), by=self.by, at=self.at)
        except BadDefinition as refused:
            raise Refused("", [(problem.path, problem.message) for problem in refused.problems]) from refused
        except actions.BadPoll as refused:
            message = "Two of the answers are the same or cannot be seen, or a device is to be remembered."
            raise Refused("choices", [("", message)]) from refused
        return Response(self.get_serializer(self.queryset.get(pk=made.pk)).data, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def end(self, request: Request, id: UUID) -> Response:
        """No more votes; what came of it stays, and is shown."""
        poll = self.get_object()
        surveys.close(survey=poll.survey, by=self.by, at=self.at)
        return Response(self.get_serializer(self.queryset.get(pk=poll.pk)).data)
