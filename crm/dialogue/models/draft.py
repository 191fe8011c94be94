from django.conf import settings
from django.db import models

from crm.dialogue.models.conversation import Conversation


class AnswerDraft(models.Model):
    """What a colleague has begun to answer and not sent: one for each conversation and colleague."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts", db_index=False)
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "colleague"], name="answer_draft_once")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
