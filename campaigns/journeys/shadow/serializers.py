"""A shadow over REST: what it has shown, and what becomes of its people when it ends."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.journeys.shadow.figures import Figures
from engage.lib.rest.fields import Body


class SwitchOnBody(Body):
    people = serializers.ChoiceField(
        choices=["leave", "go_on"], default="leave", help_text="Those in shadow: leave, or go on live where they stand"
    )


class ShadowDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    began = serializers.IntegerField()
    went = serializers.IntegerField(help_text="Messages that would have gone")
    held = serializers.IntegerField(help_text="Messages that would not, or not yet")


class ShadowSerializer(serializers.Serializer):
    since = serializers.DateTimeField()
    people = serializers.IntegerField()
    walks = serializers.IntegerField()
    under_way = serializers.IntegerField()
    outcomes = serializers.DictField(child=serializers.IntegerField())
    fates = serializers.DictField(
        child=serializers.IntegerField(), help_text="Of messages: went, later, merged, withheld, dropped, waiting"
    )
    reasons = serializers.DictField(child=serializers.IntegerField(), help_text="What held messages last")
    days = serializers.SerializerMethodField()

    @extend_schema_field(ShadowDaySerializer(many=True))
    def get_days(self, found: Figures) -> list[dict[str, Any]]:
        return [
            {"day": day.isoformat(), "began": one.began, "went": one.went, "held": one.held}
            for day, one in sorted(found.days.items())
        ]
