"""The base of every resource."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from engage.lib import clock


class Resource(GenericViewSet):
    """Things are found by their public id. `filters` are the query parameters that a list understands; no others."""

    lookup_field = "uid"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    filters: type[Serializer] | None = None

    @property
    def by(self) -> str:
        """Who does it, as actions keep it."""
        return str(self.request.auth)

    @property
    def at(self) -> datetime:
        return clock.now()

    def paginate_queryset(self, queryset: QuerySet[Any, Any] | Sequence[Any]) -> list[Any]:
        """Every list is paged."""
        return super().paginate_queryset(queryset) or []

    def asked(self) -> dict[str, Any]:
        """The filters given, checked. Raises ValidationError."""
        paging = getattr(self.paginator, "names", ()) if self.action == "list" else ()
        given = {name: value for name, value in self.request.query_params.items() if name not in paging}
        checked = (self.filters or Serializer)(data=given)
        unknown = [name for name in given if name not in checked.fields]
        if unknown:
            raise ValidationError({name: ["There is no such filter."] for name in unknown})
        checked.is_valid(raise_exception=True)
        return checked.validated_data

    def stated(self, body: type[Serializer], **options: Any) -> dict[str, Any]:
        """What the request's body states, checked. Raises ValidationError."""
        serializer = body(data=self.request.data, context=self.get_serializer_context(), **options)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data
