"""Contacts over REST."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.once import once
from crm.contacts import actions, parts, queries
from crm.contacts.actions.add import add_contact
from crm.contacts.actions.change import change_contact
from crm.contacts.actions.proposals import reopen_proposal
from crm.contacts.evidence import current
from crm.contacts.models import Consent, Contact, Identity, Merge, Origin, Suppression, Topic
from crm.contacts.serializers import (
    ConsentBody,
    ConsentFilters,
    ConsentSerializer,
    ContactBody,
    ContactFilters,
    ContactSerializer,
    MergeBody,
    MergeSerializer,
    PauseBody,
    ProfileBody,
    SuppressionBody,
    SuppressionFilters,
    SuppressionSerializer,
    TopicSerializer,
)
from engage.lib.rest.errors import Conflict
from engage.lib.rest.resource import Resource


class Contacts(Resource):
    """People we know. Who was merged into another is found by id only, and says into whom."""

    serializer_class = ContactSerializer
    filters = ContactFilters
    queryset = Contact.objects.filter(erased=None)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(queries.with_identities(self._found()))
        return self.get_paginated_response(shown(page))

    def retrieve(self, request: Request, id: UUID) -> Response:
        return Response(_one(self.get_object().pk))

    @extend_schema(request=ContactBody, responses={200: ContactSerializer, 201: ContactSerializer})
    @once
    def create(self, request: Request) -> Response:
        """201 for somebody new. Whom one of the identities belongs to already is answered with 200, as they are."""
        said = self.stated(ContactBody)
        keys, name, language = said.pop("keys"), said.pop("name", ""), said.pop("language", "")
        contact, new = add_contact(
            name=name,
            keys=keys,
            language=language,
            origin=Origin.Kind.API,
            proof=Identity.Proof.SERVER,
            by=self.by,
            at=self.at,
        )
        if new and said:
            change_contact(contact=contact, by=self.by, at=self.at, **said)
        return Response(_one(contact.pk), status=201 if new else 200)

    @extend_schema(request=ProfileBody)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """An empty text takes away what is there."""
        said = self.stated(ProfileBody)
        contact = change_contact(contact=self.get_object(), by=self.by, at=self.at, **said)
        return Response(_one(contact.pk))

    @extend_schema(request=MergeBody, responses={201: MergeSerializer})
    @action(detail=False, methods=["post"])
    @once
    def merge(self, request: Request) -> Response:
        said = self.stated(MergeBody)
        try:
            merge = actions.merge(survivor=said["survivor"], absorbed=said["absorbed"], by=self.by, at=self.at)
        except actions.CannotMerge as error:
            raise Conflict("They are one person already.") from error
        return Response(MergeSerializer(merge).data, status=201)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    @once
    def erase(self, request: Request, id: UUID) -> Response:
        """Forgets them in every room. What stays is a keyed hash of each address, which keeps it from coming back."""
        actions.erase(contact=self._present(), by=self.by, at=self.at)
        return Response(status=204)

    @extend_schema(request=PauseBody)
    @action(detail=True, methods=["put"])
    def pause(self, request: Request, id: UUID) -> Response:
        """Nobody of ours speaks to them first, until then, or until the pause is lifted."""
        contact, until = self._present(), self.stated(PauseBody)["until"]
        if until and until <= self.at:
            raise ValidationError({"until": ["This is over."]})
        actions.pause(contact=contact, until=until, by=self.by, at=self.at)
        return Response(_one(contact.pk))

    @extend_schema(request=None, responses={204: None})
    @pause.mapping.delete
    def lift_pause(self, request: Request, id: UUID) -> Response:
        actions.lift_pause(contact=self._present(), by=self.by, at=self.at)
        return Response(status=204)

    def _present(self) -> Contact:
        return queries.present_of(self.get_object())

    def _found(self) -> QuerySet[Contact]:
        asked, found = self.asked(), queries.present()
        for name, kind in (("email", "email"), ("phone", "phone"), ("external_id", "external")):
            if name in asked:
                found &= queries.recognised_by(kind, asked[name])
        return found.filter(pk__in=queries.matching(asked["search"])) if "search" in asked else found


def _one(pk: int) -> dict[str, Any]:
    return shown([queries.with_identities(Contact.objects.all()).get(pk=pk)])[0]


def shown(contacts: list[Contact]) -> list[dict[str, Any]]:
    """As everything that lists people shows them. They come from `queries.with_identities`."""
    parts.load(contacts)
    return list(ContactSerializer(contacts, many=True).data)


class OfContact(Resource):
    """What belongs to one contact: `contacts/<id>/…/`."""

    @property
    def contact(self) -> Contact:
        """The contact named in the path, or whom it is a part of today."""
        return queries.present_of(get_object_or_404(Contact, uid=self.kwargs["contact"], erased=None))


class ContactConsents(ListModelMixin, OfContact):
    """What a contact said about permission, the last word first. Only added to, never changed."""

    serializer_class = ConsentSerializer

    filters = ConsentFilters

    def get_queryset(self) -> QuerySet[Consent]:
        asked, found = self.asked(), Consent.objects.filter(contact=self.contact).select_related("topic")
        return found.filter(pk__in=current(self.contact).values("pk")) if asked.get("current") else found

    @extend_schema(request=ConsentBody, responses={201: ConsentSerializer})
    @once
    def create(self, request: Request, contact: UUID) -> Response:
        said = {"at": self.at, **self.stated(ConsentBody)}
        said["at"] = min(said["at"], self.at)
        consent = actions.record_consent(contact=self.contact, how=Consent.How.API, by=self.by, **said)
        return Response(ConsentSerializer(consent).data, status=201)


class Merges(ListModelMixin, RetrieveModelMixin, Resource):
    """Who was made a part of whom."""

    serializer_class = MergeSerializer
    queryset = Merge.objects.select_related("survivor", "absorbed")

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Two people again: each gets back what is recorded for them."""
        merge = self.get_object()
        actions.undo_merge(merge, by=self.by, at=self.at)
        reopen_proposal(first=merge.survivor_id, second=merge.absorbed_id)
        return Response(status=204)


class Topics(ListModelMixin, Resource):
    """What we write about."""

    serializer_class = TopicSerializer
    queryset = Topic.objects.order_by("-id")


class Suppressions(Resource):
    """The do-not-write list."""

    serializer_class = SuppressionSerializer
    filters = SuppressionFilters
    queryset = Suppression.objects.all()

    def list(self, request: Request) -> Response:
        asked, found = self.asked(), self.get_queryset()
        if "address" in asked:
            found = found.filter(digest=actions.address_digest(asked["address"]))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(SuppressionSerializer(page, many=True).data)

    @extend_schema(request=SuppressionBody, responses={201: SuppressionSerializer})
    @once
    def create(self, request: Request) -> Response:
        said = self.stated(SuppressionBody)
        actions.suppress(by=self.by, at=self.at, **said)
        row = Suppression.objects.get(channel="email", digest=actions.address_digest(said["address"]))
        return Response(SuppressionSerializer(row).data, status=201)

    @extend_schema(parameters=[OpenApiParameter("address", str, required=True)], responses={204: None})
    def lift(self, request: Request) -> Response:
        """Takes `?address=` off the list."""
        address = self.asked().get("address")
        if not address:
            raise ValidationError({"address": ["Say which address."]})
        actions.lift_suppression(address=address)
        return Response(status=204)
