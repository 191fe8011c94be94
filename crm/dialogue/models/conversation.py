from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.contacts.models import Contact
from engage.lib import ids


class Conversation(models.Model):
    """One exchange between a contact and the business. While it is open, automation to the contact holds."""

    class State(models.TextChoices):
        NEEDS_ANSWER = "needs_answer"
        WAITING = "waiting"
        LATER = "later"
        DONE = "done"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="conversations", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, help_text="email, chat, site, counter, phone")
    subject = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=12, choices=State, default=State.NEEDS_ANSWER)
    about = models.ForeignKey(
        "crm_dialogue.Message",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The message they answered",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened = models.DateTimeField(db_default=Now())
    last_customer = models.DateTimeField(null=True, blank=True)
    last_staff = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-opened"], name="conversation_of"),
            models.Index(fields=["-closed", "-id"], name="conversation_done", condition=Q(state="done")),
            models.Index(fields=["state", "last_customer"], name="conversation_open", condition=~Q(state="done")),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.uid)
