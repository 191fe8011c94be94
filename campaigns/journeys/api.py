"""Journeys and walks over REST."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.journeys import actions, drafts, trial
from campaigns.journeys.backtest import actions as backtests
from campaigns.journeys.brake import brake_on
from campaigns.journeys.compiled import versions
from campaigns.journeys.describe import sentence
from campaigns.journeys.entering_api import OutlookFilters, OutlookSerializer, as_said
from campaigns.journeys.models import Backtest, Journey
from campaigns.journeys.naming import written_out
from campaigns.journeys.outlook import outlook
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.resuming import Waits, pile
from campaigns.journeys.shadow.figures import figures
from campaigns.journeys.shadow.serializers import ShadowSerializer, SwitchOnBody
from campaigns.journeys.warnings import warnings
from crm.business.once import once
from crm.contacts.models import Contact
from crm.contacts.queries import present_of
from engage.lib.rest.errors import Conflict, ErrorsSerializer, Refused
from engage.lib.rest.fields import Body, PublicId
from engage.lib.rest.resource import Resource

YEAR = timedelta(days=365)
OLDEST = 10 * YEAR
"""No backtest goes further back."""

DEFINITION = """The scenario.

* `trigger`: `{"event": "Order Completed", "rule": {…}}`, where the rule may ask for a `property` of the event
* `entry`: `{"again": "never" | "always" | "after_days", "days": 30, "key": "order_id",
  "per_day": 50}`
