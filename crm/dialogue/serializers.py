"""How conversations and who has them in hand are shown over REST."""

from datetime import datetime

from rest_framework import serializers

from crm.business.models import User
from crm.dialogue.models import Clock, Conversation, Team


class ColleagueSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")

    class Meta:
        model = User
        fields = ("id", "name", "email")


class TeamNameSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")

    class Meta:
        model = Team
        fields = ("id", "name")


class ConversationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    contact = serializers.UUIDField(source="contact.uid")
    about = serializers.UUIDField(source="about.uid", default=None, allow_null=True, help_text="The message answered")
    assignee = ColleagueSerializer(allow_null=True)
    team = TeamNameSerializer(allow_null=True)
    answer_due = serializers.SerializerMethodField(help_text="By when an answer is due, while one is")
    settle_due = serializers.SerializerMethodField(help_text="By when all is to be done, while it is in our hands")

    class Meta:
        model = Conversation
        fields = (
            "id",
            "contact",
            "channel",
            "subject",
            "state",
            "about",
            "assignee",
            "team",
            "answer_due",
            "settle_due",
            "opened",
            "last_customer",
            "last_staff",
            "snoozed_until",
            "closed",
        )

    def get_answer_due(self, conversation: Conversation) -> datetime | None:
        return _clock(conversation).answer_due

    def get_settle_due(self, conversation: Conversation) -> datetime | None:
        return _clock(conversation).settle_due


def _clock(conversation: Conversation) -> Clock:
    """Its clock, which must be loaded; one that does not run where there is none."""
    known: Clock | None = getattr(conversation, "clock", None)
    return known or Clock()
