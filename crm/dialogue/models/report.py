from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.dialogue.models.message import Message


class Report(models.Model):
    """What was heard about a message of ours, until the belt has worked it: a queue of narrow rows, emptied when done.

    It names the message by its public id, never by an address. `raw` is a whole mail that came back.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        REFUSED = "refused", "refused when we handed it over"
        COMPLAINED = "complained"
        OPENED = "opened"
        CLICKED = "clicked"
        UNSUBSCRIBED = "unsubscribed"
        MAIL = "mail", "a mail that came in"

    kind = models.CharField(max_length=12, choices=Kind)
    message = models.UUIDField(null=True, blank=True, help_text="Public id of the message")
    header_id = models.CharField(max_length=255, blank=True, default="", db_default="", help_text="Or its Message-ID")
    at = models.DateTimeField(help_text="When it happened, as told")
    received = models.DateTimeField(db_default=Now())
    due = models.DateTimeField(db_default=Now())
    detail = models.JSONField(default=dict, db_default={})
    raw = models.BinaryField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["due"], name="report_due"),
            models.Index(fields=["message"], name="report_of", condition=Q(kind__in=["opened", "clicked"])),
        ]

    def __str__(self) -> str:
        return self.kind


class Touch(models.Model):
    """An open, or a link followed. `machine` says by which sign nobody was there: such a touch counts for nothing."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        CLICKED = "clicked"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="touches", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind)
    link = models.CharField(max_length=80, blank=True, default="", db_default="", help_text="Empty for opens")
    at = models.DateTimeField()
    machine = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "touches"
        constraints = [models.UniqueConstraint(fields=["message", "kind", "link", "at"], name="touch_once")]
        indexes = [models.Index(fields=["at"], name="touch_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.machine}".strip()


class SenderStop(models.Model):
    """Mail servers refuse whatever comes from us, whoever it is for: marketing waits until the owner has mended it."""

    cause = models.CharField(max_length=20)
    words = models.CharField(max_length=300, blank=True, default="", db_default="", help_text="Of the server")
    at = models.DateTimeField()
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    settled = models.DateTimeField(null=True, blank=True, help_text="When all that had waited was let go")

    drop_before = None
    """Nothing that piled up is dropped."""

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), name="sender_stopped_once", condition=Q(lifted__isnull=True))
        ]

    def __str__(self) -> str:
        return self.cause
