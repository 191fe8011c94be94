from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from engage.lib import ids


class PreferenceKey(models.Model):
    """What can be remembered: "milk", "roast". Free text is not citable unless someone makes it so.

    `type` says how values are read (see `values`); it is guessed once, on first sight, and changed only by people.
    What is `sensitive` is cited only where somebody ticked that too.
    """

    class Type(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        CHOICE = "choice", _("one of some choices")
        BOOLEAN = "boolean", _("yes or no")
        LIST = "list", _("several")

    class SeenBy(models.TextChoices):
        EVERYONE = "everyone", _("everybody in the team")
        MARKETERS = "marketers", _("marketers and owners")
        OWNERS = "owners", _("owners")

    key = models.SlugField(max_length=60, unique=True, allow_unicode=True)
    label = models.CharField(max_length=120)
    topic = models.CharField(max_length=60, blank=True, default="", db_default="", help_text="Such as Taste, Delivery")
    type = models.CharField(max_length=8, choices=Type, default=Type.TEXT)
    choices = models.JSONField(default=list, db_default=[], blank=True, help_text="May stay empty")
    citable = models.BooleanField(default=False, db_default=False, help_text="May we mention it")
    sensitive = models.BooleanField(default=False, db_default=False, help_text="Health, money, family")
    cite_sensitive = models.BooleanField(default=False, db_default=False, help_text="Mention it all the same")
    selects = models.BooleanField(default=True, db_default=True, help_text="May choose who gets what")
    seen_by = models.CharField(max_length=9, choices=SeenBy, default=SeenBy.EVERYONE, db_default=SeenBy.EVERYONE)
    fresh_days = models.PositiveIntegerField(default=365, db_default=365, help_text="Ask again after")
    reread = models.BigIntegerField(
        null=True, blank=True, help_text="The last value read since the type changed; empty once all are"
    )
    created = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.label

    @property
    def may_be_cited(self) -> bool:
        """What was told under it, that is: see `recall.MAY_BE_CITED`, which says the same in SQL."""
        return self.citable and (self.cite_sensitive or not self.sensitive)


class Preference(models.Model):
    """One thing known about a contact, with who said it, where, when and in which words.

    Never changed but for its state: a later or higher statement supersedes it. `rank` orders statements: the
    customer's correction, then stated, observed, inferred; her own later word beats her earlier correction.
    `source_*` is a value, not a foreign key. `value` is what people read; `typed` is the same as its key's type reads
    it, empty where that is just the text. What does not fit the type is in conflict: kept, shown, used for nothing.
    """

    class Kind(models.TextChoices):
        STATED = "stated"
        OBSERVED = "observed"
        INFERRED = "inferred"

    class Rank(models.IntegerChoices):
        INFERRED = 1
        OBSERVED = 2
        STATED = 3
        CORRECTED = 4

    class State(models.TextChoices):
        ACTIVE = "active"
        SUPERSEDED = "superseded"
        FORGOTTEN = "forgotten"
        CONFLICT = "conflict"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="preferences", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.ForeignKey(PreferenceKey, on_delete=models.PROTECT, related_name="preferences", db_index=False)
    value = models.CharField(max_length=500)
    typed = models.JSONField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    rank = models.PositiveSmallIntegerField(choices=Rank)
    words = models.TextField(blank=True, default="", db_default="", help_text="Exactly what was said")
    question = models.TextField(blank=True, default="", db_default="", help_text="Exactly what was asked")
    source_kind = models.CharField(
        max_length=20, help_text="survey, reply, counter, import, api, staff, memory, rule, journey"
    )
    source_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    source_label = models.CharField(max_length=200, blank=True, default="", db_default="")
    reason = models.CharField(max_length=200, blank=True, default="", db_default="", help_text="Why we think so")
    confidence = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of 100, for what is inferred")
    evidence = models.JSONField(default=list, db_default=[], blank=True, help_text="Public ids of orders or events")
    by = models.CharField(max_length=120, default="customer", db_default="customer")
    at = models.DateTimeField()
    received = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE, db_default=State.ACTIVE)
    mention = models.BooleanField(default=True, db_default=True, help_text="Off: the customer said, don't mention it")
    ask_again = models.DateField(null=True, blank=True, help_text="The customer said, ask me again then")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    ended = models.DateTimeField(null=True, blank=True, help_text="When superseded or forgotten")

    class Meta:
        indexes = [
            models.Index(fields=["contact", "key"], name="preference_of"),
            models.Index(fields=["key", "value"], name="preference_active", condition=Q(state="active")),
            models.Index(fields=["-received"], name="preference_recent"),
            models.Index(fields=["key", "-id"], name="preference_misfit", condition=Q(state="conflict")),
            # For the database itself, which looks here for each statement that goes, at an erasure or an undone import.
            models.Index(
                fields=["superseded_by"], name="preference_supersedes", condition=Q(superseded_by__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recorded_for", "key", "source_kind", "source_id"],
                condition=~Q(source_id=""),
                name="preference_once_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id}: {self.state}"
