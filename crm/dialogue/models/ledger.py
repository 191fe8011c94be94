from django.db import models
from django.db.models.functions import Now

from crm.dialogue.models.message import Message


class Outbox(models.Model):
    """The speaking belt's queue: one narrow row per message that still has to leave, emptied when settled."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="outbox")
    lane = models.PositiveSmallIntegerField()
    due = models.DateTimeField()
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    mark = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="handing, or how it ended a moment ago"
    )
    marked = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "outbox"
        indexes = [models.Index(fields=["lane", "due"], name="outbox_lane_due")]

    def __str__(self) -> str:
        return str(self.message_id)


class Occasion(models.Model):
    """How many messages an origin owes. Written by whoever decides to speak, never counted from messages, so that
    `due = waiting + sent + withheld + failed + unknown` can fail."""

    origin = models.CharField(max_length=120, unique=True)
    label = models.CharField(max_length=200, blank=True, default="")
    due = models.BigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return self.label or self.origin


class Rendered(models.Model):
    """The slots that fill a message's content. Partitioned by month, dropped after 180 days.

    In the database the primary key is (message, received).
    """

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="rendered", db_constraint=False
    )
    slots = models.JSONField()
    received = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "rendered"

    def __str__(self) -> str:
        return str(self.message_id)
