"""Preferences over REST: created, read, never changed."""

from collections.abc import Sequence

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.once import once
from crm.contacts import parts
from crm.contacts.api import OfContact
from crm.contacts.models import Contact
from crm.contacts.parts import Part
from crm.preferences.actions import Statement
from crm.preferences.models import Preference
from crm.preferences.stating import state
from engage.lib.rest.errors import Conflict
from engage.lib.rest.fields import Body, Moment, PublicId
from engage.lib.rest.resource import Resource


class SourceSerializer(serializers.Serializer):
    kind = serializers.CharField(source="source_kind")
    id = serializers.CharField(source="source_id")
    label = serializers.CharField(source="source_label")  # type: ignore[assignment]


class PreferenceSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    contact = serializers.UUIDField(source="contact.uid")
    key = serializers.CharField(source="key.key")
    label = serializers.CharField(source="key.label")  # type: ignore[assignment]
    source = SourceSerializer(source="*")  # type: ignore[assignment]

    class Meta:
        model = Preference
        fields = (
            "id",
            "contact",
            "key",
            "label",
            "value",
            "kind",
            "words",
            "question",
            "source",
            "by",
            "at",
            "received",
            "state",
            "mention",
            "ended",
        )


class PreferenceBody(Body):
    contact = PublicId(Contact.objects.filter(erased=None))
    key = serializers.RegexField(r"^[a-z0-9][a-z0-9_-]{0,59}$", help_text="Such as milk; made on first sight")
    value = serializers.CharField(max_length=500)
    words = serializers.CharField(max_length=5000, default="", allow_blank=True, help_text="Exactly what was said")
    question = serializers.CharField(max_length=5000, default="", allow_blank=True, help_text="What was asked")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=200, default="", allow_blank=True, help_text="Where it was said"
    )
    kind = serializers.ChoiceField(Preference.Kind.choices, default=Preference.Kind.STATED)
    at = Moment(required=False)


class PreferenceFilters(serializers.Serializer):
    contact = serializers.UUIDField(required=False)
    key = serializers.CharField(max_length=60, required=False)
    state = serializers.ChoiceField(Preference.State.choices, required=False)


class Preferences(ListModelMixin, RetrieveModelMixin, Resource):
    """What we remember, with where it is from. A new statement supersedes an older one, and nothing is overwritten.

    Keys of the API are made by owners and see what owners see, whoever else in the team may not."""

    serializer_class = PreferenceSerializer
    filters = PreferenceFilters
    queryset = Preference.objects.select_related("key", "contact")

    def get_queryset(self) -> QuerySet[Preference]:
        asked, found = self.asked(), super().get_queryset()
        names = {"contact": "contact__uid", "key": "key__key", "state": "state"}
        return found.filter(**{names[name]: value for name, value in asked.items()})

    @extend_schema(request=PreferenceBody, responses={201: PreferenceSerializer})
    @once
    def create(self, request: Request) -> Response:
        said = self.stated(PreferenceBody)
        contact, now = said["contact"], self.at
        statement = Statement(
            contact=contact.pk,
            recorded_for=contact.pk,
            key=said["key"],
            value=said["value"],
            kind=said["kind"],
            at=min(said.get("at", now), now),
            source_kind="api",
            source_label=said["source"],
            words=said["words"],
            question=said["question"],
            by=self.by,
        )
        preference = state(statement, at=now)
        if preference is None:
            raise Conflict("The same source said this before.")
        return Response(PreferenceSerializer(preference).data, status=201)


class ContactPreferences(ListModelMixin, OfContact):
    """Everything remembered about one contact, the newest statement first, superseded ones too."""

    serializer_class = PreferenceSerializer

    def get_queryset(self) -> QuerySet[Preference]:
        self.asked()
        return Preference.objects.filter(contact=self.contact).select_related("key", "contact")


def _field(source: str) -> serializers.Field:
    return serializers.DictField(
        source=source, child=serializers.JSONField(), help_text="What is known of them now, by key"
    )


def _attributes(contacts: Sequence[Contact]) -> dict[int, dict]:
    """There is one memory: attributes are what is remembered. No query."""
    return {contact.pk: contact.attributes for contact in contacts}


parts.register("attributes", Part(_field, _attributes, nothing={}))
