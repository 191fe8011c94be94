"""Contests and their entries over REST. What entries were answered with besides: `responses/?survey=`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.contests import actions, deciding, ending, passing, queries
from campaigns.contests.links import contest_url, entry_url
from campaigns.contests.models import Contest, Entry, Prize
from campaigns.contests.stages import Stage, stage
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.limits.limits import Once, parse_limits
from crm.business.once import once
from engage.lib.rest.errors import Conflict, Refused
from engage.lib.rest.fields import Body, Moment
from engage.lib.rest.resource import Resource

WHY = {
    "draft": "Nobody could enter yet.",
    "open": "People can enter until `closes`: close it before.",
    "voting": "People can vote until `votes_close`.",
    "unconfirmed": "Entries were sent in time, and can be confirmed for a day after `closes`.",
    "waiting": "Entries wait to be looked at.",
    "unlisted": "The list that is drawn from is not fixed: `POST contests/<id>/fix-list/`.",
    "prizes": "An offer that was promised cannot be given.",
    "busy": "Much changed just now: ask again.",
}
"""What is to be settled before it ends."""
ONCE = [(one.value, one.value) for one in actions.ONCE]
STAGES = [(one.value, one.value) for one in Stage]


class PrizeSerializer(serializers.ModelSerializer):
    entry = serializers.UUIDField(source="entry.uid", default=None, allow_null=True, help_text="The one that has it")

    class Meta:
        model = Prize
        fields = ("place", "words", "offer", "entry", "passed", "passed_by")


class ContestSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    survey = serializers.UUIDField(source="survey.uid")
    title = serializers.CharField(source="survey.title")
    url = serializers.SerializerMethodField()
    stage = serializers.SerializerMethodField()
    once = serializers.SerializerMethodField(help_text="What whoever enters is known by: address or link")
    opens = serializers.SerializerMethodField()
    closes = serializers.SerializerMethodField()
    prizes = PrizeSerializer(many=True)
    told = serializers.IntegerField(
        source="announcement.told",
        default=None,
        allow_null=True,
        help_text="How many have been written to since it ended",
    )
    to_tell = serializers.IntegerField(
        source="announcement.number", default=None, allow_null=True, help_text="How many were to be, when it ended"
    )
    commitment = serializers.CharField(help_text="SHA-256 of the seed that a draw will use, in hex")

    class Meta:
        model = Contest
        fields = (
            *("id", "survey", "title", "url", "stage", "by", "once", "opens", "closes", "votes_close", "terms"),
            *("prizes", "criteria", "commitment", "listed", "at", "made_by", "ended", "ended_by"),
            *("told", "to_tell"),
        )

    def get_url(self, contest: Contest) -> str:
        return contest_url(contest.survey.key)

    @extend_schema_field(serializers.ChoiceField(STAGES))
    def get_stage(self, contest: Contest) -> str:
        return stage(contest, self.context["view"].at).value

    def get_once(self, contest: Contest) -> str:
        return parse_limits(contest.survey.limits).once.value

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_opens(self, contest: Contest) -> Any:
        return parse_limits(contest.survey.limits).opens

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_closes(self, contest: Contest) -> Any:
        return parse_limits(contest.survey.limits).closes


class PromiseBody(Body):
    words = serializers.CharField(max_length=actions.LONGEST_PRIZE)
    offer = serializers.CharField(max_length=60, required=False, allow_blank=True, default="", help_text="Its key")


class ContestBody(Body):
    title = serializers.CharField(max_length=actions.LONGEST_TITLE)
    intro = serializers.CharField(max_length=actions.LONGEST_INTRO, required=False, allow_blank=True, default="")
    rights = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    once = serializers.ChoiceField(ONCE, default=Once.ADDRESS.value)
    by = serializers.ChoiceField(Contest.By.choices, default=Contest.By.VOTES)
    terms = serializers.CharField(max_length=actions.LONGEST_TERMS, required=False, allow_blank=True, default="")
    opens = Moment(required=False, allow_null=True, default=None)
    closes = Moment(required=False, allow_null=True, default=None)
    votes_close = Moment(required=False, allow_null=True, default=None)
    prizes = PromiseBody(many=True, required=False, help_text="Of the first place, the second, …")
    criteria = serializers.ListField(
        child=serializers.CharField(max_length=actions.LONGEST_CRITERION),
        required=False,
        max_length=actions.MOST_CRITERIA,
    )


class PassBody(Body):
    place = serializers.IntegerField(min_value=1, max_value=actions.MOST_PRIZES)


class Contests(ListModelMixin, RetrieveModelMixin, Resource):
    """People enter photos; others, a jury or a draw decide who wins."""

    serializer_class = ContestSerializer
    queryset = Contest.objects.select_related("survey", "announcement").prefetch_related("prizes__entry")

    def get_queryset(self) -> QuerySet[Contest]:
        self.asked()
        return super().get_queryset()

    @extend_schema(request=ContestBody, responses={201: ContestSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Makes a draft; `POST contests/<id>/publish/` opens it."""
        said = self.stated(ContestBody)
        around = {name: said.pop(name) for name in ("title", "intro", "rights")}
        how = Once(said.pop("once"))
        said["prizes"] = [actions.Promised(**one) for one in said.get("prizes", ())]
        try:
            made = actions.make(**around, once=how, rules=actions.Rules(**said), by=self.by, at=self.at)
        except BadDefinition as refused:
            raise Refused("", [(problem.path, problem.message) for problem in refused.problems]) from refused
        return Response(self._shown(made), status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def publish(self, request: Request, id: UUID) -> Response:
        """From now on, or from when it opens, people may enter."""
        contest = self.get_object()
        try:
            actions.publish(contest=contest, by=self.by, at=self.at)
        except BadDefinition as refused:
            raise Refused("", [(problem.path, problem.message) for problem in refused.problems]) from refused
        return Response(self._shown(contest))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def close(self, request: Request, id: UUID) -> Response:
        """No more entries."""
        contest = self.get_object()
        actions.close(contest=contest, by=self.by, at=self.at)
        return Response(self._shown(contest))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="fix-list")
    @once
    def fix_list(self, request: Request, id: UUID) -> Response:
        """No more entries, and what is drawn from does not change any more; before a draw ends."""
        return self._settle(ending.fix_list)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def end(self, request: Request, id: UUID) -> Response:
        """Places and prizes are fixed; a worker then writes to everybody who took part: `told` says how far it is. It
        cannot be undone; the second time changes nothing."""
        return self._settle(ending.end)

    @extend_schema(request=PassBody)
    @action(detail=True, methods=["post"], url_path="pass-on")
    @once
    def pass_on(self, request: Request, id: UUID) -> Response:
        """The prize of a place whose winner was erased, or is shown no more, goes to the next, once."""
        contest, place = self.get_object(), self.stated(PassBody)["place"]
        try:
            passing.pass_on(contest=contest, place=place, by=self.by, at=self.at)
        except passing.CannotPass as error:
            raise Conflict("Its winner is there, it was passed on before, or nobody is left to get it.") from error
        except ending.CannotEnd as error:
            raise Conflict(WHY["prizes"]) from error
        return Response(self._shown(contest))

    def _settle(self, act: Callable[..., Contest]) -> Response:
        contest = self.get_object()
        try:
            act(contest=contest, by=self.by, at=self.at)
        except ending.CannotEnd as refused:
            raise Conflict(" ".join(WHY[one] for one in refused.why)) from refused
        return Response(self._shown(contest))

    def _shown(self, contest: Contest) -> Any:
        return self.get_serializer(self.queryset.get(pk=contest.pk)).data


class ContestEntrySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    contest = serializers.UUIDField(source="contest.uid")
    contact = serializers.UUIDField(source="contact.uid")
    response = serializers.UUIDField(source="response.uid")
    url = serializers.SerializerMethodField(help_text="Its page, once it is shown")

    class Meta:
        model = Entry
        fields = (
            *("id", "contest", "contact", "response", "url", "caption", "shown_as", "standing", "reason", "at"),
            *("decided", "decided_by", "place", "result"),
        )

    def get_url(self, entry: Entry) -> str:
        return entry_url(entry.contest.survey.key, entry)


class EntryFilters(serializers.Serializer):
    contest = serializers.UUIDField(required=False)
    contact = serializers.UUIDField(required=False)
    standing = serializers.ChoiceField(Entry.Standing.choices, required=False)


class RefuseBody(Body):
    reason = serializers.CharField(
        max_length=deciding.LONGEST_REASON, required=False, allow_blank=True, default="", help_text="Told to its author"
    )


class Entries(ListModelMixin, RetrieveModelMixin, Resource):
    """What was entered."""

    serializer_class = ContestEntrySerializer
    filters = EntryFilters
    queryset = queries.every_entry()

    def get_queryset(self) -> QuerySet[Entry]:
        asked, found = self.asked(), super().get_queryset()
        for name in ("contest", "contact"):
            if name in asked:
                found = found.filter(**{f"{name}__uid": asked.pop(name)})
        return found.filter(**asked)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def show(self, request: Request, id: UUID) -> Response:
        """Everybody can see it; its author is told."""
        return self._decide(Entry.Standing.SHOWN, "")

    @extend_schema(request=RefuseBody)
    @action(detail=True, methods=["post"])
    @once
    def refuse(self, request: Request, id: UUID) -> Response:
        """Nobody is shown it; its author is told why."""
        return self._decide(Entry.Standing.REFUSED, self.stated(RefuseBody)["reason"])

    def _decide(self, standing: str, reason: str) -> Response:
        entry = self.get_object()
        try:
            deciding.decide(
                contest=entry.contest, entries=[entry.uid], standing=standing, reason=reason, by=self.by, at=self.at
            )
        except deciding.HasEnded as error:
            raise Conflict("The contest has ended: nothing more can be shown.") from error
        return Response(self.get_serializer(self.queryset.get(pk=entry.pk)).data)
