"""Votes in contests over REST, once it is said who won."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from campaigns.contests.models import Contest, Vote
from engage.lib.rest.errors import Conflict
from engage.lib.rest.resource import Resource


class RingSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="mailbox, network, circle or domain")
    n = serializers.IntegerField(help_text="How many votes are in it")


class ContestVoteSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    contest = serializers.UUIDField(source="contest.uid")
    entry = serializers.UUIDField(source="entry.uid")
    contact = serializers.UUIDField(source="contact.uid")
    refused = serializers.CharField(help_text="Why it does not count: own, ring or empty")
    counted_by = serializers.CharField(help_text="Who counts it though it is part of a ring")
    rings = serializers.SerializerMethodField(help_text="What it was found in")

    class Meta:
        model = Vote
        fields = ("id", "contest", "entry", "contact", "refused", "counted_by", "rings", "at")

    @extend_schema_field(RingSerializer(many=True))
    def get_rings(self, vote: Vote) -> list[dict[str, Any]]:
        return [{"kind": one["kind"], "n": one["n"]} for one in vote.facts.get("rings", ())]


class ContestVoteFilters(serializers.Serializer):
    contest = serializers.UUIDField(required=False)
    refused = serializers.ChoiceField(Vote.Refused.choices, required=False)


class ContestVotes(ListModelMixin, Resource):
    """Who voted for what, in contests that have ended; before, nobody may count. A person who became one of two may
    have two: the later counts."""

    serializer_class = ContestVoteSerializer
    filters = ContestVoteFilters
    queryset = Vote.objects.filter(contest__ended__isnull=False).select_related("contest", "entry", "contact")

    def get_queryset(self) -> QuerySet[Vote]:
        asked, found = self.asked(), super().get_queryset()
        if "contest" in asked:
            if Contest.objects.filter(uid=asked["contest"], ended=None).exists():
                raise Conflict("It has not ended: nobody may count before.")
            found = found.filter(contest__uid=asked["contest"])
        return found.filter(refused=asked["refused"]) if "refused" in asked else found
