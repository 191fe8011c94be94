"""The shop's hours, holidays and targets over REST. They are settings: owners' keys change them."""

from datetime import date, time, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business import actions
from crm.business.bearer import caller
from crm.business.hours import MIDNIGHT
from crm.business.models import Business, Holiday, User
from crm.business.queries import fresh_business, has_teams
from engage.lib.rest.errors import Conflict, Forbidden
from engage.lib.rest.fields import Body
from engage.lib.rest.resource import Resource

SHORTEST, LONGEST_ANSWER, LONGEST_SETTLING = 15, 400 * 60, 2000 * 60
MOST_HOLIDAYS = 200
YEARS = range(2000, 2201)
FROM_THIRD = "Teams and targets come with the third agent."


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class WallTime(serializers.TimeField):
    """By the shop's own clock, so without a zone: 08:30."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **options)


class HolidaySerializer(Body):
    day = serializers.DateField()
    name = serializers.CharField(max_length=80)
    yearly = serializers.BooleanField(default=False)

    def validate_day(self, day: date) -> date:
        if day.year not in YEARS:
            raise serializers.ValidationError(f"Choose a day of the years {YEARS[0]} to {YEARS[-1]}.")
        return day


class HoursSerializer(serializers.Serializer):
    """By the shop's own clock. Targets are minutes of working time, null where nothing counts."""

    timezone = serializers.CharField()
    open_days = serializers.ListField(child=serializers.IntegerField(), help_text="Weekdays, 1 is Monday")
    open_from = WallTime()
    open_until = WallTime(help_text="00:00 is midnight")
    closed_until = serializers.DateField(allow_null=True, help_text="Closed by the switch until this day")
    holidays = HolidaySerializer(many=True)
    answer_within = serializers.IntegerField(allow_null=True, help_text="Until an answer")
    settle_within = serializers.IntegerField(allow_null=True, help_text="Until all is done")


class HoursBody(Body):
    """What is left out stays as it is; `holidays` are all that there are from then on."""

    open_days = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), required=False, min_length=1, max_length=7
    )
    open_from = WallTime(required=False)
    open_until = WallTime(required=False)
    holidays = HolidaySerializer(many=True, required=False, max_length=MOST_HOLIDAYS)  # type: ignore[call-arg]
    answer_within = serializers.IntegerField(
        required=False, allow_null=True, min_value=SHORTEST, max_value=LONGEST_ANSWER
    )
    settle_within = serializers.IntegerField(
        required=False, allow_null=True, min_value=SHORTEST, max_value=LONGEST_SETTLING
    )

    def validate_open_days(self, days: list[int]) -> list[int]:
        return sorted(set(days))

    def validate_holidays(self, holidays: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({one["day"] for one in holidays}) < len(holidays):
            raise serializers.ValidationError("A day stands here twice.")
        return holidays


class Hours(Resource):
    """When the shop works, and how long people may wait."""

    serializer_class = HoursSerializer
    queryset = Business.objects.none()

    @extend_schema(responses=HoursSerializer)
    def retrieve(self, request: Request) -> Response:
        self.asked()
        return Response(HoursSerializer(_shown(fresh_business())).data)

    @extend_schema(request=HoursBody, responses=HoursSerializer)
    def partial_update(self, request: Request) -> Response:
        """Targets from the third agent on: 409 before. What waits is reckoned anew within a minute."""
        only_owners(request)
        said, shop = self.stated(HoursBody), fresh_business()
        holidays = said.pop("holidays", None)
        begins, ends = said.get("open_from", shop.open_from), said.get("open_until", shop.open_until)
        if not _makes_a_day(begins, ends):
            raise serializers.ValidationError({"open_until": ["Close after you open, on the same day."]})
        targets = {"answer_within", "settle_within"} & said.keys()
        if targets and not has_teams():
            raise Conflict(FROM_THIRD)
        said |= {name: timedelta(minutes=said[name]) if said[name] else None for name in targets}
        if said:
            actions.update_business(by=self.by, at=self.at, **said)
        if holidays is not None:
            actions.set_holidays(holidays, by=self.by, at=self.at)
        return Response(HoursSerializer(_shown(fresh_business())).data)


def only_owners(request: Request) -> None:
    """Settings are changed by keys that an owner made, or nobody of the team. Raises Forbidden."""
    key = caller(request).colleague
    if key and not User.objects.filter(pk=key, is_active=True, role=User.Role.OWNER).exists():
        raise Forbidden("Only a key that an owner made changes this.")


def _makes_a_day(begins: time, ends: time) -> bool:
    return begins < ends or ends == MIDNIGHT


def _shown(shop: Business) -> dict[str, Any]:
    names = ("timezone", "open_days", "open_from", "open_until", "closed_until")
    holidays = [{"day": one.day, "name": one.name, "yearly": one.yearly} for one in Holiday.objects.all()]
    targets = {name: _minutes(getattr(shop, name)) for name in ("answer_within", "settle_within")}
    return {**{name: getattr(shop, name) for name in names}, **targets, "holidays": holidays}


def _minutes(span: timedelta | None) -> int | None:
    return round(span.total_seconds() / 60) if span else None
