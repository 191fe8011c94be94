"""Fields and bodies that refuse what they do not understand."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

YEARS = range(1900, 3000)


class Body(serializers.Serializer):
    """What a request states. A name that is not one of its fields is refused: it may be a wish that would be lost."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            unknown = {name: ["This is not understood here."] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """RFC 3339, with its zone, within years that every clock can show."""

    default_error_messages = {
        "zone": "A time needs its zone, such as 2026-05-31T09:00:00Z.",
        "year": "The year must be between 1900 and 2999.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not _has_zone(value):
            self.fail("zone")
        if moment.year not in YEARS:
            self.fail("year")
        return moment


class PublicId(serializers.UUIDField):
    """The public id of a thing that `queryset` holds; the value is the thing."""

    default_error_messages = {"missing": "There is no such thing."}

    def __init__(self, queryset: Any, **options: Any) -> None:
        self.queryset = queryset
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        found = self.queryset.all().filter(uid=super().to_internal_value(data)).first()
        if found is None:
            self.fail("missing")
        return found

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, "uid", value))


def _has_zone(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    text = str(value).strip()
    return text[-1:] in "Zz" or "+" in text[10:] or "-" in text[10:]
