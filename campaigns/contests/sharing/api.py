"""Links of contests that were passed on, over REST."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from campaigns.contests.models import Share
from campaigns.contests.sharing.links import share_url
from engage.lib.rest.resource import Resource


class ShareSerializer(serializers.ModelSerializer):
    contest = serializers.UUIDField(source="contest.uid")
    entry = serializers.UUIDField(source="entry.uid", default=None, allow_null=True, help_text="What it leads to")
    contact = serializers.UUIDField(source="contact.uid", default=None, allow_null=True, help_text="Whose it is")
    url = serializers.SerializerMethodField()
    shares = serializers.IntegerField(help_text="How often a button that passes it on was pressed")
    visits = serializers.IntegerField(help_text="Visitors, each once a day")
    entries = serializers.IntegerField(help_text="Entered by it")
    votes = serializers.IntegerField(source="voted", allow_null=True, help_text="Voted by it; null before the end")

    class Meta:
        model = Share
        fields = ("contest", "entry", "contact", "url", "shares", "visits", "entries", "votes", "at")

    def get_url(self, share: Share) -> str:
        return share_url(share)


class ShareFilters(serializers.Serializer):
    contest = serializers.UUIDField(required=False)
    contact = serializers.UUIDField(required=False)


class ContestShares(ListModelMixin, Resource):
    """Links to pass on, and what they brought."""

    serializer_class = ShareSerializer
    filters = ShareFilters
    queryset = Share.objects.select_related("contest", "entry", "contact")

    def get_queryset(self) -> QuerySet[Share]:
        found = super().get_queryset()
        for name, uid in self.asked().items():
            found = found.filter(**{f"{name}__uid": uid})
        return found
