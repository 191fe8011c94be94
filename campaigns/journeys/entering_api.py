"""Who begins a journey, who is on it and who was, over REST; and why somebody would not begin."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.journeys import by_hand
from campaigns.journeys.definition import Entry
from campaigns.journeys.entering import WhyNot, why_not_words
from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.outlook import Outlook
from campaigns.journeys.parse import parse
from campaigns.journeys.triggers import LONGEST_THING
from crm.business.once import once
from crm.contacts.api import OfContact
from crm.contacts.models import Contact
from crm.rules import phrase, readable
from engage.lib.rest.errors import Refused
from engage.lib.rest.fields import Body, PublicId
from engage.lib.rest.resource import Resource


class EnrolmentSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    journey = serializers.UUIDField(source="journey.uid")
    contact = serializers.UUIDField(source="contact.uid")
    version = serializers.IntegerField(source="version.number")
    waits_until = serializers.DateTimeField(source="wait.until", default=None, allow_null=True)

    class Meta:
        model = Enrolment
        fields = (
            "id",
            "journey",
            "contact",
            "version",
            "shadow",
            "state",
            "step",
            "began",
            "waits_until",
            "ended",
            "outcome",
            "reason",
        )


class BeginBody(Body):
    contacts = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=by_hand.MOST)
    thing = serializers.CharField(
        max_length=LONGEST_THING, default="", help_text="What the walk is about, where the journey has an `entry.key`"
    )


class BegunSerializer(serializers.Serializer):
    contact = serializers.UUIDField()
    enrolment = serializers.UUIDField()


class NotBegunSerializer(serializers.Serializer):
    contact = serializers.UUIDField()
    reason = serializers.ChoiceField([why.value for why in WhyNot])
    words = serializers.CharField()


class EnteringSerializer(serializers.Serializer):
    begun = BegunSerializer(many=True)
    not_begun = NotBegunSerializer(many=True)


class OutlookFilters(Body):
    contact = PublicId(Contact.objects.filter(erased=None))
    thing = serializers.CharField(max_length=LONGEST_THING, default="")


class AgainstSerializer(serializers.Serializer):
    reason = serializers.ChoiceField([why.value for why in WhyNot])
    words = serializers.CharField()


class ConditionSerializer(serializers.Serializer):
    holds = serializers.BooleanField()
    condition = serializers.CharField()
    found = serializers.CharField()


class HeldSerializer(serializers.Serializer):
    subject = serializers.CharField()
    why = serializers.CharField()
    waits = serializers.BooleanField(help_text="It would go later")


class OutlookSerializer(serializers.Serializer):
    would_begin = serializers.BooleanField(help_text="If what begins it happened again now")
    because = AgainstSerializer(many=True, help_text="Why not")
    conditions = ConditionSerializer(many=True, help_text="Of the trigger's rule, asked of the last such event")
    last = serializers.DateTimeField(allow_null=True, help_text="When it last happened to them")
    remarks = serializers.ListField(child=serializers.CharField())
    messages = HeldSerializer(many=True, help_text="What would hold its messages today")


class JourneyEnrolments(ListModelMixin, Resource):
    """Who is on a journey, and who was."""

    serializer_class = EnrolmentSerializer

    def get_queryset(self) -> QuerySet[Enrolment]:
        self.asked()
        return _walks().filter(journey=self._journey())

    @extend_schema(request=BeginBody, responses={200: EnteringSerializer})
    @once
    def create(self, request: Request, journey: UUID) -> Response:
        """These people begin it now, whoever of them may: its rule, how often, and the limit of a day are obeyed."""
        found, said = self._journey(), self.stated(BeginBody)
        known = dict(Contact.objects.filter(uid__in=said["contacts"]).values_list("uid", "pk"))
        try:
            begun = by_hand.begin(found, known.values(), by=self.by, at=self.at, thing=said["thing"])
        except by_hand.WrongThing as error:
            raise Refused("thing", [("", "This journey has no `entry.key`: nothing can be said here.")]) from error
        entry = parse(found.current.definition).entry if found.current else Entry()
        asked = list(dict.fromkeys(said["contacts"]))
        reasons = {uid: begun.refused.get(known[uid], WhyNot.GONE) if uid in known else WhyNot.GONE for uid in asked}
        went = {uid: begun.walks[known[uid]] for uid in asked if known.get(uid) in begun.walks}
        answer = {
            "begun": [{"contact": uid, "enrolment": walk} for uid, walk in went.items()],
            "not_begun": [
                {"contact": uid, "reason": why, "words": why_not_words(why, entry)}
                for uid, why in reasons.items()
                if uid not in went
            ],
        }
        return Response(EnteringSerializer(answer).data)

    def _journey(self) -> Journey:
        return get_object_or_404(Journey.objects.select_related("current"), uid=self.kwargs["journey"])


class ContactEnrolments(ListModelMixin, OfContact):
    """The journeys that one contact is on, or was."""

    serializer_class = EnrolmentSerializer

    def get_queryset(self) -> QuerySet[Enrolment]:
        self.asked()
        return _walks().filter(contact=self.contact)


def _walks() -> QuerySet[Enrolment]:
    return Enrolment.objects.select_related("journey", "contact", "version", "wait")


def as_said(seen: Outlook) -> dict[str, Any]:
    return {
        "would_begin": seen.would_begin,
        "because": [{"reason": why, "words": words} for why, words in seen.reasons.items()],
        "conditions": [
            {"holds": one.holds, "condition": phrase(one.rule), "found": readable(one.actual)}
            for one in seen.conditions
        ],
        "last": seen.last.at if seen.last else None,
        "remarks": seen.remarks,
        "messages": [{"subject": one.subject, "why": one.sentence, "waits": one.waits} for one in seen.notes],
    }
