"""Surveys and what people answered, over REST."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.surveys import actions, drafts
from campaigns.surveys.asked.definition import BadDefinition, Definition
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import Type
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import Limits, parse_limits
from campaigns.surveys.models import Response as Answered
from campaigns.surveys.models import Survey
from campaigns.surveys.results import api as results_api
from campaigns.surveys.results.api import NarrowedFilters, ResultsFilters, ResultsSerializer
from crm.business.once import once
from engage.lib.rest.errors import Conflict, Refused
from engage.lib.rest.fields import Body
from engage.lib.rest.resource import Resource

DEFINITION = f"""What is asked: `title`, `intro`, `thanks`, `sorry` (read by whoever is screened out), and `questions`
with `id`, `type` ({", ".join(Type)}), `text`, `help`, `required`, `choices` (`no`, `label`, `picture`, `product`),
`rows` of a matrix, `other`, `random`, `least`, `most`, `low` and `high` (words for the ends of a scale), `topics` (of a
permission: their keys), `talk` (of words: they begin a conversation), `talk_at_most` (of a scale: so low an answer
begins one), `show` (a rule), `jumps` (`when`, a rule, and `to`: a later page, end or screen_out) and
`remember` (`key`, `label`, `citable`, `sentence`), which makes an answer a preference."""


class SurveySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    definition = serializers.DictField(source="draft", help_text=DEFINITION)
    limits = serializers.DictField(help_text="Who may answer, and until when")
    version = serializers.IntegerField(source="current.number", default=None, allow_null=True, help_text="Published")

    class Meta:
        model = Survey
        fields = (
            "id",
            "key",
            "title",
            "state",
            "definition",
            "limits",
            "version",
            "created",
            "created_by",
            "changed",
            "changed_by",
        )


LIMITS = """Who may answer, and until when: `opens` and `closes`, `before` and `after` (words for whoever comes then),
`most` answers in all, `quotas` (`question`, `choice`, `most`), `full` (words for whoever comes after), `once` (any,
link, address, device) and `changes`. They hold at once, whatever version is published."""


class SurveyBody(Body):
    definition = serializers.DictField(help_text=DEFINITION)
    key = serializers.RegexField(
        r"^[a-z][a-z0-9_]{0,59}$", required=False, help_text="Stands in links and designs; made from the title"
    )


class DraftBody(Body):
    definition = serializers.DictField(help_text=DEFINITION, required=False)
    limits = serializers.DictField(help_text=LIMITS, required=False)


class AnswersSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    survey = serializers.UUIDField(source="survey.uid")
    version = serializers.IntegerField(source="version.number")
    contact = serializers.UUIDField(source="contact.uid", default=None, allow_null=True)
    answers = serializers.DictField(help_text="By question id: value, words, and the question as it was asked")

    class Meta:
        model = Answered
        fields = (
            "id",
            "survey",
            "version",
            "contact",
            "state",
            "answers",
            "occasion",
            "origin",
            "language",
            "started",
            "finished",
        )


class AnswersFilters(NarrowedFilters):
    survey = serializers.CharField(max_length=60, required=False, help_text="Its id or its key")
    state = serializers.ChoiceField(Answered.State.choices, required=False)


class Surveys(ListModelMixin, RetrieveModelMixin, Resource):
    """Questions put to contacts."""

    serializer_class = SurveySerializer
    queryset = Survey.objects.select_related("current")

    def get_queryset(self) -> QuerySet[Survey]:
        self.asked()
        return super().get_queryset()

    @extend_schema(request=SurveyBody, responses={201: SurveySerializer})
    @once
    def create(self, request: Request) -> Response:
        said = self.stated(SurveyBody)
        definition = _parsed(said["definition"])
        try:
            with transaction.atomic():
                survey = actions.create(definition=definition, by=self.by, at=self.at, key=said.get("key", ""))
        except IntegrityError as error:
            raise Conflict("There is a survey with this key.") from error
        return Response(SurveySerializer(survey).data, status=201)

    @extend_schema(request=DraftBody)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Changes what would be published next; what is published stays as it is. Limits hold at once."""
        survey, said = self._changeable(), self.stated(DraftBody)
        definition = _parsed(said["definition"]) if "definition" in said else None
        limits = _limits(said["limits"]) if "limits" in said else None
        if definition:
            drafts.edit_draft(survey, draft=definition.to_json(), by=self.by, at=self.at)
        if limits:
            set_limits(survey=survey, limits=limits, by=self.by, at=self.at)
        return self._now(survey)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def publish(self, request: Request, id: UUID) -> Response:
        """Freezes the draft as the next version, and takes answers."""
        survey = self._changeable()
        try:
            actions.publish(survey=survey, by=self.by, at=self.at)
        except BadDefinition as refused:
            raise _refused(refused) from refused
        return self._now(survey)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def close(self, request: Request, id: UUID) -> Response:
        """Takes no more answers; the page says so."""
        survey = self.get_object()
        actions.close(survey=survey, by=self.by, at=self.at)
        return self._now(survey)

    @extend_schema(responses=ResultsSerializer)
    @action(detail=True, filters=ResultsFilters)
    def results(self, request: Request, id: UUID) -> Response:
        """What people answered, counted, each number with its interval; over all versions."""
        survey, said = self.get_object(), self.asked()
        return Response(ResultsSerializer(results_api.of(survey, said, at=self.at)).data)

    def _changeable(self) -> Survey:
        """Every survey but that of a poll, whose question stays as it was asked. Two queries."""
        survey: Survey = self.get_object()
        if Survey.objects.filter(pk=survey.pk).exclude(poll=None).exists():
            raise Conflict("This survey is a poll: what it asks, and of whom, stays as it is.")
        return survey

    def _now(self, survey: Survey) -> Response:
        return Response(SurveySerializer(self.queryset.get(pk=survey.pk)).data)


class Responses(ListModelMixin, RetrieveModelMixin, Resource):
    """What people answered. Provisional ones came by a GET, perhaps of a machine, begun ones were saved page by page
    and not sent: they count nowhere, and the list has those that were begun only where `state=begun` asks for them. Who
    was screened out, or came when it was full, is counted apart; waiting ones wait for their address to be confirmed,
    and replaced ones were changed."""

    serializer_class = AnswersSerializer
    filters = AnswersFilters
    queryset = Answered.objects.select_related("survey", "version", "contact")

    def get_queryset(self) -> QuerySet[Answered]:
        asked, found = self.asked(), super().get_queryset()
        if "survey" in asked:
            found = found.filter(_named(asked["survey"]))
        if self.action == "list" and "state" not in asked:
            found = found.exclude(state=Answered.State.BEGUN)
        found = results_api.narrow_by(found, asked)
        return found.filter(**{name: asked[name] for name in ("state", "origin") if name in asked})


def _named(survey: str) -> Q:
    try:
        return Q(survey__uid=UUID(survey))
    except ValueError:
        return Q(survey__key=survey)


def _parsed(raw: object) -> Definition:
    try:
        return parse(raw)
    except BadDefinition as refused:
        raise _refused(refused) from refused


def _limits(raw: object) -> Limits:
    try:
        return parse_limits(raw)
    except BadDefinition as refused:
        raise Refused("limits", [(problem.path, problem.message) for problem in refused.problems]) from refused


def _refused(refused: BadDefinition) -> Refused:
    return Refused("definition", [(problem.path, problem.message) for problem in refused.problems])
