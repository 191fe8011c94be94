from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from engage.lib import ids


class Webhook(models.Model):
    """That a walk told another system, once for each visit. `uid` is the id that the receiver knows it by, also when it
    comes twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        KEPT = "kept", _("kept in Test")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    enrolment = models.ForeignKey(
        "campaigns_journeys.Enrolment", on_delete=models.CASCADE, related_name="webhooks", db_index=False
    )
    visit = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    url = models.CharField(max_length=500)
    name = models.CharField(max_length=60, help_text="What the receiver reads as its type")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING, db_default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=20, blank=True, default="", db_default="", help_text="Of the last try: a code")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="What the other side answered last")
    made = models.DateTimeField()
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "visit"], name="webhook_once")]
        indexes = [
            models.Index(fields=["-settled", "-id"], name="webhook_failed", condition=Q(state="failed")),
            models.Index(fields=["settled"], name="webhook_settled", condition=Q(settled__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class DueWebhook(models.Model):
    """The queue of webhooks: emptied when they are sent, or have failed."""

    webhook = models.OneToOneField(Webhook, primary_key=True, on_delete=models.CASCADE, related_name="queued")
    host = models.CharField(max_length=260)
    due = models.DateTimeField()
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["due"], name="webhook_due")]

    def __str__(self) -> str:
        return str(self.webhook_id)
