"""The list of people over REST: narrowed as on its page, and the views that somebody gave a name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.bearer import caller
from crm.business.models import User
from crm.business.once import once
from crm.contacts.api import shown
from crm.contacts.queries import with_identities
from crm.contacts.serializers import ContactSerializer
from crm.lists import actions
from crm.lists.columns import columns_of
from crm.lists.finding import everyone
from crm.lists.models import View
from crm.lists.narrowing import FILTERS, LONGEST, Applied, NoSuchChoice, applied, seen_range
from crm.lists.ordering import ORDERS, USUAL, order_of
from crm.lists.pages import PeoplePages
from crm.lists.queries import MOST_COLUMNS, MOST_VIEWS, has_most_views, views_for
from crm.preferences.queries import keys_for
from engage.lib.rest.errors import Conflict
from engage.lib.rest.fields import Body
from engage.lib.rest.resource import Resource

ROLE = User.Role.OWNER.value
"""Keys of the API are made by owners and see what owners see."""

MEANT = {
    "group": "Id of a segment",
    "permission": "A topic and yes, no or never, such as offers:yes",
    "language": "Such as en",
    "country": "ISO 3166-1",
    "company": "Id of a company",
    "from": "Their first origin: a kind, or kind:source",
    "seen": "In the last 7, 30, 90 or 365 days",
    "quiet": "Not in the last 7, 30, 90 or 365 days",
    "told": "1, the key of something remembered, or key:value",
    "file": "Id of an import: whom it brought, or told something about",
    "held": "paused or stopped",
}


class Narrowing(Body):
    """The filters of the list; all of them hold. `from` is a word of Python's, so that they cannot be declared."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return super().get_fields() | {
            one.key: serializers.CharField(max_length=LONGEST, required=False, help_text=MEANT[one.key])
            for one in FILTERS
        }


class PeopleFilters(Narrowing):
    order = serializers.ChoiceField([*ORDERS], default=USUAL, help_text="Last seen, by name, or newest first")


class ViewSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    owner = serializers.CharField(source="owner.name", help_text="Whoever made it")
    filters = serializers.DictField(child=serializers.CharField(), help_text="As `people/` takes them")
    columns = serializers.ListField(child=serializers.CharField(), help_text="What its page shows beside the names")

    class Meta:
        model = View
        fields = ("id", "name", "owner", "shared", "filters", "columns", "order", "at")


class ViewBody(Body):
    name = serializers.CharField(max_length=60)
    shared = serializers.BooleanField(default=False, help_text="With the whole team")
    filters = Narrowing(default=dict)
    columns = serializers.ListField(
        child=serializers.CharField(max_length=100),
        default=list,
        max_length=MOST_COLUMNS,
        help_text="Such as email, orders, or remembered: and a key; none: each colleague's own",
    )
    order = serializers.ChoiceField([*ORDERS], default=USUAL)

    def validate_columns(self, chosen: list[str]) -> list[str]:
        possible = columns_of(keys_for(ROLE))
        if odd := [column for column in chosen if column not in possible]:
            raise serializers.ValidationError([f"There is no column “{column}”." for column in odd])
        return chosen


class Listing(Resource):
    """What answers with people in the list's own orders."""

    def page_of(self, filters: Sequence[Applied], order: str) -> Response:
        within = seen_range(filters, self.at) if order == USUAL else Q()
        pages = cast(PeoplePages, self.paginator)
        found = with_identities(everyone(filters=filters))
        rows = pages.page(found, self.request, order=ORDERS[order], within=within)
        return pages.get_paginated_response(shown(rows))


class People(Listing):
    """Everybody we know by a name or by a way to reach them, as the page People shows and narrows them."""

    serializer_class = ContactSerializer
    filters = PeopleFilters
    pagination_class = PeoplePages

    def list(self, request: Request) -> Response:
        asked = self.asked()
        return self.page_of(read(_filters(asked), self.at), asked["order"])


class Views(ListModelMixin, RetrieveModelMixin, Listing):
    """Names for ways to look at the list of people: the team's, and those of whoever made the key.

    What was searched for is never part of one: it is a person's name or address."""

    serializer_class = ViewSerializer
    queryset = View.objects.all()

    def get_queryset(self) -> QuerySet[View]:
        if self.action != "people":
            self.asked()
        return views_for(maker(self.request))

    @extend_schema(request=ViewBody, responses={201: ViewSerializer})
    @once
    def create(self, request: Request) -> Response:
        said, owner = self.stated(ViewBody), maker(request)
        read(said["filters"], self.at, "filters.")
        if owner is None:
            raise Conflict("Nobody of the team made this key: a view belongs to a colleague.")
        if has_most_views(owner):
            raise Conflict(f"{owner} has {MOST_VIEWS} views: delete one first.")
        view = actions.save_view(by=owner, at=self.at, **said)
        return Response(ViewSerializer(view).data, status=201)

    @extend_schema(request=ViewBody)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Renames it, shares it or not, or changes what it shows; what is left out stays."""
        view, said = self.get_object(), self.stated(ViewBody, partial=True)
        read(said.get("filters", {}), self.at, "filters.")
        now = {"name": view.name, "shared": view.shared, "filters": view.filters, "order": view.order}
        with transaction.atomic():
            actions.change_view(view, **{name: said.get(name, value) for name, value in now.items()})
            if "columns" in said:
                actions.choose_columns(said["columns"], view=view, by=view.owner)
        return Response(ViewSerializer(self.get_object()).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Nobody in it is touched. The page can bring it back for 30 days."""
        actions.delete_view(self.get_object(), at=self.at)
        return Response(status=204)

    @extend_schema(responses={200: ContactSerializer(many=True)})
    @action(detail=True, pagination_class=PeoplePages)
    def people(self, request: Request, id: UUID) -> Response:
        """Who is in it, in its order."""
        view = self.get_object()
        return self.page_of(read_view(view, self.at), order_of(view.order))


def maker(request: Request) -> User | None:
    """The colleague who made the key that calls, while they are of the team."""
    key = caller(request).colleague
    return User.objects.filter(pk=key, is_active=True).first() if key else None


def read(filters: Mapping[str, str], at: datetime, path: str = "") -> list[Applied]:
    """What they mean. Raises ValidationError, at the place below `path`."""
    found: list[Applied] = []
    wrong: dict[str, Any] = {}
    for key, value in filters.items():
        try:
            found += applied({key: value}, at, ROLE)
        except NoSuchChoice:
            wrong[f"{path}{key}"] = ["There is no such choice."]
    if wrong:
        raise serializers.ValidationError(wrong)
    return found


def read_view(view: View, at: datetime) -> list[Applied]:
    """What its filters mean today. Raises Conflict where one asks for what is gone."""
    try:
        return applied(view.filters, at, ROLE)
    except NoSuchChoice as error:
        raise Conflict("One of its filters asks for something that is gone.") from error


def _filters(asked: Mapping[str, str]) -> dict[str, str]:
    return {one.key: asked[one.key] for one in FILTERS if one.key in asked}
