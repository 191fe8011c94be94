from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.dialogue.models import Conversation, Task
from engage.lib import ids


class Kind(models.TextChoices):
    SUBJECT = "subject", _("a subject of the contact form")
    ANSWER = "answer", _("an answer to a survey")
    TAG = "tag", _("a tag")
    FAQ = "faq", _("a question of your list")


BY_HAND = "hand"
"""The kind of a case that no sign opened but a colleague."""


class Sign(models.Model):
    """That something often comes before leaving. `ref` is the key of a subject, a tag in small letters, the uid of a
    question of the list, or of an answer the survey's key, the question's id and the number of the choice; `label` is
    how it read when it was ticked."""

    kind = models.CharField(max_length=7, choices=Kind)
    ref = models.CharField(max_length=200)
    label = models.CharField(max_length=300)
    ticked = models.DateTimeField()
    ticked_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="leaving_sign_once")]

    def __str__(self) -> str:
        return self.label


class Case(models.Model):
    """Somebody may be leaving, and a colleague talks with them: open until it is said what came of it.

    While it is open, automation to this person holds. A person has one open case at most.
    """

    class Outcome(models.TextChoices):
        STAYED = "stayed", _("Stayed")
        LEFT = "left", _("Left")
        CANNOT_TELL = "cannot_tell", _("Cannot tell")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=7, choices=[*Kind.choices, (BY_HAND, _("a colleague"))])
    ref = models.CharField(max_length=200, blank=True, default="", db_default="", help_text="As the sign has it")
    label = models.CharField(max_length=300, blank=True, default="", db_default="", help_text="As the sign had it")
    words = models.TextField(blank=True, default="", db_default="", help_text="What they wrote, or a colleague heard")
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    task = models.OneToOneField(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    opened = models.DateTimeField()
    due = models.DateTimeField(help_text="When somebody should have talked with them")
    remind = models.DateTimeField(help_text="When the colleague is reminded")
    reminded = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    outcome = models.CharField(
        max_length=11, choices=Outcome, blank=True, default="", db_default="", help_text="Closed without: a duplicate"
    )
    why = models.TextField(blank=True, default="", db_default="", help_text="Why they stayed or left, for colleagues")

    class Meta:
        constraints = [
            # Together with holding the contact, of whose identities each has one at most.
            models.UniqueConstraint(fields=["recorded_for"], condition=Q(closed=None), name="leaving_case_open_once")
        ]
        indexes = [
            models.Index(fields=["contact", "-opened"], name="leaving_case_of"),
            models.Index(fields=["due", "id"], name="leaving_case_open", condition=Q(closed=None)),
            models.Index(fields=["-closed"], name="leaving_case_closed", condition=Q(closed__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.label or str(self.uid)
