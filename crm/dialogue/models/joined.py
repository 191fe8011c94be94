from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.dialogue.models.conversation import Conversation


class Joined(models.Model):
    """That a conversation went into another of the same person, with which lines and where it stood; until undone."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="joined")
    into = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    lines = ArrayField(models.BigIntegerField())
    state = models.CharField(max_length=12, choices=Conversation.State)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    undone = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "joined"

    def __str__(self) -> str:
        return f"by {self.by}"
