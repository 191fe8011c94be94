"""Events and envelopes over REST: what came in, what waits, what could not be read."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.once import once
from crm.events.actions import retry
from crm.events.envelope import seen_key
from crm.events.models import DeadLetter, Event, Inbox
from engage.lib.rest.errors import Conflict
from engage.lib.rest.resource import Resource

WAITING, DEAD = "waiting", "dead"


class EventSerializer(serializers.ModelSerializer):
    id = serializers.SerializerMethodField(help_text="The same for every copy of the event")
    contact = serializers.UUIDField(source="contact.uid")

    class Meta:
        model = Event
        fields = (
            "id",
            "contact",
            "message_id",
            "kind",
            "name",
            "at",
            "received",
            "history",
            "source",
            "properties",
            "context",
        )

    def get_id(self, event: Event) -> UUID:
        return UUID(seen_key("fact" if event.kind == "derived" else event.source, event.message_id))


class EventFilters(serializers.Serializer):
    message_id = serializers.CharField(max_length=100, required=False)
    contact = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=200, required=False)


class Events(ListModelMixin, Resource):
    """What contacts did, what came in last first. Events come in at /v1."""

    serializer_class = EventSerializer
    filters = EventFilters

    def get_queryset(self) -> QuerySet[Event]:
        names = {"contact": "contact__uid"}
        asked = {names.get(name, name): value for name, value in self.asked().items()}
        return Event.objects.filter(**asked).select_related("contact")


class EnvelopeSerializer(serializers.Serializer):
    """Of one shape, whether it waits in the inbox or could not be read."""

    id = serializers.UUIDField(source="uid")
    state = serializers.SerializerMethodField()
    received = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]
    events = serializers.SerializerMethodField(help_text="How many events it holds")
    attempts = serializers.SerializerMethodField()
    reason = serializers.CharField(default="", help_text="Why it could not be read")
    died = serializers.DateTimeField(default=None, allow_null=True)
    body = serializers.CharField(help_text="As it came")

    @extend_schema_field(serializers.ChoiceField([WAITING, DEAD]))
    def get_state(self, row: Inbox | DeadLetter) -> str:
        return DEAD if isinstance(row, DeadLetter) else WAITING

    def get_events(self, row: Inbox | DeadLetter) -> int:
        return getattr(row, "events", 1)

    def get_attempts(self, row: Inbox | DeadLetter) -> int:
        return getattr(row, "attempts", 0)


class EnvelopeFilters(serializers.Serializer):
    state = serializers.ChoiceField([WAITING, DEAD], default=WAITING)


class Envelopes(ListModelMixin, Resource):
    """What has come in and waits, and what could not be read."""

    serializer_class = EnvelopeSerializer
    filters = EnvelopeFilters

    def get_queryset(self) -> QuerySet[Any]:
        dead = self.asked()["state"] == DEAD
        return DeadLetter.objects.filter(retried=None) if dead else Inbox.objects.all()

    def retrieve(self, request: Request, id: UUID) -> Response:
        row = DeadLetter.objects.filter(uid=id).first() or Inbox.objects.filter(uid=id).first()
        if row is None:
            raise Http404
        return Response(EnvelopeSerializer(row).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    @once
    def retry(self, request: Request, id: UUID) -> Response:
        """Puts what could not be read into the inbox again."""
        letter = DeadLetter.objects.filter(uid=id).first()
        if letter is None:
            raise Http404
        if not retry(letter, at=self.at):
            raise Conflict("This was tried again before.")
        return Response(status=204)
