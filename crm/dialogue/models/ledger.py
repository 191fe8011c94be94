from django.db import models
from django.db.models import Q
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


class OccasionDay(models.Model):
    """How much of what an origin owes was decided on one day, in UTC; written with `Occasion.due`, of which all days
    are the sum."""

    origin = models.CharField(max_length=120)
    day = models.DateField()
    due = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "day"], name="occasion_day_once")]
        indexes = [models.Index(fields=["-day"], name="occasion_day_latest")]

    def __str__(self) -> str:
        return f"{self.origin} on {self.day:%Y-%m-%d}"


class Cost(models.Model):
    """What a message cost when it was handed over: a row only where its channel costs something."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="cost")
    amount = models.DecimalField(max_digits=12, decimal_places=6)
    currency = models.CharField(max_length=3)
    units = models.PositiveSmallIntegerField(default=1, help_text="Segments of a text message")

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.currency}"


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


class SentAgain(models.Model):
    """A message that may have gone out goes out once more: it may arrive twice. Without `by` it did so by itself, which
    a transactional message does once."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="sent_again", db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "sent again"
        constraints = [
            models.UniqueConstraint(fields=["message"], condition=Q(by=""), name="sent_again_by_itself_once"),
        ]
        indexes = [models.Index(fields=["message", "-at"], name="sent_again_of")]

    def __str__(self) -> str:
        return str(self.message_id)


class LedgerCheck(models.Model):
    """A night's check of the sums: `wrong` lists what did not add up, {origin, label, due, accounted}, with the
    day where it is one day's sum."""

    at = models.DateTimeField()
    wrong = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="ledger_check_latest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {len(self.wrong)} wrong"
