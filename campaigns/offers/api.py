"""Offers over REST, and what was given: a till or a web shop asks whether a code is good, and marks it as used."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.offers import actions, codes
from campaigns.offers.actions import BadCodes, Coding, Ended, NameTaken, Nobody, SoldOut, Terms
from campaigns.offers.links import offer_url
from campaigns.offers.models import Given, Offer
from campaigns.offers.queries import coded, find
from crm.business.once import once
from crm.contacts.actions import Owner
from crm.contacts.queries import present
from engage.lib import plain
from engage.lib.rest.errors import Conflict, Refused
from engage.lib.rest.fields import Body, Moment, PublicId
from engage.lib.rest.resource import Resource

MOST_AT_ONCE = 10_000
LONGEST_CAUSE = 100


class OfferSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    left = serializers.IntegerField(allow_null=True, help_text="By `most`; null for any number")

    class Meta:
        model = Offer
        fields = ("id", "key", "name", "words", "coding", "shared", "lasts_days", "closes", "most", "left",
                  "given_count", "used_count", "stopped", "at", "by")  # fmt: skip


class GivenSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    offer = serializers.CharField(source="offer.key")
    contact = serializers.UUIDField(source="contact.uid")
    code = serializers.CharField(source="shown_code")
    url = serializers.SerializerMethodField(help_text="Its page; whoever has the address can use it")

    class Meta:
        model = Given
        fields = ("id", "offer", "contact", "code", "url", "cause", "reason", "at", "by", "good_until", "used",
                  "used_by")  # fmt: skip

    def get_url(self, given: Given) -> str:
        return offer_url(given)


class TermsBody(Body):
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    lasts_days = serializers.IntegerField(min_value=0, max_value=3650, required=False, allow_null=True)
    closes = Moment(required=False, allow_null=True)
    most = serializers.IntegerField(min_value=1, max_value=1_000_000_000, required=False, allow_null=True)
    codes = serializers.ListField(
        child=serializers.CharField(max_length=codes.LONGEST),
        required=False,
        max_length=MOST_AT_ONCE,
        help_text="Of your till, with `coding` listed; later ones are added",
    )


class OfferBody(TermsBody):
    name = serializers.CharField(max_length=120)
    coding = serializers.ChoiceField(Coding.choices, default=Coding.OWN)
    shared = serializers.CharField(max_length=codes.LONGEST, required=False, allow_blank=True, default="")


class OfferChange(TermsBody):
    name = serializers.CharField(max_length=120, required=False)


class GiveBody(Body):
    offer = serializers.CharField(max_length=60, help_text="Its key")
    contact = PublicId(present())
    cause = serializers.CharField(max_length=LONGEST_CAUSE, help_text="The same cause gives the same thing, once")
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class GivenFilters(serializers.Serializer):
    offer = serializers.CharField(required=False, max_length=60, help_text="Its key")
    code = serializers.CharField(required=False, max_length=2 * codes.LONGEST, help_text="In any case, with spaces")
    contact = serializers.UUIDField(required=False)


class Offers(ListModelMixin, RetrieveModelMixin, Resource):
    """What can be given, and how often it was."""

    serializer_class = OfferSerializer
    queryset = Offer.objects.all()

    def get_queryset(self) -> QuerySet[Offer]:
        self.asked()
        return super().get_queryset()

    @extend_schema(request=OfferBody, responses={201: OfferSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Open at once."""
        said = self.stated(OfferBody)
        listed, coding, shared = said.pop("codes", []), said.pop("coding"), plain.line(said.pop("shared"))
        try:
            made = actions.make(
                terms=_terms(said), coding=coding, shared=shared, listed="\n".join(listed), by=self.by, at=self.at
            )
        except NameTaken as refused:
            raise _taken() from refused
        except BadCodes as refused:
            raise _bad(coding, refused) from refused
        return Response(OfferSerializer(self.queryset.get(pk=made.pk)).data, status=201)

    @extend_schema(request=OfferChange)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """What was given before stays as it was."""
        one, said = self.get_object(), self.stated(OfferChange)
        listed = said.pop("codes", [])
        kept = {name: getattr(one, name) for name in ("name", "words", "lasts_days", "closes", "most")}
        try:
            if listed:
                actions.add_codes(offer=one, listed="\n".join(listed))
            actions.change(offer=one, terms=_terms({**kept, **said}))
        except NameTaken as refused:
            raise _taken() from refused
        except BadCodes as refused:
            raise _bad(one.coding, refused) from refused
        return Response(OfferSerializer(one).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def stop(self, request: Request, id: UUID) -> Response:
        """It is given no more; what was given stays good."""
        one = self.get_object()
        actions.stop(offer=one, at=self.at)
        return Response(OfferSerializer(one).data)


class OffersGiven(ListModelMixin, RetrieveModelMixin, Resource):
    """Who was given what, and whether it was used."""

    serializer_class = GivenSerializer
    filters = GivenFilters
    queryset = Given.objects.select_related("offer", "contact")

    def get_queryset(self) -> QuerySet[Given]:
        asked, found = self.asked(), super().get_queryset()
        if "offer" in asked:
            found = found.filter(offer__key=asked["offer"])
        if "contact" in asked:
            found = found.filter(contact__uid=asked["contact"])
        if "code" in asked:
            found = coded(found, asked["code"])
        return found

    @extend_schema(request=GiveBody, responses={201: GivenSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Gives one, once for each cause."""
        said = self.stated(GiveBody)
        offer, contact = find(said["offer"]), said["contact"]
        if offer is None:
            raise Refused("offer", [("", "There is no such offer.")])
        try:
            made = actions.give(
                offer=offer,
                owner=Owner(contact.pk, contact.pk),
                cause=f"api:{said['cause']}",
                reason=plain.line(said["reason"]),
                by=self.by,
                at=self.at,
            )
        except SoldOut as refused:
            raise Conflict("As many as there are were given.") from refused
        except (Ended, Nobody) as refused:
            raise Conflict("It is given no more.") from refused
        return Response(GivenSerializer(self.queryset.get(pk=made.pk)).data, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def use(self, request: Request, id: UUID) -> Response:
        """Marks it as used, also when it is late; 409 if it was used before."""
        one = self.get_object()
        if not actions.use(given=one, by=self.by, at=self.at):
            raise Conflict("It was used before.")
        return Response(GivenSerializer(self.queryset.get(pk=one.pk)).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def undo(self, request: Request, id: UUID) -> Response:
        """It was not used after all; 409 if it is not."""
        one = self.get_object()
        if not actions.undo_use(given=one):
            raise Conflict("It is not used.")
        return Response(GivenSerializer(self.queryset.get(pk=one.pk)).data)


def _terms(said: dict[str, Any]) -> Terms:
    if not plain.line(said["name"]):
        raise Refused("name", [("", "Write a few words that can be seen.")])
    return Terms(**said)


def _taken() -> Refused:
    return Refused("name", [("", "Another offer is called so.")])


def _bad(coding: str, refused: BadCodes) -> Refused:
    field = "shared" if coding == Coding.SHARED else "codes"
    wrong = f" Not a code: {', '.join(refused.wrong)}." if refused.wrong else ""
    message = "Codes go with `coding` listed, `shared` with shared, and there must be some."
    return Refused(field, [("", f"{message}{wrong}")])
