from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.surveys.models.response import Response


class AnswerHook(models.Model):
    """That another system is told of a final answer, once. The trigger that notes answers to be counted queues it;
    `uid` is the id that the receiver knows it by, also when it comes twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        KEPT = "kept", _("kept in Test")

    uid = models.UUIDField(db_default=Func(function="gen_random_uuid"), unique=True, editable=False)
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="hook")
    url = models.CharField(max_length=500)
    state = models.CharField(max_length=7, choices=State, db_default=State.WAITING)
    made = models.DateTimeField(db_default=Now())
    due = models.DateTimeField(db_default=Now())
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(db_default=0)
    reason = models.CharField(max_length=20, blank=True, db_default="", help_text="Of the last try: a code")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="What the other side answered last")
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due"], name="answer_hook_due", condition=Q(state="waiting")),
            models.Index(fields=["settled"], name="answer_hook_settled", condition=Q(settled__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.uid)
