"""Broadcasts over REST: drafts, what people do with them, and their sums."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.broadcasts import actions
from campaigns.broadcasts.estimating import outlook
from campaigns.broadcasts.models import Broadcast, Variant
from campaigns.broadcasts.outcome import OUTCOMES
from campaigns.broadcasts.preparing import LEAST_DAYS, MOST_VARIANTS
from campaigns.broadcasts.queries import ledger, progress, versions
from campaigns.broadcasts.standing import causes
from campaigns.broadcasts.wording import plain_design
from campaigns.channels import port
from campaigns.channels.liquid import MAX_SOURCE, MAX_SUBJECT
from campaigns.designs.models import Design
from campaigns.designs.parse import InvalidContents
from campaigns.guards.reasons import NAMES, NAMES_OF_WAITS
from campaigns.plans.models import Campaign
from crm.business.once import once
from crm.contacts.models import Topic
from crm.rules import InvalidRule
from crm.segments.api import RULE
from crm.segments.models import Segment
from engage.lib.rest.errors import Conflict, Refused
from engage.lib.rest.fields import Body, Moment, PublicId
from engage.lib.rest.resource import Resource

MOST_GROUPS = 50
A_YEAR = 366 * 24 * 60
MOST_AN_HOUR = 10_000_000


class VariantSerializer(serializers.ModelSerializer):
    design = serializers.UUIDField(source="design.uid")
    kind = serializers.CharField(source="design.kind")
    subject = serializers.CharField()

    class Meta:
        model = Variant
        fields = ("letter", "design", "kind", "subject")


class CauseSerializer(serializers.Serializer):
    code = serializers.CharField()
    words = serializers.CharField()
    number = serializers.IntegerField(help_text="Messages concerned; 10000 stands for more")
    until = serializers.DateTimeField(allow_null=True)


class ProgressSerializer(serializers.Serializer):
    due = serializers.IntegerField()
    released = serializers.IntegerField(help_text="Had their turn")
    turns = serializers.IntegerField(help_text="Still to come")
    per_second = serializers.FloatField()
    left = serializers.DurationField(allow_null=True, help_text="Until the last turn; null where it cannot be told")


class BroadcastSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    origin = serializers.CharField(help_text="Of its messages, for `messages/?origin=`")
    topic = serializers.CharField(source="topic.key", default=None, allow_null=True)
    campaign = serializers.UUIDField(source="campaign.uid", default=None, allow_null=True)
    include = serializers.ListField(child=serializers.UUIDField(), help_text="Groups: whoever is in any of them")
    exclude = serializers.ListField(child=serializers.UUIDField(), help_text="Groups: nobody who is in one of them")
    rule = serializers.DictField(allow_null=True, help_text=RULE)
    follows = serializers.UUIDField(source="follows.uid", default=None, allow_null=True)
    variants = VariantSerializer(many=True)

    class Meta:
        model = Broadcast
        fields = (
            *("id", "origin", "name", "kind", "follows", "after_days", "campaign", "topic", "channel"),
            *("include", "exclude"),
            *("rule", "audience", "send_at", "clock", "per_hour", "batch", "batch_minutes", "variants"),
            *("sample_percent", "decide_minutes", "judge", "goal", "winner", "decide_at", "decided", "decided_by"),
            *("state", "state_at", "state_by", "brake", "starts", "began", "queued", "finished", "created"),
            *("created_by", "updated"),
        )


class OneBroadcastSerializer(BroadcastSerializer):
    waits_for = serializers.SerializerMethodField(help_text="Why it does not move, the weightiest first")
    progress = serializers.SerializerMethodField()

    class Meta(BroadcastSerializer.Meta):
        fields = (*BroadcastSerializer.Meta.fields, "waits_for", "progress")  # type: ignore[assignment]

    @extend_schema_field(CauseSerializer(many=True))
    def get_waits_for(self, broadcast: Broadcast) -> list[dict[str, Any]]:
        return list(CauseSerializer(causes(broadcast, at=self.context["at"]), many=True).data)

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, broadcast: Broadcast) -> dict[str, Any]:
        return dict(ProgressSerializer(progress(broadcast, now=self.context["at"])).data)


class VariantBody(Body):
    """A `design`, or words of which one is made, in the shop's language."""

    design = PublicId(Design.objects.all(), required=False)
    subject = serializers.CharField(max_length=MAX_SUBJECT, allow_blank=True, default="")
    body = serializers.CharField(max_length=MAX_SOURCE, allow_blank=True, default="", trim_whitespace=False)
    kind = serializers.ChoiceField(["letter", "html", "mjml"], default="letter")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if "design" in said and (said.get("subject") or said.get("body")):
            raise serializers.ValidationError("Either a design, or words.")
        return said


