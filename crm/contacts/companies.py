"""Companies over REST."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.once import once
from crm.contacts import queries, searching
from crm.contacts.actions.companies import LONGEST_ID, LONGEST_NAME, add_company, put_into_company, rename_company
from crm.contacts.models import Company, Contact
from crm.contacts.serializers import MemberSerializer
from engage.lib.rest.fields import Body, PublicId
from engage.lib.rest.resource import Resource

ATTRIBUTES = "What `group` calls said of it: by trait its `value`, its `source`, and `at` when it was said"


class CompanySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    attributes = serializers.DictField(help_text=ATTRIBUTES)

    class Meta:
        model = Company
        fields = ("id", "external_id", "name", "attributes", "created")


class CompanyBody(Body):
    name = serializers.CharField(max_length=LONGEST_NAME)
    external_id = serializers.CharField(max_length=LONGEST_ID, required=False, help_text="The shop's own id of it")


class CompanyNameBody(Body):
    name = serializers.CharField(max_length=LONGEST_NAME)


class CompanyFilters(serializers.Serializer):
    external_id = serializers.CharField(max_length=LONGEST_ID, required=False)
    search = serializers.CharField(max_length=200, required=False, help_text="Part of the name")


class MemberBody(Body):
    contact = PublicId(Contact.objects.filter(erased=None))


class Companies(ListModelMixin, RetrieveModelMixin, Resource):
    """Organisations that contacts belong to."""

    serializer_class = CompanySerializer
    filters = CompanyFilters
    queryset = Company.objects.all()

    def get_queryset(self) -> QuerySet[Company]:
        found = super().get_queryset()
        if self.action != "list":
            return found
        asked = self.asked()
        if "external_id" in asked:
            found = found.filter(external_id=asked["external_id"])
        return found.filter(pk__in=searching.companies(asked["search"])) if "search" in asked else found

    @extend_schema(request=CompanyBody, responses={200: CompanySerializer, 201: CompanySerializer})
    @once
    def create(self, request: Request) -> Response:
        """201 for a new one. One that is known by its id, or without an id by its name, is answered with 200, as it
        is."""
        company, new = add_company(by=self.by, at=self.at, **self.stated(CompanyBody))
        return Response(CompanySerializer(company).data, status=201 if new else 200)

    @extend_schema(request=CompanyNameBody)
    def partial_update(self, request: Request, id: UUID) -> Response:
        company = self.get_object()
        rename_company(company, by=self.by, at=self.at, **self.stated(CompanyNameBody))
        return Response(CompanySerializer(self.get_object()).data)

    @extend_schema(responses={200: MemberSerializer(many=True)})
    @action(detail=True, filters=None)
    def people(self, request: Request, id: UUID) -> Response:
        """Who belongs to it, the newest first."""
        page = self.paginate_queryset(queries.present().filter(company=self.get_object()))
        return self.get_paginated_response(MemberSerializer(page, many=True).data)

    @extend_schema(request=MemberBody, responses={204: None})
    @people.mapping.post
    @once
    def put_in(self, request: Request, id: UUID) -> Response:
        """They belong to it, and no longer to another."""
        contact = self.stated(MemberBody)["contact"]
        put_into_company(contact=contact, company=self.get_object(), by=self.by, at=self.at)
        return Response(status=204)

    @extend_schema(parameters=[OpenApiParameter("contact", UUID, required=True)], responses={204: None})
    @people.mapping.delete
    def take_out(self, request: Request, id: UUID) -> Response:
        """Takes `?contact=` out; who does not belong to it stays where they are."""
        company, said = self.get_object(), MemberBody(data=request.query_params.dict())
        said.is_valid(raise_exception=True)
        contact: Any = queries.present_of(said.validated_data["contact"])
        if contact.company_id != company.pk:
            raise ValidationError({"contact": ["They do not belong to it."]})
        put_into_company(contact=contact, company=None, by=self.by, at=self.at)
        return Response(status=204)