* `goal`: `{"event": …, "rule": …}`, which ends the walk from anywhere, with success
* `start`: the first of the `steps`
* `steps`, by name: `send` (`design` with `subject`, `body` and `kind`, or with the `uid` of a design; `topic`, `class`,
  `on_hold` (`wait`, `drop`, `merge`), `next`),
  `wait` (`for` a span, until a `day`, until a `clock` on `weekdays`, with `exits` that lead on sooner; `next`),
  `branch` (`rule`; `yes`, `no`), `split` (`arms`), `remember` (`key`, `value`, `how`; `next`), `task` (`task`, `text`,
  `within`, `assignee`, `escalate`; `next`), `webhook` (`url`, `event`; `next`), `join` and `leave` (`journey`; `next`)
  and `end` (`reason`), each under `kind`"""


class JourneySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    definition = serializers.DictField(source="draft", help_text=DEFINITION)
    version = serializers.IntegerField(source="current.number", default=None, allow_null=True, help_text="Published")

    class Meta:
        model = Journey
        fields = (
            "id",
            "name",
            "recipe",
            "state",
            "state_at",
            "state_by",
            "definition",
            "version",
            "created",
            "updated",
        )


class JourneyBody(Body):
    name = serializers.CharField(max_length=120)
    definition = serializers.DictField(help_text=DEFINITION)


class TryBody(Body):
    contact = PublicId(Contact.objects.filter(erased=None))
    met = serializers.ListField(
        child=serializers.CharField(max_length=40), default=list, max_length=200, help_text="Waits whose event happens"
    )


class FindingSerializer(serializers.Serializer):
    path = serializers.CharField(help_text="Where in the definition, such as `$.steps.ask.topic`")
    message = serializers.CharField()


class CheckSerializer(serializers.Serializer):
    problems = FindingSerializer(many=True)
    warnings = FindingSerializer(many=True)


class StopSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    step = serializers.CharField()
    kind = serializers.CharField(help_text="send, wait, branch or end")
    sentence = serializers.CharField()
    answer = serializers.BooleanField(allow_null=True, help_text="Of a branch")
    subject = serializers.CharField(allow_null=True, help_text="Of a message, as they would read it")
    text = serializers.CharField(allow_null=True)
    held = serializers.CharField(help_text="Why the message would not go at once")
    problem = serializers.CharField(help_text="Why the message could not be written")


class TrialSerializer(serializers.Serializer):
    would_begin = serializers.BooleanField()
    invented = serializers.BooleanField(help_text="They never did what begins it: an empty event was supposed")
    unfinished = serializers.BooleanField()
    stops = StopSerializer(many=True)


class ResumeBody(Body):
    waits = serializers.ChoiceField(
        [one.value for one in Waits],
        default=Waits.GO_ON.value,
        help_text="`shift`: each lasts as much longer as the pause did; `let_out`: who is past their time for more "
        "than `hours` leaves",
    )
    hours = serializers.IntegerField(min_value=0, max_value=24 * 366, default=24)
    sure = serializers.BooleanField(default=False, help_text="Where it paused itself: so many messages are right")


class StaleSerializer(serializers.Serializer):
    hours = serializers.IntegerField()
    people = serializers.IntegerField()


class PileSerializer(serializers.Serializer):
    on_it = serializers.IntegerField()
    over = serializers.IntegerField(help_text="Would move at once")
    shifted = serializers.IntegerField(help_text="Would wait longer with `shift`")
    seconds = serializers.IntegerField(help_text="So long it is paused")
    stale = StaleSerializer(many=True, help_text="Past their time for more than so many hours")
    brake = serializers.BooleanField(help_text="It paused itself")


class BacktestBody(Body):
    since = serializers.DateTimeField(required=False, help_text="A year before `until` if left out")
    until = serializers.DateTimeField(required=False, help_text="Now if left out")


class BacktestSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    result = serializers.DictField(help_text="Sums so far: with `depends`, two `bounds` between which the truth lies")

    class Meta:
        model = Backtest
        fields = ("id", "state", "fraction", "problem", "since", "until", "by", "at", "finished", "result")


class Journeys(ListModelMixin, RetrieveModelMixin, Resource):
    """Scenarios that answer what a customer does."""

    serializer_class = JourneySerializer
    queryset = Journey.objects.select_related("current")

    def get_queryset(self) -> QuerySet[Journey]:
        self.asked()
        return super().get_queryset()

    @extend_schema(request=JourneyBody, responses={201: JourneySerializer})
    @once
    def create(self, request: Request) -> Response:
        """A draft. Its definition may still be wrong: publishing tells."""
        said = self.stated(JourneyBody)
        journey = actions.create_journey(name=said["name"], draft=said["definition"], by=self.by, at=self.at)
        return Response(JourneySerializer(journey).data, status=201)

    @extend_schema(request=JourneyBody)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Changes what would be published next. People under way notice nothing."""
        journey, said = self.get_object(), self.stated(JourneyBody, partial=True)
        draft = said.get("definition", journey.draft)
        kept = {} if "definition" in said else {"recipe": journey.recipe, "fields": journey.fields}
        drafts.edit_draft(journey, draft=draft, name=said.get("name", ""), by=self.by, at=self.at, **kept)
        return self._now(journey)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Of a draft that was never published; everything else is stopped."""
        try:
            actions.delete_draft(self.get_object())
        except actions.WrongState as error:
            raise Conflict("It was published: stop it.") from error
        return Response(status=204)

    @extend_schema(responses={200: CheckSerializer})
    @action(detail=True, methods=["get"])
    def check(self, request: Request, id: UUID) -> Response:
        """What publishing the draft would refuse, and what would not stop it but leave people out."""
        journey = self.get_object()
        try:
            definition = actions.check(journey.draft)
        except InvalidDefinition as refused:
            return Response(CheckSerializer({"problems": refused.problems, "warnings": []}).data)
        return Response(CheckSerializer({"problems": [], "warnings": warnings(definition, at=self.at)}).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def publish(self, request: Request, id: UUID) -> Response:
        """From now on people begin with this definition; those under way stay on theirs."""
        journey = self.get_object()
        try:
            actions.publish(journey, by=self.by, at=self.at)
        except InvalidDefinition as refused:
            raise _refused(refused) from refused
        return self._now(journey)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def pause(self, request: Request, id: UUID) -> Response:
        """Nobody begins, and everybody stays where they stand."""
        return self._changed(actions.pause_journey)

    @extend_schema(request=ResumeBody)
    @action(detail=True, methods=["post"])
    @once
    def resume(self, request: Request, id: UUID) -> Response:
        """Goes on, as the body says; without it, waits that were over meanwhile end now."""
        journey, said = self.get_object(), self.stated(ResumeBody)
        longer_than = timedelta(hours=said["hours"]) if said["waits"] == Waits.LET_OUT else timedelta(0)
        try:
            actions.resume_journey(
                journey,
                by=self.by,
                at=self.at,
                waits=Waits(said["waits"]),
                longer_than=longer_than,
                sure=said["sure"],
            )
        except actions.BrakeOn as error:
            raise Conflict(
                "It paused itself, because it would have sent too much. Say `sure` if that is right."
            ) from error
        except actions.WrongState as error:
            raise Conflict(f"It is {journey.get_state_display().lower()}.") from error
        return self._now(journey)

    @extend_schema(responses={200: PileSerializer, 409: ErrorsSerializer})
    @resume.mapping.get
    def piled_up(self, request: Request, id: UUID) -> Response:
        """Who stands on a paused journey, before it goes on."""
        journey = self.get_object()
        if journey.state != Journey.State.PAUSED:
            raise Conflict(f"It is {journey.get_state_display().lower()}.")
        found = pile(journey, at=self.at)
        stale = [{"hours": span // timedelta(hours=1), "people": people} for span, people in found.stale.items()]
        seconds = int(found.paused.total_seconds())
        said = {"on_it": found.on_it, "over": found.over, "shifted": found.shifted, "seconds": seconds, "stale": stale}
        return Response(PileSerializer(said | {"brake": brake_on(journey) is not None}).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def stop(self, request: Request, id: UUID) -> Response:
        """Nobody begins, and all who are under way are let go."""
        return self._changed(actions.stop_journey)

    @extend_schema(request=None, responses={201: JourneySerializer})
    @action(detail=True, methods=["post"])
    @once
    def copy(self, request: Request, id: UUID) -> Response:
        """A new draft like this one. Nobody is on it."""
        copied = actions.copy_journey(self.get_object(), by=self.by, at=self.at)
        return Response(JourneySerializer(copied).data, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def shadow(self, request: Request, id: UUID) -> Response:
        """Lets the definition walk with what happens, without anything being carried out, until it is switched on or
        stopped. Of a draft, or one that is stopped."""
        journey = self.get_object()
        try:
            actions.begin_shadow(journey, by=self.by, at=self.at)
        except InvalidDefinition as refused:
            raise _refused(refused) from refused
        except actions.WrongState as error:
            raise Conflict(f"It is {journey.get_state_display().lower()}.") from error
        return self._now(journey)

    @extend_schema(responses={200: ShadowSerializer})
    @shadow.mapping.get
    def shadow_figures(self, request: Request, id: UUID) -> Response:
        """What the shadow has shown so far."""
        journey = self.get_object()
        if journey.state != Journey.State.SHADOW:
            raise NotFound
        return Response(ShadowSerializer(figures(journey)).data)

    @extend_schema(request=SwitchOnBody)
    @action(detail=True, methods=["post"], url_path="switch-on")
    @once
    def switch_on(self, request: Request, id: UUID) -> Response:
        """Ends the shadow: from now on messages go out."""
        go_on = self.stated(SwitchOnBody)["people"] == "go_on"
        return self._changed(partial(actions.switch_on, go_on=go_on))

    @extend_schema(request=TryBody, responses={200: TrialSerializer})
    @action(detail=True, methods=["post"], url_path="try")
    def try_out(self, request: Request, id: UUID) -> Response:
        """One person's walk through the draft in simulated time. Sends nothing, keeps nothing."""
        journey, said = self.get_object(), self.stated(TryBody)
        try:
            definition = parse(written_out(journey.draft))
        except InvalidDefinition as refused:
            raise _refused(refused) from refused
        tried = trial.try_out(
            definition, present_of(said["contact"]), met=trial.supposed_exits(definition, said["met"]), at=self.at
        )
        stops = [_stop(stop) for stop in tried.stops]
        return Response(
            TrialSerializer(
                {
                    "would_begin": tried.would_begin,
                    "invented": tried.invented,
                    "unfinished": tried.unfinished,
                    "stops": stops,
                }
            ).data
        )

    @extend_schema(request=BacktestBody, responses={201: BacktestSerializer})
    @action(detail=True, methods=["post"])
    @once
    def backtest(self, request: Request, id: UUID) -> Response:
        """Runs the draft over the stored history in the background. Sends nothing. One at a time for a journey."""
        journey, said = self.get_object(), self.stated(BacktestBody)
        until, oldest = min(said.get("until", self.at), self.at), self.at - OLDEST
        since = said.get("since", max(until, oldest + YEAR) - YEAR)
        if not oldest <= since < until:
            raise Refused("since", [("", "It must be before `until`, and in the last ten years.")])
        try:
            job = backtests.begin(journey, since=since, until=until, by=self.by, at=self.at)
        except InvalidDefinition as refused:
            raise _refused(refused) from refused
        except backtests.AlreadyRunning as error:
            raise Conflict("One of this journey is under way.") from error
        return Response(BacktestSerializer(job).data, status=201)

    @extend_schema(responses={200: BacktestSerializer})
    @backtest.mapping.get
    def latest_backtest(self, request: Request, id: UUID) -> Response:
        """The latest one: how far it is, or what it found."""
        job = self.get_object().backtests.order_by("-pk").first()
        if job is None:
            raise NotFound
        return Response(BacktestSerializer(job).data)

    @extend_schema(parameters=[OutlookFilters], responses={200: OutlookSerializer}, filters=False)
    @action(detail=True, methods=["get"], url_path="would-begin")
    def would_begin(self, request: Request, id: UUID) -> Response:
        """Whether this person would begin it, and if not, because of what."""
        journey = get_object_or_404(Journey.objects.select_related("current"), uid=id)
        asked = OutlookFilters(data=request.query_params)
        asked.is_valid(raise_exception=True)
        said, current = asked.validated_data, journey.current_id
        version = versions({current}).get(current) if current else None
        seen = outlook(journey, version, present_of(said["contact"]), at=self.at, thing=said["thing"])
        return Response(OutlookSerializer(as_said(seen)).data)

    def _changed(self, change: Any) -> Response:
        journey = self.get_object()
        try:
            change(journey, by=self.by, at=self.at)
        except actions.WrongState as error:
            raise Conflict(f"It is {journey.get_state_display().lower()}.") from error
        return self._now(journey)

    def _now(self, journey: Journey) -> Response:
        return Response(JourneySerializer(self.queryset.get(pk=journey.pk)).data)


def _stop(stop: trial.Stop) -> dict[str, Any]:
    rendered = stop.rendered
    return {
        "at": stop.at,
        "step": stop.decision.step.id,
        "kind": stop.decision.kind,
        "sentence": sentence(stop.decision.step),
        "answer": getattr(stop.decision, "answer", None),
        "subject": rendered.subject if rendered else None,
        "text": rendered.text if rendered else None,
        "held": stop.held,
        "problem": stop.problem,
    }


def _refused(refused: InvalidDefinition) -> Refused:
    return Refused("definition", [(problem.path, problem.message) for problem in refused.problems])