class GroupsField(serializers.ListField):
    child = PublicId(Segment.objects.all())

    def to_internal_value(self, data: Any) -> list[str]:
        return [str(group.uid) for group in super().to_internal_value(data)]


class PaceBody(Body):
    per_hour = serializers.IntegerField(min_value=1, max_value=MOST_AN_HOUR, allow_null=True, required=False)
    batch = serializers.IntegerField(min_value=1, max_value=MOST_AN_HOUR, allow_null=True, required=False)
    batch_minutes = serializers.IntegerField(min_value=1, max_value=A_YEAR, allow_null=True, required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        batch, minutes = said.get("batch"), said.get("batch_minutes")
        if (batch is None) != (minutes is None):
            raise serializers.ValidationError("A batch needs both `batch` and `batch_minutes`.")
        if batch is not None and said.get("per_hour") is not None:
            raise serializers.ValidationError("Either so many an hour, or batches.")
        return said


class BroadcastBody(PaceBody):
    """Whatever is left out of a change stays as it is; of the pace all three are said together."""

    name = serializers.CharField(max_length=120)
    topic = serializers.SlugRelatedField("key", queryset=Topic.objects.all(), allow_null=True, required=False)
    campaign = PublicId(Campaign.objects.all(), allow_null=True, required=False)
    channel = serializers.ChoiceField(port.names(), required=False, help_text="What shows no design takes letters")
    include = GroupsField(required=False, max_length=MOST_GROUPS)
    exclude = GroupsField(required=False, max_length=MOST_GROUPS)
    rule = serializers.DictField(allow_null=True, required=False, help_text=RULE)
    audience = serializers.ChoiceField(Broadcast.Audience.choices, required=False)
    send_at = Moment(allow_null=True, required=False, help_text="Empty: 60 s after `start`")
    clock = serializers.ChoiceField(Broadcast.Clock.choices, required=False)
    variants = serializers.ListField(child=VariantBody(), required=False, max_length=MOST_VARIANTS)
    sample_percent = serializers.IntegerField(min_value=1, max_value=100, required=False)
    decide_minutes = serializers.IntegerField(min_value=1, max_value=A_YEAR, required=False)
    judge = serializers.ChoiceField(Broadcast.Judge.choices, required=False)
    goal = serializers.CharField(max_length=200, required=False, help_text="Name of an event, for `judge` goal")
    after_days = serializers.IntegerField(min_value=LEAST_DAYS, max_value=365, allow_null=True, required=False)


class ResumeBroadcastBody(Body):
    sure = serializers.BooleanField(default=False, help_text="Where it paused itself: somebody looked, and it is right")


class ChooseBody(Body):
    letter = serializers.CharField(max_length=1)


class RemindBody(Body):
    days = serializers.IntegerField(min_value=LEAST_DAYS, max_value=365, default=LEAST_DAYS)


class FollowBody(Body):
    outcome = serializers.ChoiceField(OUTCOMES)


class SumsSerializer(serializers.Serializer):
    due = serializers.IntegerField(help_text="People decided upon, as written with the decisions")
    waiting = serializers.IntegerField()
    sent = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="Of those sent: kept in the Outbox, because the shop is in Test")
    withheld = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField()
    adds_up = serializers.BooleanField()


