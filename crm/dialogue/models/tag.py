from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from crm.dialogue.models.conversation import Conversation
from crm.dialogue.models.message import Message
from engage.lib import ids


class Tag(models.Model):
    """A word by which conversations are found again, such as complaint or wholesale."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_any_case")]

    def __str__(self) -> str:
        return self.name


class Tagged(models.Model):
    """That a conversation has a tag, by whom and since when."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="tagged", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged", db_index=False)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "tagged"
        constraints = [models.UniqueConstraint(fields=["conversation", "tag"], name="tagged_once")]
        indexes = [models.Index(fields=["tag", "conversation"], name="tagged_with")]

    def __str__(self) -> str:
        return str(self.tag_id)


class Mention(models.Model):
    """A note names a colleague. `read`: when they first looked at the conversation."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="mentions")
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    read = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "colleague"], name="mention_once")]
        indexes = [models.Index(fields=["colleague", "conversation"], name="mention_of")]

    def __str__(self) -> str:
        return str(self.colleague_id)
