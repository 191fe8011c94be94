"""Messages over REST: everything either side said, its states with times, and why."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.channels import contents
from campaigns.channels.skeleton import Rendered
from campaigns.guards import reasons
from crm.dialogue.models import Message, Occasion
from engage.lib.rest.resource import Resource

State = Message.State
HEARD = ("delivered", "bounced", "complained", "opened", "clicked", "replied")
"""What was heard of a message after it left, each with its first time."""
_TOLD = frozenset({State.DELIVERED, State.BOUNCED})


class StateSerializer(serializers.Serializer):
    state = serializers.CharField()
    at = serializers.DateTimeField()


class WhySerializer(serializers.Serializer):
    code = serializers.CharField(help_text="The guard's or the fault's; empty where there is nothing to explain")
    sentence = serializers.CharField()


class CostSerializer(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=12, decimal_places=6)
    currency = serializers.CharField()
    units = serializers.IntegerField(help_text="Segments of a text message")


class MessageSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    contact = serializers.UUIDField(source="contact.uid")
    klass = serializers.CharField(label="class")
    topic = serializers.CharField(source="topic.key", default=None, allow_null=True)
    conversation = serializers.UUIDField(source="conversation.uid", default=None, allow_null=True)
    inside = serializers.UUIDField(
        source="inside.uid", default=None, allow_null=True, help_text="The message that carries this one's words"
    )
    states = serializers.SerializerMethodField(help_text="What became of it, and when")
    why = serializers.SerializerMethodField(help_text="Why it waits, did not go, or went wrong")
    cost = CostSerializer(default=None, allow_null=True, help_text="Null where it cost nothing")
    because = serializers.SerializerMethodField(help_text="What it was sent for, in words")

    class Meta:
        model = Message
        fields = (
            "id",
            "contact",
            "direction",
            "klass",
            "channel",
            "topic",
            "origin",
            "because",
            "conversation",
            "inside",
            "subject",
            "address",
            "state",
            "states",
            "why",
            "until",
            "at",
            "delivered",
            "bounced",
            "complained",
            "opened",
            "clicked",
            "replied",
            "cost",
        )

    def get_fields(self) -> dict[str, serializers.Field]:
        """`class` is a word of Python's, so that it cannot be declared."""
        fields = super().get_fields()
        return {"class" if name == "klass" else name: self._named(name, field) for name, field in fields.items()}

    def _named(self, name: str, field: serializers.Field) -> serializers.Field:
        if name == "klass":
            field.source = "klass"
        return field

    @extend_schema_field(StateSerializer(many=True))
    def get_states(self, message: Message) -> list[dict[str, Any]]:
        return list(StateSerializer([{"state": state, "at": at} for state, at in _states(message)], many=True).data)

    @extend_schema_field(WhySerializer)
    def get_why(self, message: Message) -> dict[str, str]:
        sentence = reasons.sentence(state=message.state, why=message.why, detail=message.detail, until=message.until)
        return {"code": message.why, "sentence": sentence}

    def get_because(self, message: Message) -> str:
        return self.context.get("occasions", {}).get(message.origin, "")


class LetterSerializer(serializers.Serializer):
    subject = serializers.CharField()
    html = serializers.CharField()
    text = serializers.CharField()


class OneMessageSerializer(MessageSerializer):
    text = serializers.CharField(help_text="The words of either side; empty for what was rendered")
    letter = serializers.SerializerMethodField(help_text="As it was rendered, kept for 180 days; never for codes")

    class Meta(MessageSerializer.Meta):
        fields = (*MessageSerializer.Meta.fields, "text", "letter")  # type: ignore[assignment]

    @extend_schema_field(LetterSerializer(allow_null=True))
    def get_letter(self, message: Message) -> dict[str, str] | None:
        rendered: Rendered | None = None
        if message.klass != Message.Class.SECURITY:
            rendered = contents.shown(message)
        return dict(LetterSerializer(rendered).data) if rendered else None


class MessageFilters(serializers.Serializer):
    contact = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(State.choices, required=False)
    origin = serializers.CharField(max_length=120, required=False, help_text="Or how it begins, as journey:<id>")
    direction = serializers.ChoiceField(Message.Direction.choices, required=False)


class Messages(ListModelMixin, Resource):
    """What either side said. Those of ours are the ledger: each exists once, and says what became of it."""

    serializer_class = MessageSerializer
    filters = MessageFilters
    queryset = Message.objects.select_related("contact", "topic", "conversation", "inside", "cost")

    def list(self, request: Request) -> Response:
        names = {"contact": "contact__uid", "origin": "origin__startswith"}
        asked = {names.get(name, name): value for name, value in self.asked().items()}
        page = self.paginate_queryset(self.get_queryset().filter(**asked))
        return self.get_paginated_response(_shown(MessageSerializer, page))

    @extend_schema(responses={200: OneMessageSerializer})
    def retrieve(self, request: Request, id: UUID) -> Response:
        return Response(_shown(OneMessageSerializer, [self.get_object()])[0])

    def get_queryset(self) -> QuerySet[Message]:
        return self.queryset.select_related("rendered")


def _shown(serializer: type[MessageSerializer], messages: Sequence[Message]) -> list[dict[str, Any]]:
    origins = {message.origin for message in messages}
    occasions = dict(Occasion.objects.filter(origin__in=origins).values_list("origin", "label"))
    return list(serializer(messages, many=True, context={"occasions": occasions}).data)


def _states(message: Message) -> Iterator[tuple[str, datetime]]:
    """From the times that the row keeps; what stands in between is not kept."""
    if message.direction != Message.Direction.OUT:
        yield message.state, message.at
        return
    yield State.QUEUED.value, message.at
    if message.settled:
        yield State.ACCEPTED.value if message.state in _TOLD else message.state, message.settled
    elif message.state != State.QUEUED:
        yield message.state, message.at
    told = [(name, at) for name in HEARD if (at := getattr(message, name))]
    yield from sorted(told, key=lambda one: one[1])