class VersionSerializer(serializers.Serializer):
    letter = serializers.CharField()
    subject = serializers.CharField()
    people = serializers.IntegerField()
    did = serializers.IntegerField()
    chance = serializers.FloatField(help_text="How often chance alone would show as large a difference to another")


class LedgerSerializer(SumsSerializer):
    versions = VersionSerializer(many=True)


class ReasonSerializer(serializers.Serializer):
    code = serializers.CharField()
    words = serializers.CharField()
    people = serializers.IntegerField()


class OutlookSerializer(serializers.Serializer):
    people = serializers.IntegerField()
    low = serializers.IntegerField(help_text="The ends of its range, where it is an estimate")
    high = serializers.IntegerField()
    asked = serializers.IntegerField(help_text="People of whom the reasons below were asked; all, or a sample")
    would_go = serializers.IntegerField(help_text="Of all people")
    never = ReasonSerializer(many=True)
    later = ReasonSerializer(many=True)


class Broadcasts(ListModelMixin, RetrieveModelMixin, Resource):
    """One message to an audience, once."""

    serializer_class = BroadcastSerializer
    queryset = Broadcast.objects.select_related("topic", "campaign", "follows").prefetch_related("variants__design")

    def get_queryset(self) -> QuerySet[Broadcast]:
        self.asked()
        return super().get_queryset()

    @extend_schema(responses={200: OneBroadcastSerializer})
    def retrieve(self, request: Request, id: UUID) -> Response:
        return self._now(self.get_object())

    @extend_schema(request=BroadcastBody, responses={201: OneBroadcastSerializer})
    @once
    def create(self, request: Request) -> Response:
        """A draft. It may still lack everything: starting tells."""
        said = self._with_designs(self.stated(BroadcastBody))
        return self._now(actions.create_broadcast(**said, by=self.by, at=self.at), status=201)

    @extend_schema(request=BroadcastBody, responses={200: OneBroadcastSerializer})
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Changes a draft. `variants` replaces all of them."""
        broadcast, said = self.get_object(), self._with_designs(self.stated(BroadcastBody, partial=True))
        return self._changed(lambda: actions.edit_broadcast(broadcast, **said, by=self.by, at=self.at))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Of a draft; everything else is cancelled."""
        try:
            actions.delete_draft(self.get_object())
        except actions.WrongState as error:
            raise Conflict("It is no draft any more: cancel it.") from error
        return Response(status=204)

    @extend_schema(request=None, responses={200: OneBroadcastSerializer})
    @action(detail=True, methods=["post"])
    @once
    def start(self, request: Request, id: UUID) -> Response:
        """Starts 60 s from now, or when it is put down for; until then `cancel` makes it a draft again."""
        return self._verb(actions.start)

    @extend_schema(request=None, responses={200: OneBroadcastSerializer})
    @action(detail=True, methods=["post"])
    @once
    def pause(self, request: Request, id: UUID) -> Response:
        """Nothing more leaves; what is in a worker's hand does."""
        return self._verb(actions.pause)

    @extend_schema(request=ResumeBroadcastBody, responses={200: OneBroadcastSerializer})
    @action(detail=True, methods=["post"])
    @once
    def resume(self, request: Request, id: UUID) -> Response:
        """Goes on where it stopped."""
        return self._verb(actions.resume, **self.stated(ResumeBroadcastBody))

    @extend_schema(request=None, responses={200: OneBroadcastSerializer})
    @action(detail=True, methods=["post"])
    @once
    def cancel(self, request: Request, id: UUID) -> Response:
        """Whoever has not had it does not get it; before it began it is a draft again."""
        return self._verb(actions.cancel)

    @extend_schema(request=PaceBody, responses={200: OneBroadcastSerializer})
    @action(detail=True, methods=["put"])
    def pace(self, request: Request, id: UUID) -> Response:
        """So many an hour, or batches, from now on; also while it goes out. {} is as fast as we can."""
        return self._verb(actions.set_pace, **self.stated(PaceBody))

    @extend_schema(request=ChooseBody, responses={200: OneBroadcastSerializer})
    @action(detail=True, methods=["post"])
    @once
    def choose(self, request: Request, id: UUID) -> Response:
        """Says which version the rest gets, without waiting for the sample."""
        return self._verb(actions.choose_winner, **self.stated(ChooseBody))

    @extend_schema(request=RemindBody, responses={201: OneBroadcastSerializer})
    @action(detail=True, methods=["post"])
    @once
    def remind(self, request: Request, id: UUID) -> Response:
        """A draft of a reminder, once, to those who neither clicked, replied nor ordered."""
        return self._verb(actions.remind, status=201, **self.stated(RemindBody))

    @extend_schema(request=FollowBody, responses={201: OneBroadcastSerializer})
    @action(detail=True, methods=["post"], url_path="follow-up")
    @once
    def follow_up(self, request: Request, id: UUID) -> Response:
        """A draft for those with whom it had this outcome."""
        return self._verb(actions.follow_up, status=201, **self.stated(FollowBody))

    @extend_schema(responses={200: LedgerSerializer})
    @action(detail=True, methods=["get"])
    def ledger(self, request: Request, id: UUID) -> Response:
        """Its sums: `due = waiting + sent + withheld + failed + unknown`, or `adds_up` is false."""
        broadcast = self.get_object()
        said = SumsSerializer(ledger(broadcast)).data
        return Response(said | {"versions": VersionSerializer(versions(broadcast), many=True).data})

    @extend_schema(responses={200: OutlookSerializer})
    @action(detail=True, methods=["get"])
    def estimate(self, request: Request, id: UUID) -> Response:
        """How many people it would be for, and what would keep it from whom, as things stand."""
        try:
            found = outlook(self.get_object(), at=self.at)
        except InvalidRule as refused:
            raise Refused("rule", [(problem.path, problem.message) for problem in refused.problems]) from refused
        said = {
            "people": found.people.number,
            "low": found.people.low,
            "high": found.people.high,
            "asked": found.asked,
            "would_go": found.share(found.would_go),
            "never": [_reason(code, found.share(n), NAMES) for code, n in found.never.most_common()],
            "later": [_reason(code, found.share(n), NAMES_OF_WAITS) for code, n in found.later.most_common()],
        }
        return Response(OutlookSerializer(said).data)

    def _with_designs(self, said: dict[str, Any]) -> dict[str, Any]:
        """`variants` as designs, made of words where they are no designs. Raises Refused."""
        if "variants" not in said:
            return said
        name = said.get("name") or _("One-off message")
        try:
            return said | {"designs": [self._design(one, name) for one in said.pop("variants")]}
        except InvalidContents as refused:
            raise Refused("variants", [("", problem.message) for problem in refused.problems]) from refused

    def _design(self, said: dict[str, Any], name: str) -> Design:
        words = {"subject": "", "body": "", "kind": "letter"} | said
        return said.get("design") or plain_design(name=name, by=self.by, at=self.at, **words)

    def _verb(self, verb: Callable[..., Broadcast], *, status: int = 200, **said: Any) -> Response:
        broadcast = self.get_object()
        return self._changed(lambda: verb(broadcast, **said, by=self.by, at=self.at), status)

    def _changed(self, change: Callable[[], Broadcast], status: int = 200) -> Response:
        try:
            return self._now(change(), status)
        except actions.NotReady as refused:
            raise Refused("", [(problem.field, problem.message) for problem in refused.problems]) from refused
        except actions.BrakeOn as error:
            raise Conflict("It paused itself, because it did harm. Say `sure` if it is to go on.") from error
        except actions.AlreadyReminding as error:
            raise Conflict("There is a reminder of it already.") from error
        except actions.WrongState as error:
            raise Conflict(f"Not while it is as it is ({error}).") from error

    def _now(self, broadcast: Broadcast, status: int = 200) -> Response:
        fresh = self.queryset.get(pk=broadcast.pk)
        return Response(OneBroadcastSerializer(fresh, context={"at": self.at}).data, status=status)


def _reason(code: str, people: int, names: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "words": str(names.get(code, code)), "people": people}
