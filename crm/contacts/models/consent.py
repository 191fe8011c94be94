from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crm.contacts.models.contact import Contact
from engage.lib import ids


class Topic(models.Model):
    """What we write about; people say yes or no to each."""

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class Consent(models.Model):
    """One statement of permission. Append-only: the latest `at` for a channel and topic counts."""

    CHANNELS = ("email", "sms", "webpush", "webhook")
    """Those that ask for a permission."""

    class State(models.TextChoices):
        GRANTED = "granted"
        WITHDRAWN = "withdrawn"

    class How(models.TextChoices):
        FORM = "form", _("on a form")
        DOUBLE_OPT_IN = "double_opt_in", _("on a form, and confirmed by mail")
        IMPORT = "import", _("with a file")
        STAFF = "staff", _("told a colleague")
        LINK = "link", _("by a link in a message")
        REPLY = "reply", _("by answering a message")
        API = "api", _("through the shop's server")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, default="email")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State)
    how = models.CharField(max_length=14, choices=How)
    words = models.TextField(blank=True, default="", db_default="", help_text="The wording they saw, or the proof")
    source = models.CharField(max_length=200, blank=True, default="", db_default="", help_text="Form, file or page")
    by = models.CharField(max_length=120, default="customer", db_default="customer")
    asked = models.DateTimeField(null=True, blank=True, help_text="When they asked, where they confirmed it later")
    at = models.DateTimeField()
    network_address = models.GenericIPAddressField(null=True, blank=True, help_text="Where it came from on the net")
    received = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["contact", "channel", "topic", "-at", "-id"], name="consent_current")]

    def __str__(self) -> str:
        return f"{self.state} {self.channel}/{self.topic_id}"


class Suppressions(models.QuerySet["Suppression"]):
    def standing(self, at: datetime) -> "Suppressions":
        """Those that have not lapsed."""
        return self.filter(Q(until=None) | Q(until__gt=at))


class Suppression(models.Model):
    """The do-not-write list. `digest` is a keyed hash, so that an erased address stays on it unread."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce"
        SOFT = "soft", "came back three times in a row"
        COMPLAINT = "complaint"
        STAFF = "staff"
        ASKED = "asked"
        ERASED = "erased"

    channel = models.CharField(max_length=10, default="email")
    digest = models.BinaryField(max_length=32, editable=False)
    address = models.CharField(max_length=255, blank=True, default="", db_default="", help_text="Empty once erased")
    reason = models.CharField(max_length=10, choices=Reason)
    detail = models.CharField(max_length=300, blank=True, default="", db_default="")
    by = models.CharField(max_length=120, default="", db_default="", blank=True)
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True, help_text="Empty: until lifted")

    objects = Suppressions.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="suppression_once")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.reason}"


class Pause(models.Model):
    """The switch: nobody of ours speaks first. Without a contact it stops everything."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="pauses")
    recorded_for = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True, help_text="Empty: until lifted")
    by = models.CharField(max_length=120)
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    drop_before = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Of a pause of everything: what was due before then is dropped, the rest let go",
    )
    settled = models.DateTimeField(null=True, blank=True, help_text="When none of what piled up was left")

    class Meta:
        indexes = [
            models.Index(fields=["contact"], name="pause_standing", condition=Q(lifted__isnull=True)),
            models.Index(
                fields=["lifted"],
                name="pause_to_settle",
                condition=Q(contact__isnull=True, lifted__isnull=False, settled__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return "everything" if self.contact_id is None else f"contact {self.contact_id}"
