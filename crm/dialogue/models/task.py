from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.dialogue.models.message import Message
from engage.lib import ids


class Task(models.Model):
    """Something a colleague is to do for a person, face to face too. It is done with a result in words."""

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        WRITE = "write", _("Write")
        SAY = "say", _("Say in person")
        OTHER = "other", _("Something else")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    message = models.OneToOneField(
        Message,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="task",
        help_text="The message that a colleague is to say",
    )
    due = models.DateTimeField()
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    escalate_at = models.DateTimeField(null=True, blank=True, help_text="When it goes elsewhere, if it is not done")
    escalate_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    escalated = models.DateTimeField(null=True, blank=True, help_text="When it went from whom it was given to first")
    escalated_from = models.CharField(max_length=120, blank=True, default="", db_default="")
    made = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    done = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    result = models.TextField(blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-done", "-id"], name="task_of"),
            models.Index(fields=["due", "id"], name="task_open", condition=Q(done__isnull=True)),
            models.Index(
                fields=["escalate_at"],
                name="task_to_escalate",
                condition=Q(done__isnull=True, escalate_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text
