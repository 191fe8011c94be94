from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.contacts.models import Contact, Topic
from crm.dialogue.models.conversation import Conversation
from engage.lib import ids

BY_DEVICE = {"by_device": "yes"}
"""In the `detail` of words: nothing but a device says who wrote them."""


class Content(models.Model):
    """What a design was when it was sent: an immutable skeleton, found again by its digest."""

    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    label = models.CharField(max_length=200, blank=True, default="")
    skeleton = models.JSONField()
    created = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.label or f"content {self.pk}"


class Message(models.Model):
    """Anything either side said, on any channel; the outgoing ones are the send ledger.

    An outgoing message exists exactly once per (contact, origin, occurrence). `state` and `why` tell all of its
    fate; only `waiting` has an `until` or a condition and is tried again, only `withheld` is final by our decision.
    One that goes `inside` another is `claimed` until that one has left, and `withheld` from then on: what became of
    its words is what became of the other.
    """

    class Direction(models.TextChoices):
        OUT = "out"
        IN = "in"
        NOTE = "note"

    class Class(models.TextChoices):
        CONVERSATION = "conversation"
        SECURITY = "security"
        TRANSACTIONAL = "transactional"
        MARKETING = "marketing"

    class Lane(models.IntegerChoices):
        INTERACTIVE = 0
        TRIGGERED = 1
        BULK = 2

    class State(models.TextChoices):
        RECEIVED = "received"
        QUEUED = "queued"
        CLAIMED = "claimed"
        WAITING = "waiting"
        WITHHELD = "withheld"
        ACCEPTED = "accepted"
        KEPT = "kept", "kept in the Outbox"
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        FAILED = "failed"
        UNKNOWN = "unknown"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="messages", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    direction = models.CharField(max_length=4, choices=Direction)
    klass = models.CharField("class", db_column="class", max_length=14, choices=Class)
    channel = models.CharField(max_length=10)
    lane = models.PositiveSmallIntegerField(choices=Lane, default=Lane.INTERACTIVE)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.CharField(max_length=120, help_text="journey:<uid>:<step>, reply:<conversation>, code:…")
    occurrence = models.CharField(max_length=80, help_text="Which time: an enrolment's visit, a reply's uid")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    content = models.ForeignKey(
        Content, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    variables = models.JSONField(default=dict, db_default={}, help_text="What the occasion adds to the rendering")
    subject = models.CharField(max_length=300, blank=True, default="", db_default="")
    text = models.TextField(blank=True, default="", db_default="", help_text="Words as shown, of either side")
    address = models.CharField(max_length=255, blank=True, default="", db_default="")
    header_id = models.CharField(max_length=255, blank=True, default="", db_default="", help_text="Message-ID")
    state = models.CharField(max_length=10, choices=State)
    why = models.CharField(max_length=40, blank=True, default="", db_default="", help_text="Code of a guard or fault")
    inside = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="parts",
        db_index=False,
        help_text="The message that carries this one's words to the same person",
    )
    detail = models.JSONField(default=dict, db_default={}, help_text="What the sentence of `why` needs")
    until = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(help_text="When it was said, or fell due")
    received = models.DateTimeField(db_default=Now(), help_text="Of ours: when it was decided, as its day owes it")
    settled = models.DateTimeField(null=True, blank=True, help_text="When handed over, kept, withheld or given up")
    delivered = models.DateTimeField(null=True, blank=True)
    bounced = models.DateTimeField(null=True, blank=True)
    complained = models.DateTimeField(null=True, blank=True)
    opened = models.DateTimeField(null=True, blank=True)
    clicked = models.DateTimeField(null=True, blank=True)
    replied = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recorded_for", "origin", "occurrence"],
                condition=Q(direction="out"),
                name="message_exactly_once",
            ),
        ]
        indexes = [
            models.Index(fields=["contact", "-at"], name="message_of"),
            models.Index(fields=["conversation", "-id"], name="message_in", condition=Q(conversation__isnull=False)),
            models.Index(fields=["origin", "state"], name="message_origin", condition=Q(direction="out")),
            models.Index(fields=["-at", "-id"], name="message_recent"),
            BrinIndex(fields=["received"], name="message_received"),
            models.Index(fields=["-at", "-id"], name="message_said", condition=Q(direction="in")),
            models.Index(
                fields=["state", "-at", "-id"],
                name="message_not_sent",
                condition=Q(state__in=["withheld", "failed", "bounced", "unknown"]),
            ),
            models.Index(
                fields=["origin"], name="message_complained", condition=Q(direction="out", complained__isnull=False)
            ),
            models.Index(fields=["header_id"], name="message_header", condition=~Q(header_id="")),
            models.Index(fields=["why", "origin", "at"], name="message_held", condition=Q(state="waiting")),
            models.Index(
                fields=["contact"],
                name="message_to_merge",
                condition=Q(state="waiting", variables__on_hold="merge"),
            ),
            models.Index(fields=["inside"], name="message_inside", condition=Q(inside__isnull=False)),
        ]

    recognised: Any = None
    """What of the shop's questions these words ask, a `faq.Match`, where that was looked into as they came in."""

    def __str__(self) -> str:
        return f"{self.direction} {self.channel} {self.state}"

    @property
    def is_claim(self) -> bool:
        """Whether nothing but a device says that its person wrote it: shown, and never remembered as theirs."""
        return BY_DEVICE.items() <= self.detail.items()
