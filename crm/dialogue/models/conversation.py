from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Now

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
    team = models.ForeignKey(
        "crm_dialogue.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    opened = models.DateTimeField(db_default=Now())
    last_customer = models.DateTimeField(null=True, blank=True)
    last_staff = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)
    person_wanted = models.DateTimeField(null=True, blank=True, help_text="When they asked for a person")
    person_came = models.DateTimeField(null=True, blank=True, help_text="The first word of a colleague after that")
    rating = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 5 stars, theirs, once it was done")
    rated = models.DateTimeField(null=True, blank=True)
    urgent = models.BooleanField(default=False, db_default=False, help_text="Stands first among those who wait")
    spam = models.DateTimeField(null=True, blank=True, help_text="Since when it is nothing to answer: it is done too")
    since = models.GeneratedField(
        expression=Case(
            When(state="waiting", then=Coalesce(F("last_staff"), F("opened"))),
            When(state="later", then=Coalesce(F("snoozed_until"), F("opened"))),
            When(state="done", then=Coalesce(F("closed"), F("opened"))),
            default=Coalesce(F("last_customer"), F("opened")),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    """What the list that it stands in is ordered by."""

    class Meta:
        indexes = [
            models.Index(
                fields=["person_wanted"], name="conversation_wanted", condition=Q(person_wanted__isnull=False)
            ),
            models.Index(fields=["contact", "-opened"], name="conversation_of"),
            models.Index(fields=["-since", "-id"], name="conversation_done", condition=Q(state="done", spam=None)),
            models.Index(fields=["state", "since", "id"], name="conversation_open", condition=~Q(state="done")),
            models.Index(
                fields=["state", "-urgent", "since", "id"],
                name="conversation_wait",
                condition=Q(spam=None) & ~Q(state="done"),
            ),
            models.Index(fields=["assignee", "state", "since", "id"], name="conversation_hands"),
            models.Index(
                fields=["team", "state", "since", "id"], name="conversation_team", condition=Q(team__isnull=False)
            ),
            models.Index(fields=["channel", "state", "since", "id"], name="conversation_channel"),
            models.Index(fields=["-since", "-id"], name="conversation_spam", condition=Q(spam__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.uid)


class Callout(models.Model):
    """A conversation that began to need an answer, of which colleagues are to be notified: a narrow queue, emptied
    within seconds."""

    conversation = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.conversation)
